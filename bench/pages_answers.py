"""Whether a document is that of a thing: the triples that begin with it, or a page that has its texts."""

from __future__ import annotations

from html import unescape

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI, Literal, Triple
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.versions.folder import StoreFolder

Triples = frozenset[Triple]


def triples_of(store: StoreFolder, thing: IRI) -> Triples:
    """The triples of the current version that begin with a thing."""
    return frozenset(store.open_current().triples(thing))


def differs(content: bytes, form: str, right: Triples) -> str:
    """What is wrong with a document in a form; empty where nothing is.

    Turtle may tell more of other things, as ours does; of the thing itself it tells these triples and no others.
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
