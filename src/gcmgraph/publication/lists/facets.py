"""By what the lists of things can be narrowed: for each kind its facets, each with the paths that lead to its values.

A value is named by the local part of its address (`AFG`, `unodc`, `10.7`, `plan`), the same in every language.
"""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.namespaces import Addresses

_ROLES = ("gcm:involvesOrganisation", "gcm:leadOrganisation", "gcm:partnerOrganisation")
_IN_EVENTS = ("schema:organizer", "schema:contributor")


@dataclass(frozen=True)
class Facet:
    """A facet: the name of its parameter, the property paths from a thing to its values, and where these stand.

    `stem` is the path of the values under `{base}id/`; None where they are literals.
    """

    name: str
    paths: tuple[tuple[str, ...], ...]
    stem: str | None

    def key(self, value: str, addresses: Addresses) -> str:
        """How a value (an IRI, or the text of a literal) is named in an address."""
        return value.removeprefix(f"{addresses.base}id/{self.stem}") if self.stem is not None else value

    def value(self, key: str, addresses: Addresses) -> str:
        """The value of a key. A key that is a whole web address stands for itself."""
        if self.stem is None or key.startswith(("http://", "https://")):
            return key
        return f"{addresses.base}id/{self.stem}{key}"

    @property
    def direct(self) -> tuple[str, ...]:
        """The properties by which a thing itself names its values."""
        return tuple(path[0] for path in self.paths if len(path) == 1)


def _facet(name: str, stem: str | None, *paths: str) -> Facet:
    """Return a facet; a path is written as its properties, separated by spaces."""
    return Facet(name, tuple(tuple(path.split()) for path in paths), stem)


#: For each kind of thing its facets, in the order they are offered. The SDG targets of a practice are also those of
#: its objective and of the actions it supports: no source need say that the practice itself serves them.
FACETS: dict[str, tuple[Facet, ...]] = {
    "practice": (
        _facet("country", "country/", "gcm:country"),
        _facet("place", "place/", "dct:spatial"),
        _facet("origin", "country/", "gcm:originCountry"),
        _facet("destination", "country/", "gcm:destinationCountry"),
        _facet("donor", "country/", "gcm:donorCountry"),
        _facet("organisation", "organisation/", *_ROLES),
        _facet("lead", "organisation/", "gcm:leadOrganisation"),
        _facet("funder", "organisation/", "schema:funding schema:funder"),
        _facet("objective", "objective/", "gcm:objective"),
        _facet("action", "action/", "gcm:supportsAction"),
        _facet(
            "goal",
            "sdg/",
            *("gcm:relevantGoal", "gcm:relevantTarget sdgo:isTargetOf"),
            *("gcm:objective gcm:relevantGoal", "gcm:objective gcm:relevantTarget sdgo:isTargetOf"),
            *("gcm:supportsAction gcm:relevantGoal", "gcm:supportsAction gcm:relevantTarget sdgo:isTargetOf"),
        ),
        _facet(
            "target",
            "sdg/",
            *("gcm:relevantTarget", "gcm:objective gcm:relevantTarget", "gcm:supportsAction gcm:relevantTarget"),
        ),
        _facet("type", "concept/practice-type/", "dct:type"),
        _facet("area", "concept/area-of-work/", "gcm:areaOfWork"),
        _facet("audience", "concept/audience/", "gcm:targetAudience"),
        _facet("instrument", "instrument/", "gcm:instrument"),
        _facet("principle", "concept/principle/", "gcm:principle"),
        _facet("source", "source/", "dct:source"),
    ),
    "objective": (
        _facet("goal", "sdg/", "gcm:relevantGoal", "gcm:relevantTarget sdgo:isTargetOf"),
        _facet("target", "sdg/", "gcm:relevantTarget"),
    ),
    "action": (
        _facet("objective", "objective/", "gcm:objective"),
        _facet("instrument", "instrument/", "gcm:instrument"),
        _facet("principle", "concept/principle/", "gcm:principle"),
    ),
    "organisation": (
        _facet("kind", "concept/organisation-kind/", "dct:type"),
        _facet("country", "country/", "dct:spatial"),
        _facet("member", "country/", "org:hasMember"),
        _facet("part-of", "organisation/", "org:subOrganizationOf"),
        _facet("status", "concept/review-status/", "adms:status"),
    ),
    "country": (
        _facet("region", "concept/m49/", "gcm:region", "gcm:region skos:broader"),
        _facet("group", "concept/country-group/", "gcm:countryGroup"),
        _facet("kind", "concept/country-kind/", "dct:type"),
    ),
    "place": (
        _facet("country", "country/", "schema:containedInPlace"),
        _facet("kind", "concept/place-kind/", "dct:type"),
    ),
    "sdg": (_facet("goal", "sdg/", "sdgo:isTargetOf"),),
    "instrument": (
        _facet("kind", "concept/instrument-kind/", "eli:type_document"),
        _facet("jurisdiction", "country/", "eli:jurisdiction"),
    ),
    "concept": (_facet("scheme", "concept/", "skos:inScheme"),),
    "source": (_facet("language", None, "dct:language"),),
    "contribution": (),
}

#: The facets of practices that tell which practices belong to a thing of a kind.
PRACTICES_OF = {
    "objective": ("objective",),
    "action": ("action",),
    "organisation": ("organisation", "funder"),
    "country": ("country", "origin", "destination", "donor"),
    "place": ("place",),
    "sdg": ("goal", "target"),
    "instrument": ("instrument",),
    "concept": ("type", "area", "audience", "principle"),
    "source": ("source",),
}

#: When practices began and ended.
START, END = "schema:startDate", "schema:endDate"

#: By what a practice names the practice that it is a part of.
PART_OF = ("dct:isPartOf",)

#: How organisations take part in a practice: in itself, and in an event that is part of it.
TAKING_PART = (
    *((role,) for role in (*_ROLES, *_IN_EVENTS)),
    *(("dct:hasPart", role) for role in _IN_EVENTS),
)

#: By what practices name objectives, actions, SDG goals, targets and concepts: all facets that are not of who or where.
NAMING = tuple(
    (curie,)
    for facet in FACETS["practice"]
    if facet.name in ("objective", "action", "goal", "target", "type", "area", "audience", "principle")
    for curie in facet.direct
)

#: Where practices are carried out.
CARRIED_OUT = ("gcm:country",)

#: For each kind of thing the paths that a list needs the values of: those of its facets; of practices also their dates
#: and who takes part.
PATHS: dict[str, tuple[tuple[str, ...], ...]] = {
    kind: tuple(dict.fromkeys(path for facet in facets for path in facet.paths)) for kind, facets in FACETS.items()
}
PATHS["practice"] = tuple(dict.fromkeys((*PATHS["practice"], (START,), (END,), PART_OF, *TAKING_PART)))
