"""Texts of the Compact on the pages of actions and objectives: their editions, and differences of wording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from gcmgraph.documents.views import plain_typography
from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.kinds.context import KindContext

_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class WordingPart:
    """Consecutive words of both texts (`same`), of the other wording only (`added`) or of the first only (`lacked`)."""

    kind: str
    text: str


@dataclass(frozen=True)
class OtherWording:
    """A wording with the editions that have it, compared with the text shown first."""

    editions: tuple[IRI, ...]
    language: str
    parts: tuple[WordingPart, ...]
    #: the statements of its text, one an edition
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class CompactText:
    """A text of the Compact in the best language, the editions that have it, and the other wordings."""

    facts: tuple[Fact, ...]
    editions: tuple[IRI, ...]
    others: tuple[OtherWording, ...]


def compact_text(context: KindContext, curie: str) -> CompactText:
    """The text of a property of the resource, such as `skos:definition`, with its wordings in the same language."""
    facts = context.texts(curie)
    firsts = [fact.object for fact in facts if isinstance(fact.object, Literal)]
    editions = {edition for fact in facts for edition in _editions(context, fact)}
    others = _others(context, curie, firsts[0]) if firsts else ()
    return CompactText(facts, _in_order(editions), tuple(others))


def _editions(context: KindContext, fact: Fact) -> Iterator[IRI]:
    """The editions of the documents that are evidence of a statement."""
    for source in {evidence.passage.source for evidence in fact.evidence} - {None}:
        for quad in context.snapshot.store.quads(source, context.term("gcm:edition")):
            if isinstance(quad.object, IRI):
                yield quad.object


def _in_order(editions: Iterable[IRI]) -> tuple[IRI, ...]:
    """Editions without duplicates: adopted, guidance, negotiated, which is the order of their slugs."""
    return tuple(sorted(set(editions), key=lambda edition: edition.value))


def _others(context: KindContext, curie: str, first: Literal) -> Iterator[OtherWording]:
    grouped: dict[str, list[tuple[IRI, Fact]]] = {}
    for node in context.values("gcm:wording"):
        texts = context.facts("rdf:value", of=node)
        if context.term(curie) not in context.values("gcm:wordingOf", of=node):
            continue
        for fact in texts:
            if isinstance(fact.object, Literal) and fact.object.language == first.language:
                grouped.setdefault(_key(fact.object.value), []).append((node, fact))
    for found in grouped.values():
        text = found[0][1].object
        editions = _in_order(e for node, _ in found for e in context.values("gcm:edition", of=node))
        if isinstance(text, Literal):
            parts = tuple(compared(first.value, text.value))
            yield OtherWording(editions, text.language or "", parts, tuple(fact for _, fact in found))


def compared(first: str, other: str) -> Iterator[WordingPart]:
    """The words of two texts as one sequence. Spaces, quotation marks and dashes are not compared."""
    a, b = _WORD.findall(first), _WORD.findall(other)
    matcher = SequenceMatcher(None, [_key(word) for word in a], [_key(word) for word in b], autojunk=False)
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if kind == "equal":
            yield from _part("same", b[b_start:b_end])
        else:
            yield from _part("lacked", a[a_start:a_end])
            yield from _part("added", b[b_start:b_end])


def _part(kind: str, words: Sequence[str]) -> Iterator[WordingPart]:
    if words:
        yield WordingPart(kind, "".join(words).rstrip())


def _key(words: str) -> str:
    return "".join(plain_typography(words).split())
