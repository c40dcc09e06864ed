"""What someone may have meant by an address under which there is nothing."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from gcmgraph.namespaces import KINDS
from gcmgraph.web.links import local_path
from gcmgraph.web.site import Site, Snapshot

#: How alike (0 to 100) two addresses must be, how many are told, and up to what length we look.
LIKENESS, MOST, LONGEST = 70, 5, 200


def near_matches(site: Site, snapshot: Snapshot, kind: str, local: str, language: str) -> list[dict[str, str]]:
    """The things whose addresses are most like `{kind}/{local}`: `href` and `title` of each, best first.

    Case does not count. An unknown kind is read as the kind most like it (`organization`).
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
    return [
        {
            "href": local_path(site.addresses, members[index].value) or "",
            "title": snapshot.labels.of(members[index], language).text,
        }
        for _, _, index in alike
    ]
