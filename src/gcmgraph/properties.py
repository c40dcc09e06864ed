"""Properties that pages, search, assistants and search engines treat in a way of their own, in the order of reading.

All others follow these by their labels. Columns of the template are derived from the shapes, facets of lists are in
`publication.lists.facets`, names of terms of other vocabularies in `web/term_names.csv`. `relations.csv` lists the
properties of statements that people have checked (`publication.claims`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from importlib.resources import files


class ValueForm(Enum):
    """Form of the values of a property in the fact box of a page."""

    #: a resource by its code and name, or a value as people write it
    TERM = auto()
    #: a resource by its name alone
    NAME = auto()
    #: a text in the language of the page or the next best one
    TEXT = auto()
    #: an amount of money or a number of people
    QUANTITY = auto()
    #: countries between which people move
    CORRIDOR = auto()
    #: start and end, with the property of the end
    PERIOD = auto()


@dataclass(frozen=True)
class Box:
    """A row in the fact box of the pages of a kind."""

    kind: str
    order: int
    form: ValueForm = ValueForm.TERM


@dataclass(frozen=True)
class SchemaOrg:
    """A property in schema.org."""

    name: str
    #: types that have it, separated by spaces; empty for all
    types: str = ""
    #: type of the resources that are its values; empty for texts
    values: str = ""


#: Types of schema.org that are a CreativeWork.
WORKS = "DigitalDocument Quotation Legislation"


@dataclass(frozen=True)
class Property:
    """A property (a CURIE)."""

    curie: str
    boxes: tuple[Box, ...] = ()
    #: whether its values are long texts
    long: bool = False
    #: whether the search reads its texts
    searched: bool = False
    #: rank among the properties from which the summary of a resource is made; 0: none is
    summary: int = 0
    schema_org: SchemaOrg | None = None


#: Properties in the order of reading; all others follow by their labels.
PROPERTIES = (
    Property("oa:exact", long=True, summary=4, schema_org=SchemaOrg("text", "Quotation")),
    Property("skos:prefLabel"),
    Property("dct:title"),
    Property("rdfs:label"),
    Property(
        "skos:altLabel",
        (Box("organisation", 50, ValueForm.TEXT), Box("instrument", 10, ValueForm.TEXT)),
        schema_org=SchemaOrg("alternateName"),
    ),
    Property("gcm:acronym", schema_org=SchemaOrg("alternateName")),
    Property("skos:notation", schema_org=SchemaOrg("termCode", "DefinedTerm")),
    Property("gcm:commitment", long=True, searched=True, summary=2, schema_org=SchemaOrg("description")),
    Property("skos:definition", long=True, searched=True, summary=3, schema_org=SchemaOrg("description")),
    Property("gcm:wording"),
    Property("dct:description", long=True, searched=True, summary=1, schema_org=SchemaOrg("description")),
    Property("gcm:outcome", long=True, searched=True),
    Property("gcm:objective"),
    Property("dct:isPartOf"),
    Property("gcm:supportsAction"),
    Property("dct:type", (Box("country", 30), Box("organisation", 10), Box("evaluation", 20))),
    Property("eli:type_document", (Box("instrument", 20),)),
    Property("eli:passed_by", (Box("instrument", 25, ValueForm.NAME),)),
    Property("gcm:leadOrganisation", (Box("practice", 10),), schema_org=SchemaOrg("agent", "Action", "Organization")),
    Property(
        "gcm:partnerOrganisation", (Box("practice", 20),), schema_org=SchemaOrg("participant", "Action", "Organization")
    ),
    Property("gcm:involvesOrganisation"),
    Property(
        "gcm:country", (Box("practice", 30, ValueForm.NAME),), schema_org=SchemaOrg("location", "Action", "Country")
    ),
    Property("dct:spatial", (Box("practice", 50, ValueForm.NAME), Box("organisation", 20))),
    Property("schema:containedInPlace", schema_org=SchemaOrg("containedInPlace", "Place", "Country")),
    Property("gcm:originCountry", (Box("practice", 60, ValueForm.NAME),)),
    Property("gcm:destinationCountry", (Box("practice", 70, ValueForm.NAME),)),
    Property("gcm:donorCountry", (Box("practice", 80, ValueForm.NAME),)),
    Property("gcm:donorName", (Box("evaluation", 60, ValueForm.TEXT),)),
    Property(
        "schema:spatialCoverage",
        (Box("evaluation", 40, ValueForm.NAME),),
        schema_org=SchemaOrg("spatialCoverage", "Report", "Country"),
    ),
    Property("dct:subject", (Box("evaluation", 30),)),
    Property("schema:datePublished", (Box("evaluation", 10),), schema_org=SchemaOrg("datePublished", "Report")),
    Property("schema:temporalCoverage", (Box("evaluation", 50),), schema_org=SchemaOrg("temporalCoverage", "Report")),
    Property("gcm:projectCode", (Box("evaluation", 70),)),
    Property("schema:about", (Box("evaluation", 80, ValueForm.NAME),)),
    Property("gcm:connectsCountry"),
    Property("gcm:involvesCountry"),
    Property("gcm:corridor", (Box("practice", 90, ValueForm.CORRIDOR),)),
    Property("eli:jurisdiction", (Box("instrument", 50),)),
    Property("gcm:legalBasis", (Box("practice", 190),)),
    Property("gcm:instrument", (Box("practice", 180), Box("action", 10))),
    Property("gcm:principle", (Box("practice", 170), Box("action", 20))),
    Property("gcm:pledgedBy"),
    Property("gcm:concernsAction"),
    Property("gcm:dueDate"),
    Property("gcm:measure", long=True, searched=True),
    Property("org:member"),
    Property("org:role"),
    Property("gcm:participant"),
    Property("gcm:bindingAction"),
    Property("gcm:signatureDate"),
    Property("gcm:bindingDate"),
    Property("gcm:asOf"),
    Property(
        "schema:startDate", (Box("practice", 100, ValueForm.PERIOD),), schema_org=SchemaOrg("startTime", "Action")
    ),
    Property("schema:endDate", schema_org=SchemaOrg("endTime", "Action")),
    Property("schema:funding", (Box("practice", 110, ValueForm.QUANTITY),)),
    Property("schema:funder"),
    Property("schema:amount"),
    Property("gcm:bound"),
    Property("schema:value"),
    Property("schema:currency"),
    Property("schema:unitText"),
    Property("schema:result", (Box("practice", 140, ValueForm.QUANTITY),)),
    Property("gcm:plannedResult", (Box("practice", 150, ValueForm.QUANTITY),)),
    Property("gcm:cost", (Box("practice", 120, ValueForm.QUANTITY),)),
    Property("gcm:areaOfWork", (Box("practice", 160),)),
    Property("gcm:targetAudience", (Box("practice", 130),)),
    Property("gcm:topic", (Box("practice", 165), Box("action", 25))),
    Property("dct:hasPart"),
    Property("dct:replaces"),
    Property("dct:references"),
    Property("dct:source"),
    Property("dct:dateAccepted"),
    Property("skos:editorialNote", long=True),
    Property("sh:message"),
    Property("sh:description"),
)

#: Properties that lists of statements order by their labels.
_BY_LABEL = (
    Property("gcm:region", (Box("practice", 40, ValueForm.NAME), Box("country", 10))),
    Property("gcm:countryGroup", (Box("country", 20),)),
    Property("gcm:relevantTarget", (Box("action", 30),)),
    Property("gcm:binding", (Box("practice", 200),)),
    Property(
        "org:hasMember", (Box("organisation", 40),), schema_org=SchemaOrg("member", "Organization", "Organization")
    ),
    Property(
        "org:subOrganizationOf",
        (Box("organisation", 30),),
        schema_org=SchemaOrg("parentOrganization", "Organization", "Organization"),
    ),
    Property("foaf:homepage", (Box("organisation", 60),)),
    Property("eli:date_document", (Box("instrument", 30),)),
    Property("eli:first_date_entry_in_force", (Box("instrument", 40),)),
    Property("gcm:supplements", (Box("instrument", 60),)),
    Property("dct:language", schema_org=SchemaOrg("inLanguage", WORKS)),
    Property("dct:rightsHolder", schema_org=SchemaOrg("copyrightHolder", "DigitalDocument", "Organization")),
)

ALL = (*PROPERTIES, *_BY_LABEL)

#: Properties from which the summary of a resource is made, best first.
SUMMARIES = tuple(row.curie for row in sorted(PROPERTIES, key=lambda row: row.summary) if row.summary)


def box_of(kind: str) -> list[tuple[str, ValueForm]]:
    """The properties in the fact box of a kind, in order, each with the form of its values."""
    rows = ((box.order, row.curie, box.form) for row in ALL for box in row.boxes if box.kind == kind)
    return [(curie, form) for _, curie, form in sorted(rows, key=lambda row: row[0])]


@dataclass(frozen=True)
class Relation:
    """A property of the statements that can be checked, for resources of some kinds."""

    curie: str
    kinds: tuple[str, ...]
    #: kinds of its values, or stems of concepts such as `concept/topic/`; else one of `LITERALS`
    values: tuple[str, ...]
    #: paths to its values, steps separated by spaces: `^` inverts a step, `*` repeats it, `[…]` requires a property
    paths: tuple[str, ...]
    #: `parts`: a whole has the values of its parts; `one`: at most one value; `all`: the values of a resource are
    #: complete; `marked`: the resources that have a value are complete
    rules: frozenset[str]
    #: names beside the labels of the property, in any language
    names: tuple[str, ...]


#: Values of relations that are no resources.
LITERALS = ("number", "date", "text", "yes or no")


@cache
def relations() -> tuple[Relation, ...]:
    """The relations of `relations.csv`."""
    rows = csv.DictReader((files(__package__) / "relations.csv").read_text("utf-8").splitlines())
    return tuple(
        Relation(
            row["property"],
            tuple(row["kinds"].split("|")),
            tuple(row["values"].split("|")),
            tuple((row["paths"] or row["property"]).split("|")),
            frozenset(row["rules"].split()),
            tuple(filter(None, row["names"].split("|"))),
        )
        for row in rows
    )
