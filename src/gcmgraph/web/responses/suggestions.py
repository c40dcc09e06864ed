"""Resources whose address is similar to an unknown one."""

from __future__ import annotations

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import KINDS
from gcmgraph.publication.naming.labels import Label
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Minimum similarity of addresses (0 to 100), maximum number of suggestions, maximum length of an unknown address.
MIN_SIMILARITY, MAX_SUGGESTIONS, MAX_LENGTH = 70, 5, 200

#: Maximum length of codes (AFG, 9a, 10.7) that are similar where one character differs.
MAX_CODE = 5


def suggest(site: Site, snapshot: Snapshot, kind: str, local: str, language: str) -> list[dict[str, str]]:
    """The resources whose addresses are most similar to `{kind}/{local}`, best first.

    Each has its `href`, its label as `title`, and the `language` of the label. Case is ignored. An unknown kind is
    read as the most similar one (`organization`).
    """
    if len(local) > MAX_LENGTH or len(kind) > MAX_LENGTH:
        return []
    likely = process.extractOne(kind.casefold(), KINDS, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY)
    if likely is None:
        return []
    start = len(f"{site.addresses.base}id/{likely[0]}/")
    members = snapshot.catalogue.members(likely[0])
    locals_ = [iri.value[start:].casefold() for iri in members]
    unknown = local.casefold()
    similar = process.extract(unknown, locals_, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=MAX_SUGGESTIONS)
    if similar and similar[0][1] == 100:  # equal but for case or kind
        similar = similar[:1]
    found = [index for _, _, index in similar]
    if not found and len(unknown) <= MAX_CODE:
        nearly = process.extract(unknown, locals_, scorer=Levenshtein.distance, score_cutoff=1, limit=MAX_SUGGESTIONS)
        found = [index for _, _, index in nearly]
    return [_suggestion(site, members[index], snapshot.labels.of(members[index], language)) for index in found]


def _suggestion(site: Site, iri: IRI, label: Label) -> dict[str, str]:
    suggestion = {"href": local_path(site.addresses, iri.value) or "", "title": label.text}
    return {**suggestion, "language": label.language} if label.language else suggestion
