"""Texts by language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import Literal, Term


@dataclass(frozen=True)
class Texts:
    """One text in several languages: sorted pairs of language tag (empty for none) and text."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Texts:
        """Texts from pairs of language tag and text in any order."""
        return cls(tuple(sorted(set(pairs))))

    @classmethod
    def of_terms(cls, terms: Iterable[Term]) -> Texts:
        """The literals among some terms."""
        return cls.of((term.language or "", term.value) for term in terms if isinstance(term, Literal))

    @classmethod
    def english_french(cls, english: str, french: str) -> Texts:
        """One text in English and French."""
        return cls((("en", english), ("fr", french)))

    def best(self, language: str) -> str | None:
        """The text in a language, else in English, else without a tag, else any; None if there is none."""
        first = {tag.lower(): text for tag, text in reversed(self.pairs)}
        for tag in (language, "en", ""):
            if tag in first:
                return first[tag]
        return self.pairs[0][1] if self.pairs else None
