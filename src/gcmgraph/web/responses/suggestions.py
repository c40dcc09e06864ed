"""Resources whose address is similar to an unknown one."""

from __future__ import annotations

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI
from gcmgraph.publication.naming.labels import Label
from gcmgraph.text import nearest
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Maximum number of suggestions, maximum length of an unknown address.
MAX_SUGGESTIONS, MAX_LENGTH = 5, 200


def suggest(site: Site, snapshot: Snapshot, kind: str, local: str, language: str) -> list[dict[str, str]]:
    """The resources whose addresses are most similar to `{kind}/{local}`, best first.

    Each has its `href`, its label as `title`, and the `language` of the label. Case is ignored. An unknown kind is
    read as the most similar one (`organization`).
    """
    if len(local) > MAX_LENGTH or len(kind) > MAX_LENGTH:
        return []
    likely = nearest(kind.casefold(), KINDS)
    if not likely:
        return []
    start = len(f"{site.addresses.base}id/{likely[0]}/")
    members, unknown = snapshot.catalogue.members(likely[0]), local.casefold()
    found = nearest(unknown, members, MAX_SUGGESTIONS, key=lambda iri: iri.value[start:].casefold())
    if found and found[0].value[start:].casefold() == unknown:  # equal but for case or kind
        found = found[:1]
    return [_suggestion(site, iri, snapshot.labels.of(iri, language)) for iri in found]


def _suggestion(site: Site, iri: IRI, label: Label) -> dict[str, str]:
    suggestion = {"href": local_path(site.addresses, iri.value) or "", "title": label.text}
    return {**suggestion, "language": label.language} if label.language else suggestion
