"""The practices that a source document describes, and the pages of documents on which a practice is described."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from gcmgraph.model.terms import IRI, Literal, Term, Triple
from gcmgraph.publication.describe.description import Fact
from gcmgraph.publication.describe.evidence import EvidenceIndex
from gcmgraph.translations.languages import preference
from gcmgraph.web.kinds.context import Cards, KindContext, practice_cards

#: Limit on the cards above the text.
_CARDS = 6


@dataclass(frozen=True)
class DocumentPage:
    """View model of the page of a source document, before its text."""

    practices: Cards
    objectives: tuple[IRI, ...]
    files: tuple[Fact, ...]
    web_pages: tuple[Fact, ...]


def document_page(context: KindContext) -> DocumentPage:
    """The view model of a source document."""
    store = context.snapshot.store
    start = f"{context.addresses.base}id/objective/"
    subjects = {quad.subject for quad in store.quads(predicate=context.term("dct:source"), object=context.iri)}
    return DocumentPage(
        practice_cards(context, context.having("source"), context.list_address(source=context.key), _CARDS),
        context.sorted(s for s in subjects if isinstance(s, IRI) and s.value.startswith(start)),
        context.facts("dcat:downloadURL"),
        context.facts("foaf:page"),
    )


@dataclass(frozen=True)
class DescribedOn:
    """A source of a practice: a document with the numbers of its pages, or a citation."""

    source: Term
    pages: tuple[int, ...] = ()


def described_on(context: KindContext, practice: IRI) -> tuple[DescribedOn, ...]:
    """The sources that describe a practice.

    That is the document with evidence for it in the language of the page or the next best one; for a practice without
    evidence, the sources that it states.
    """
    store, found = context.snapshot.store, dict[IRI, set[int]]()
    index = EvidenceIndex(store, context.addresses)
    for evidence in chain.from_iterable(index.about(practice).values()):
        if (document := evidence.passage.source) is not None:
            found.setdefault(document, set()).update([evidence.passage.page] if evidence.passage.page else [])
    if found:
        rank = preference(context.page.language)
        best = min(found, key=lambda document: (rank(_language(context, document)), document.value))
        return (DescribedOn(best, tuple(sorted(found[best]))),)
    stated = {triple.object for triple in store.triples(practice, context.term("dct:source"))}
    return tuple(DescribedOn(source) for source in sorted(stated, key=str) if not isinstance(source, Triple))


def _language(context: KindContext, document: IRI) -> str:
    tags = (triple.object for triple in context.snapshot.store.triples(document, context.term("dct:language")))
    return min((tag.value for tag in tags if isinstance(tag, Literal)), default="")
