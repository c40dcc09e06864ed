"""The page of a source document: the practices that it describes, and the document itself."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.kinds.cards import Cards, practice_cards
from gcmgraph.web.kinds.context import KindContext

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
