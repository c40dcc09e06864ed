"""What someone may have meant by an address under which there is nothing."""

from __future__ import annotations

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import KINDS
from gcmgraph.publication.naming.labels import Label
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: How alike (0 to 100) two addresses must be, how many are told, and up to what length we look.
LIKENESS, MOST, LONGEST = 70, 5, 200

#: Codes up to so many characters (AFG, 9a, 10.7) are alike where one character differs.
CODE = 5


def near_matches(site: Site, snapshot: Snapshot, kind: str, local: str, language: str) -> list[dict[str, str]]:
    """The things whose addresses are most like `{kind}/{local}`: best first.

    Each with its `href`, `title` and the `language` of that. Case does not count. An unknown kind is read as the
    kind most like it (`organization`).
    """
    if len(local) > LONGEST or len(kind) > LONGEST:
        return []
    likely = process.extractOne(kind.casefold(), KINDS, scorer=fuzz.ratio, score_cutoff=LIKENESS)
    if likely is None:
        return []
    start = len(f"{site.addresses.base}id/{likely[0]}/")
    members = snapshot.catalogue.members(likely[0])
    locals_ = [iri.value[start:].casefold() for iri in members]
    wanted = local.casefold()
    alike = process.extract(wanted, locals_, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=MOST)
    if alike and alike[0][1] == 100:  # the same but for case or kind
        alike = alike[:1]
    found = [index for _, _, index in alike]
    if not found and len(wanted) <= CODE:
        nearly = process.extract(wanted, locals_, scorer=Levenshtein.distance, score_cutoff=1, limit=MOST)
        found = [index for _, _, index in nearly]
    return [_told(site, members[index], snapshot.labels.of(members[index], language)) for index in found]


def _told(site: Site, iri: IRI, label: Label) -> dict[str, str]:
    told = {"href": local_path(site.addresses, iri.value) or "", "title": label.text}
    return {**told, "language": label.language} if label.language else told
