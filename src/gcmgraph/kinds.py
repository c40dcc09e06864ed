"""Kinds of resources, one row each: addresses, classes, and what contributors, queries and tables do with them.

Every module that lists kinds reads this table. Facets of lists are in `publication.lists.facets`, contents of pages
in `web.resources.views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Regular expression of the last part of an IRI, and the maximum length of one generated from a text.
SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
LONGEST_SLUG = 120


@dataclass(frozen=True)
class Kind:
    """A kind: the part of an address after `{base}id/`, and what is true of all resources of it."""

    name: str
    #: English name of its resources, translated by the catalogs of the interface
    plural: str
    #: classes of its resources (CURIEs)
    classes: tuple[str, ...]
    #: form of the rest of an address, as a regular expression, and an example
    local: str
    example: str
    #: words before the code of a resource, as in `cible 10.7`: English, French, Spanish, Russian and Arabic, folded
    code_words: tuple[str, ...] = ()
    #: whether contributors describe such resources, in a sheet of the template
    described: bool = False
    #: class of the resources that contributors choose from; None where they choose none
    chosen: str | None = None
    #: whether their list is incomplete, so that an absent resource may be valid
    open: bool = False
    #: content of the table of all such resources; None for no table
    table: str | None = None
    #: type of schema.org; empty for none
    schema_org: str = ""

    @property
    def parameter_class(self) -> str | None:
        """The class of the values of a query's parameter; None for one of several."""
        return self.classes[0] if len(self.classes) == 1 else None


_ROWS = (
    Kind(
        "objective",
        "Objectives",
        ("gcm:Objective",),
        *(r"[1-9]\d?", "9"),
        code_words=("objective", "objectif", "objetivo", "цель", "الهدف", "هدف", "gcm objective"),
        chosen="gcm:Objective",
        table="Objectives of the Global Compact for Migration.",
        schema_org="DefinedTerm",
    ),
    Kind(
        "action",
        "Actions",
        ("gcm:Action",),
        *(r"[1-9]\d?[a-z]", "9a"),
        code_words=("action", "accion", "действие", "gcm action"),
        chosen="gcm:Action",
        table="Actions of the objectives.",
        schema_org="DefinedTerm",
    ),
    Kind(
        "practice",
        "Practices",
        ("gcm:Practice",),
        *(SLUG, "plan-de-travail"),
        described=True,
        table="Practices with their countries, organisations, dates and topics.",
        schema_org="Action",
    ),
    Kind(
        "organisation",
        "Organisations",
        ("gcm:Organisation",),
        *(SLUG, "unodc"),
        described=True,
        chosen="gcm:Organisation",
        table="Organisations that practices name.",
        schema_org="Organization",
    ),
    Kind(
        "evaluation",
        "Evaluations",
        ("gcm:Evaluation",),
        *(SLUG, "better-migration-management-phase-iii-2025"),
        described=True,
        table="Evaluations of projects with their countries, themes, types and donors.",
        schema_org="Report",
    ),
    Kind(
        "pledge",
        "Pledges",
        ("gcm:Pledge",),
        *(SLUG, "a-regular-pathway-for-seasonal-workers"),
        described=True,
        table="Pledges to carry out the Compact: who, what, by when, and how it is measured.",
    ),
    Kind(
        "country",
        "Countries",
        ("gcm:Country",),
        *(r"[A-Z]{3}", "AFG"),
        chosen="gcm:Country",
        table="Countries with their regions.",
        schema_org="Country",
    ),
    Kind("place", "Places", ("dct:Location",), SLUG, "sao-paulo", chosen="dct:Location", schema_org="Place"),
    Kind(
        "sdg",
        "SDG goals and targets",
        ("gcm:SdgGoal", "gcm:SdgTarget"),
        *(r"[1-9]\d?(\.[0-9a-z]{1,2})?", "10.7"),
        code_words=(
            *("sdg", "sdgs", "odd", "ods", "goal", "target", "cible", "meta", "цур", "задача"),
            *("objectif de developpement durable", "objetivo de desarrollo sostenible", "sdg target", "sdg goal"),
            *("target sdg", "goal sdg", "cible odd", "meta ods", "задача цур", "цель цур"),
        ),
        chosen="gcm:SdgTarget",
        table="Goals and targets of the 2030 Agenda.",
        schema_org="DefinedTerm",
    ),
    Kind(
        "instrument",
        "Legal instruments",
        ("gcm:LegalInstrument",),
        *(SLUG, "smuggling-protocol"),
        chosen="gcm:LegalInstrument",
        table="Legal instruments that the Compact and practices name.",
        schema_org="Legislation",
    ),
    Kind(
        "concept",
        "Concepts",
        ("skos:Concept",),
        *(r"[A-Za-z0-9-]+(/[A-Za-z0-9][A-Za-z0-9.-]*)*", "practice-type/plan"),
        schema_org="DefinedTerm",
    ),
    # observations are addressed below their dataset, passages below `source`; neither is a kind
    Kind("statistics", "Statistics", ("qb:DataSet",), *(SLUG, "refugees-by-asylum"), schema_org="Dataset"),
    Kind(
        "source",
        "Source documents",
        ("gcm:SourceDocument",),
        *(r"[A-Za-z0-9][A-Za-z0-9._-]*(/\d+-\d+)?", "objective-09.fr"),
        chosen="gcm:SourceDocument",
        open=True,
        table="Source documents of the statements.",
        schema_org="DigitalDocument",
    ),
    Kind(
        "contribution",
        "Contributions",
        ("gcm:Contribution",),
        *(r"[A-Za-z0-9-]+", "the address of a contribution"),
        open=True,
    ),
)

#: Kinds by name, in the order of display.
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ROWS}

#: Kinds of resources that contributors describe.
DESCRIBED = tuple(kind.name for kind in _ROWS if kind.described)
