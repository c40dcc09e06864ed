"""Kinds of resources: the part of an address after `{base}id/`, and the classes of each kind."""

from __future__ import annotations

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses

#: Classes (CURIEs) of the resources of each kind. Passages, addressed below `source`, are not listed.
KIND_CLASSES = {
    "objective": ("gcm:Objective",),
    "action": ("gcm:Action",),
    "practice": ("gcm:Practice",),
    "organisation": ("gcm:Organisation",),
    "country": ("gcm:Country",),
    "place": ("dct:Location",),
    "sdg": ("gcm:SdgGoal", "gcm:SdgTarget"),
    "instrument": ("gcm:LegalInstrument",),
    "concept": ("skos:Concept",),
    "source": ("gcm:SourceDocument",),
    "contribution": ("gcm:Contribution",),
}


def kind_of(iri: IRI, addresses: Addresses) -> str | None:
    """The kind of an address `{base}id/{kind}/{local}`; None for any other, and for parts of resources (`#`)."""
    start = f"{addresses.base}id/"
    kind, slash, _ = iri.value.removeprefix(start).partition("/")
    return kind if iri.value.startswith(start) and slash and kind in KIND_CLASSES and "#" not in iri.value else None
