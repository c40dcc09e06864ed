"""Properties with a name of ours, or that pages, search, assistants or search engines treat in a way of their own.

One row each, in the order of reading. Terms of our vocabulary have their names there. Columns of the template are
derived from the shapes, facets of lists are in `publication.lists.facets`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


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
    #: types that have it; empty for all
    types: tuple[str, ...] = ()
    #: type of the resources that are its values; empty for texts
    values: str = ""


#: Types of schema.org that are a CreativeWork.
WORKS = ("DigitalDocument", "Quotation", "Legislation")


@dataclass(frozen=True)
class Property:
    """A property (a CURIE)."""

    curie: str
    #: English name of a property of another vocabulary, translated by the catalogs of the interface
    name: str = ""
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
    Property("oa:exact", "quotation", long=True, summary=4, schema_org=SchemaOrg("text", ("Quotation",))),
    Property("skos:prefLabel", "name"),
    Property("dct:title", "title"),
    Property("rdfs:label", "label"),
    Property(
        "skos:altLabel",
        "also called",
        boxes=(Box("organisation", 50, ValueForm.TEXT), Box("instrument", 10, ValueForm.TEXT)),
        schema_org=SchemaOrg("alternateName"),
    ),
    Property("gcm:acronym", schema_org=SchemaOrg("alternateName")),
    Property("skos:notation", "code", schema_org=SchemaOrg("termCode", ("DefinedTerm",))),
    Property("gcm:commitment", long=True, searched=True, summary=2, schema_org=SchemaOrg("description")),
    Property("skos:definition", "text", long=True, searched=True, summary=3, schema_org=SchemaOrg("description")),
    Property("gcm:wording"),
    Property(
        "dct:description", "description", long=True, searched=True, summary=1, schema_org=SchemaOrg("description")
    ),
    Property("gcm:outcome", long=True, searched=True),
    Property("gcm:objective"),
    Property("dct:isPartOf", "part of"),
    Property("gcm:supportsAction"),
    Property("dct:type", "type", boxes=(Box("country", 30), Box("organisation", 10))),
    Property("eli:type_document", "kind of instrument", boxes=(Box("instrument", 20),)),
    Property(
        "gcm:leadOrganisation", boxes=(Box("practice", 10),), schema_org=SchemaOrg("agent", ("Action",), "Organization")
    ),
    Property(
        "gcm:partnerOrganisation",
        boxes=(Box("practice", 20),),
        schema_org=SchemaOrg("participant", ("Action",), "Organization"),
    ),
    Property("gcm:involvesOrganisation"),
    Property(
        "gcm:country",
        boxes=(Box("practice", 30, ValueForm.NAME),),
        schema_org=SchemaOrg("location", ("Action",), "Country"),
    ),
    Property("dct:spatial", "location", boxes=(Box("practice", 50, ValueForm.NAME), Box("organisation", 20))),
    Property("schema:containedInPlace", "located in", schema_org=SchemaOrg("containedInPlace", ("Place",), "Country")),
    Property("gcm:originCountry", boxes=(Box("practice", 60, ValueForm.NAME),)),
    Property("gcm:destinationCountry", boxes=(Box("practice", 70, ValueForm.NAME),)),
    Property("gcm:donorCountry", boxes=(Box("practice", 80, ValueForm.NAME),)),
    Property("gcm:connectsCountry"),
    Property("gcm:involvesCountry"),
    Property("gcm:corridor", boxes=(Box("practice", 90, ValueForm.CORRIDOR),)),
    Property("eli:jurisdiction", "jurisdiction", boxes=(Box("instrument", 50),)),
    Property("gcm:legalBasis", boxes=(Box("practice", 190),)),
    Property("gcm:instrument", boxes=(Box("practice", 180), Box("action", 10))),
    Property("gcm:principle", boxes=(Box("practice", 170), Box("action", 20))),
    Property("org:member", "member"),
    Property("org:role", "role"),
    Property("gcm:participant"),
    Property("gcm:bindingAction"),
    Property("gcm:signatureDate"),
    Property("gcm:bindingDate"),
    Property("gcm:asOf"),
    Property(
        "schema:startDate",
        "start",
        boxes=(Box("practice", 100, ValueForm.PERIOD),),
        schema_org=SchemaOrg("startTime", ("Action",)),
    ),
    Property("schema:endDate", "end", schema_org=SchemaOrg("endTime", ("Action",))),
    Property("schema:funding", "funding", boxes=(Box("practice", 110, ValueForm.QUANTITY),)),
    Property("schema:funder", "funder"),
    Property("schema:amount", "amount"),
    Property("gcm:bound"),
    Property("schema:value", "value"),
    Property("schema:currency", "currency"),
    Property("schema:unitText", "unit"),
    Property("schema:result", "result", boxes=(Box("practice", 140, ValueForm.QUANTITY),)),
    Property("gcm:plannedResult", boxes=(Box("practice", 150, ValueForm.QUANTITY),)),
    Property("gcm:cost", boxes=(Box("practice", 120, ValueForm.QUANTITY),)),
    Property("gcm:areaOfWork", boxes=(Box("practice", 160),)),
    Property("gcm:targetAudience", boxes=(Box("practice", 130),)),
    Property("dct:hasPart", "has part"),
    Property("dct:replaces", "earlier phase or version"),
    Property("dct:references", "references"),
    Property("dct:source", "source document"),
    Property("dct:dateAccepted", "reviewed by the editors on"),
    Property("skos:editorialNote", "editors’ note", long=True),
    Property("sh:message", "message"),
    Property("sh:description", "how to correct it"),
)

#: Properties that lists of statements order by their labels.
_BY_LABEL = (
    Property("gcm:region", boxes=(Box("practice", 40, ValueForm.NAME), Box("country", 10))),
    Property("gcm:countryGroup", boxes=(Box("country", 20),)),
    Property("gcm:relevantTarget", boxes=(Box("action", 30),)),
    Property("gcm:binding", boxes=(Box("practice", 200),)),
    Property(
        "org:subOrganizationOf",
        "part of",
        boxes=(Box("organisation", 30),),
        schema_org=SchemaOrg("parentOrganization", ("Organization",), "Organization"),
    ),
    Property(
        "org:hasMember",
        "member",
        boxes=(Box("organisation", 40),),
        schema_org=SchemaOrg("member", ("Organization",), "Organization"),
    ),
    Property("foaf:homepage", "website", boxes=(Box("organisation", 60),)),
    Property("eli:date_document", "date", boxes=(Box("instrument", 30),)),
    Property("eli:first_date_entry_in_force", "in force since", boxes=(Box("instrument", 40),)),
    Property("gcm:supplements", boxes=(Box("instrument", 60),)),
    Property("rdf:type", "type"),
    Property("dct:conformsTo", "specification"),
    Property("dct:subject", "subject"),
    Property("dct:language", "language", schema_org=SchemaOrg("inLanguage", WORKS)),
    Property("dct:format", "format"),
    Property("dct:creator", "creator"),
    Property("dct:date", "date"),
    Property(
        "dct:rightsHolder",
        "rights holder",
        schema_org=SchemaOrg("copyrightHolder", ("DigitalDocument",), "Organization"),
    ),
    Property("dct:bibliographicCitation", "citation"),
    Property("skos:broader", "part of the wider"),
    Property("skos:inScheme", "in scheme"),
    Property("skos:topConceptOf", "top concept of"),
    Property("skos:hasTopConcept", "top concept"),
    Property("skos:exactMatch", "same as"),
    Property("skos:closeMatch", "nearly the same as"),
    Property("skos:broadMatch", "part of the wider"),
    Property("skos:narrowMatch", "has as a part"),
    Property("skos:relatedMatch", "related to"),
    Property("schema:latitude", "latitude"),
    Property("schema:longitude", "longitude"),
    Property("schema:position", "position"),
    Property("schema:organizer", "organised by"),
    Property("schema:contributor", "with the help of"),
    Property("foaf:page", "web page"),
    Property("dcat:downloadURL", "file"),
    Property("org:organization", "organisation"),
    Property("org:identifier", "identifier"),
    Property("oa:prefix", "text before"),
    Property("oa:suffix", "text after"),
    Property("oa:start", "first character"),
    Property("oa:end", "end"),
    Property("oa:hasSource", "document"),
    Property("oa:hasSelector", "place"),
    Property("oa:hasTarget", "passage"),
    Property("adms:status", "status"),
    Property("prov:wasDerivedFrom", "derived from"),
    Property("prov:wasGeneratedBy", "made by"),
    Property("prov:generatedAtTime", "made at"),
    Property("prov:invalidatedAtTime", "ended at"),
    Property("prov:wasInvalidatedBy", "ended by"),
    Property("prov:wasAttributedTo", "by"),
    Property("prov:wasAssociatedWith", "carried out by"),
    Property("prov:wasInformedBy", "follows on"),
    Property("prov:startedAtTime", "start"),
    Property("prov:endedAtTime", "end"),
    Property("prov:used", "used"),
    Property("spdx:checksum", "checksum"),
    Property("spdx:algorithm", "algorithm"),
    Property("spdx:checksumValue", "value"),
    Property("rdfs:subClassOf", "is a kind of"),
    Property("rdfs:subPropertyOf", "is a kind of"),
    Property("rdfs:domain", "of"),
    Property("rdfs:range", "leads to"),
    Property("rdfs:isDefinedBy", "defined by"),
    Property("rdfs:comment", "note"),
    Property("skos:example", "example"),
    Property("skos:scopeNote", "note"),
    Property("owl:inverseOf", "inverse of"),
    Property("sh:targetClass", "applies to"),
    Property("sh:property", "rule"),
    Property("sh:path", "property"),
    Property("sh:minCount", "at least"),
    Property("sh:maxCount", "at most"),
    Property("sh:severity", "severity"),
    Property("rdf:subject", "subject of the statement"),
    Property("rdf:predicate", "property of the statement"),
    Property("rdf:object", "value of the statement"),
    Property("rdf:value", "value"),
    Property("skos:hiddenLabel", "also found as"),
    Property("sssom:mapping_justification", "justification"),
    Property("sssom:mapping_date", "date"),
    Property("sssom:confidence", "confidence"),
    Property("sssom:author_label", "author"),
    Property("sdgo:isTargetOf", "target of"),
    Property("dct:identifier", "identifier"),
    Property("dct:created", "date of creation"),
    Property("dct:license", "licence"),
    Property("dct:rights", "rights"),
    Property("schema:domainIncludes", "of"),
    Property("schema:rangeIncludes", "leads to"),
    Property("owl:disjointWith", "never the same as"),
    Property("owl:versionInfo", "version"),
    Property("void:triples", "number of statements"),
    Property("void:property", "property"),
    Property("void:propertyPartition", "statements by property"),
)

ALL = (*PROPERTIES, *_BY_LABEL)

#: Properties from which the summary of a resource is made, best first.
SUMMARIES = tuple(row.curie for row in sorted(PROPERTIES, key=lambda row: row.summary) if row.summary)

#: Names of classes of other vocabularies, in English as those of properties.
CLASS_NAMES = {
    "rdf:Statement": "statement",
    "skos:Concept": "concept",
    "skos:ConceptScheme": "list of concepts",
    "owl:Class": "class",
    "owl:ObjectProperty": "property between resources",
    "owl:DatatypeProperty": "property with a value",
    "owl:AnnotationProperty": "property of notes",
    "void:Dataset": "dataset",
    "void:Linkset": "set of links",
    "schema:Event": "event",
    "org:Membership": "membership",
    "dct:Location": "place",
    "schema:QuantitativeValue": "result",
    "schema:MonetaryGrant": "grant",
    "schema:MonetaryAmount": "amount of money",
    "prov:Activity": "activity",
    "oa:FragmentSelector": "page of a document",
}


def box_of(kind: str) -> list[tuple[str, ValueForm]]:
    """The properties in the fact box of a kind, in order, each with the form of its values."""
    rows = ((box.order, row.curie, box.form) for row in ALL for box in row.boxes if box.kind == kind)
    return [(curie, form) for _, curie, form in sorted(rows, key=lambda row: row[0])]
