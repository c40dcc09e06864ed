"""Texts in several languages, as the literals of a resource have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.rdf.terms import Literal, Term
from gcmgraph.translations import Message
from gcmgraph.translations.language_preference import preference


@dataclass(frozen=True)
class Texts:
    """One text in several languages: sorted pairs of language tag (empty for none) and text.

    >>> title = Texts.of([("fr", "Navire"), ("en", "Ship")])
    >>> title.best("fr"), title.best("ru"), title.tag("ru")
    ('Navire', 'Ship', 'en')
    """

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Texts:
        """Texts from pairs of language tag and text in any order."""
        return cls(tuple(sorted(set(pairs))))

    @classmethod
    def of_terms(cls, terms: Iterable[Term]) -> Texts:
        """The literals among some terms."""
        return cls.of(
            (term.language or "", term.value) for term in terms if isinstance(term, Literal)
        )

    @classmethod
    def of_message(cls, message: Message, **values: object) -> Texts:
        """A message in all its languages."""
        return cls.of(message.texts(**values).items())

    @property
    def literals(self) -> tuple[Literal, ...]:
        """The texts as RDF literals."""
        return tuple(
            Literal(text, language=language) if language else Literal(text)
            for language, text in self.pairs
        )

    def best(self, language: str) -> str | None:
        """The text in a language or the next best by `preference`; None if there is none."""
        return self._best(language)[1]

    def tag(self, language: str) -> str | None:
        """The language tag of that text; None if there is none."""
        return self._best(language)[0] or None

    def _best(self, language: str) -> tuple[str, str | None]:
        rank = preference(language)
        return min(self.pairs, key=lambda pair: (rank(pair[0]), pair[1]), default=("", None))
