"""Texts of the Compact in their editions: the editions of a text, and other wordings compared with the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from gcmgraph.publication.descriptions import Fact
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.sources.text_views import plain_typography
from gcmgraph.web.resources.facts import FactsPage

#: A word with the blanks after it.
_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class OtherWording:
    """A wording with the editions that have it, compared with the text shown first."""

    editions: tuple[IRI, ...]
    language: str
    #: consecutive words of both texts (`same`), of this wording only (`added`) or of the first only
    #: (`lacked`)
    parts: tuple[tuple[str, str], ...]
    #: the statements of its text, one an edition
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class _EditionText:
    """The text of a wording node, which belongs to an edition."""

    node: IRI
    fact: Fact
    text: Literal


def editions_of(curie: str, page: FactsPage) -> tuple[IRI, ...]:
    """Editions that have the text of a property of the resource, such as `skos:definition`, in the best language."""
    store = page.snapshot.store
    editions: list[IRI] = []
    for fact in page.texts(curie):
        sources = {evidence.passage.source for evidence in fact.evidence}
        for source in sources - {None}:
            quads = store.quads(source, page.term("gcm:edition"))
            editions += [quad.object for quad in quads if isinstance(quad.object, IRI)]
    return _in_order(editions)


def _in_order(editions: Iterable[IRI]) -> tuple[IRI, ...]:
    """Editions without duplicates: adopted, guidance, negotiated, which is the order of their slugs."""
    return tuple(sorted(set(editions), key=lambda edition: edition.value))


def other_wordings(curie: str, page: FactsPage) -> list[OtherWording]:
    """The other wordings of a text of a property, in the same language."""
    literals = [fact.object for fact in page.texts(curie) if isinstance(fact.object, Literal)]
    if not literals:
        return []
    displayed_text = literals[0]
    return [
        _compared_wording(page, displayed_text, edition_texts)
        for edition_texts in _texts_by_wording(page, curie, displayed_text.language).values()
    ]


def _texts_by_wording(
    page: FactsPage, curie: str, language: str | None
) -> dict[str, list[_EditionText]]:
    """The texts of a property by their words; texts that differ in typography only are one wording."""
    texts_by_wording: dict[str, list[_EditionText]] = {}
    nodes = (
        node
        for node in page.values("gcm:wording")
        if page.term(curie) in page.values("gcm:wordingOf", node)
    )
    for node in nodes:
        for fact in page.facts("rdf:value", node):
            text = fact.object
            if isinstance(text, Literal) and text.language == language:
                edition_text = _EditionText(node, fact, text)
                texts_by_wording.setdefault(_comparable(text.value), []).append(edition_text)
    return texts_by_wording


def _compared_wording(
    page: FactsPage, displayed_text: Literal, edition_texts: list[_EditionText]
) -> OtherWording:
    text = edition_texts[0].text
    editions: list[IRI] = []
    for edition_text in edition_texts:
        editions += page.values("gcm:edition", edition_text.node)
    return OtherWording(
        _in_order(editions),
        text.language or "",
        tuple(compared(displayed_text.value, text.value)),
        tuple(edition_text.fact for edition_text in edition_texts),
    )


def compared(text: str, other_text: str) -> Iterator[tuple[str, str]]:
    """The words of two texts as one sequence: `same`, `lacked` by the other text, or `added` by it.

    Spaces, quotation marks and dashes are not compared.

    >>> list(compared("Minimize the adverse drivers", "Minimise the drivers"))
    [('lacked', 'Minimize'), ('added', 'Minimise'), ('same', 'the'), ('lacked', 'adverse'), ('same', 'drivers')]
    """
    words = _WORD.findall(text)
    other_words = _WORD.findall(other_text)
    matcher = SequenceMatcher(
        None, list(map(_comparable, words)), list(map(_comparable, other_words)), autojunk=False
    )
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        added = "".join(other_words[other_start:other_end]).rstrip()
        if operation == "equal":
            yield "same", added
            continue
        lacked = "".join(words[start:end]).rstrip()
        if lacked:
            yield "lacked", lacked
        if added:
            yield "added", added


def _comparable(words: str) -> str:
    """Words without spaces, in plain typography."""
    return "".join(plain_typography(words).split())
