"""Comparison of a document with its resource: triples with it as subject, or a page with its texts."""

from __future__ import annotations

from html import unescape

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI, Literal, Triple
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.versions import StoreFolder

Triples = frozenset[Triple]


def triples_of(store: StoreFolder, thing: IRI) -> Triples:
    """Triples of the current version with a resource as subject."""
    return frozenset(store.open_current().triples(thing))


def differs(content: bytes, form: str, right: Triples) -> str:
    """Fault in a document of a format; empty where there is none.

    Turtle may have triples of other resources, as ours does; of the resource itself it has exactly these.
    A page has each of its literals.
    """
    if form == "HTML":
        page = unescape(content.decode("utf-8", "replace"))
        texts = {triple.object.value for triple in right if isinstance(triple.object, Literal)}
        lost = sum(text not in page for text in texts)
        return f"{lost} of {len(texts)} texts are not on the page" if lost else ""
    (thing,) = {triple.subject for triple in right}
    try:
        found = {quad.triple for quad in parse_quads(content, TURTLE, source="document") if quad.subject == thing}
    except GcmGraphError as error:
        return f"it cannot be read: {error}"
    if found == right:
        return ""
    return f"{len(right - found)} of {len(right)} triples are not in it, {len(found - right)} are too many"
