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

#: Words that are written before the code of a resource, as in `cible 10.7`, by its kind: English, French, Spanish,
#: Russian; without case and accents.
CODE_WORDS = {
    "sdg": frozenset("sdg odd ods goal target cible meta цур задача".split()),
    "objective": frozenset("objective objectif objetivo".split()),
    "action": frozenset("action accion".split()),
}


def kind_of(iri: IRI, addresses: Addresses) -> str | None:
    """The kind of an address `{base}id/{kind}/{local}`; None for any other, and for parts of resources (`#`)."""
    start = f"{addresses.base}id/"
    kind, slash, _ = iri.value.removeprefix(start).partition("/")
    return kind if iri.value.startswith(start) and slash and kind in KIND_CLASSES and "#" not in iri.value else None
