"""Names that the interface gives to kinds of things, origins of statements, and terms of others.

Each is translated when it is shown (`str(name)`), in the language of the request.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext, lazy_pgettext

#: Kinds of things, in the plural.
KIND_NAMES: Mapping[str, LazyString] = {
    "objective": lazy_gettext("Objectives"),
    "action": lazy_gettext("Actions"),
    "practice": lazy_gettext("Practices"),
    "organisation": lazy_gettext("Organisations"),
    "country": lazy_gettext("Countries"),
    "sdg": lazy_gettext("SDG goals and targets"),
    "instrument": lazy_gettext("Legal instruments"),
    "concept": lazy_gettext("Concepts"),
    "source": lazy_gettext("Source documents"),
    "contribution": lazy_gettext("Contributions"),
}

#: The pages that the header of every page leads to, in order.
MAIN_PAGES: Mapping[str, LazyString] = {
    "/browse/practice": lazy_gettext("Practices"),
    "/map": lazy_pgettext("navigation", "Map"),
    "/network": lazy_pgettext("navigation", "Network"),
    "/queries": lazy_gettext("Questions"),
    "/sparql": lazy_pgettext("navigation", "Query"),
    "/ontology": lazy_gettext("Vocabulary"),
    "/shapes": lazy_gettext("Rules"),
    "/dataset": lazy_pgettext("navigation", "Data"),
    "/contributions": lazy_pgettext("navigation", "Contribute"),
}

#: The pages that the footer of every page leads to, in order: for people with data of their own.
SERVICE_PAGES: Mapping[str, LazyString] = {
    "/linksets": lazy_gettext("Links to other datasets"),
    "/reconcile": lazy_gettext("Match names in a table"),
    "/resolve": lazy_gettext("Look up an identifier"),
}

#: Where a statement comes from, by the kind of its graph.
ORIGIN_NAMES: Mapping[str, LazyString] = {
    "source": lazy_pgettext("proof", "source"),
    "curated": lazy_gettext("an editor's judgement"),
    "contribution": lazy_gettext("contributed"),
    "linkset": lazy_gettext("linked by a program"),
    "reference": lazy_gettext("reference data"),
    "ontology": lazy_pgettext("proof", "defined by this vocabulary"),
    "shapes": lazy_pgettext("proof", "defined by these rules"),
    "provenance": lazy_pgettext("proof", "recorded by the program"),
    "evidence": lazy_pgettext("proof", "recorded when the document was read"),
    "other": lazy_pgettext("proof", "other data"),
}

#: Who read a statement from a passage.
READER_NAMES: Mapping[str, LazyString] = {
    "program": lazy_gettext("read by a program"),
    "editor": lazy_gettext("read by an editor"),
    "contributor": lazy_gettext("read by a contributor"),
}

#: Terms of other vocabularies, which do not come with labels in our languages, as our pages call them.
TERM_NAMES: Mapping[str, LazyString] = {
    "rdf:type": lazy_pgettext("property", "type"),
    "dct:title": lazy_pgettext("property", "title"),
    "dct:description": lazy_pgettext("property", "description"),
    "dct:type": lazy_pgettext("property", "type"),
    "dct:source": lazy_pgettext("property", "source document"),
    "dct:references": lazy_pgettext("property", "references"),
    "dct:hasPart": lazy_pgettext("property", "has part"),
    "dct:isPartOf": lazy_pgettext("property", "part of"),
    "dct:language": lazy_pgettext("property", "language"),
    "dct:format": lazy_pgettext("property", "format"),
    "dct:creator": lazy_pgettext("property", "creator"),
    "dct:date": lazy_pgettext("property", "date"),
    "dct:rightsHolder": lazy_pgettext("property", "rights holder"),
    "dct:bibliographicCitation": lazy_pgettext("property", "citation"),
    "skos:prefLabel": lazy_pgettext("property", "name"),
    "skos:altLabel": lazy_pgettext("property", "also called"),
    "skos:notation": lazy_pgettext("property", "code"),
    "skos:definition": lazy_pgettext("property", "text"),
    "skos:broader": lazy_pgettext("property", "part of the wider"),
    "skos:inScheme": lazy_pgettext("property", "in scheme"),
    "skos:exactMatch": lazy_pgettext("property", "same as"),
    "schema:startDate": lazy_pgettext("property", "start"),
    "schema:endDate": lazy_pgettext("property", "end"),
    "schema:funding": lazy_pgettext("property", "funding"),
    "schema:amount": lazy_pgettext("property", "amount"),
    "schema:value": lazy_pgettext("property", "value"),
    "schema:currency": lazy_pgettext("property", "currency"),
    "schema:position": lazy_pgettext("property", "position"),
    "schema:organizer": lazy_pgettext("property", "organised by"),
    "schema:contributor": lazy_pgettext("property", "with the help of"),
    "foaf:homepage": lazy_pgettext("property", "website"),
    "org:subOrganizationOf": lazy_pgettext("property", "part of"),
    "org:hasMember": lazy_pgettext("property", "member"),
    "org:organization": lazy_pgettext("property", "organisation"),
    "org:member": lazy_pgettext("property", "member"),
    "org:role": lazy_pgettext("property", "role"),
    "oa:exact": lazy_pgettext("property", "quotation"),
    "oa:prefix": lazy_pgettext("property", "text before"),
    "oa:suffix": lazy_pgettext("property", "text after"),
    "oa:start": lazy_pgettext("property", "first character"),
    "oa:end": lazy_pgettext("property", "end"),
    "oa:hasSource": lazy_pgettext("property", "document"),
    "oa:hasSelector": lazy_pgettext("property", "place"),
    "oa:hasTarget": lazy_pgettext("property", "passage"),
    "adms:status": lazy_pgettext("property", "status"),
    "prov:wasDerivedFrom": lazy_pgettext("property", "derived from"),
    "prov:wasGeneratedBy": lazy_pgettext("property", "made by"),
    "eli:date_document": lazy_pgettext("property", "date"),
    "eli:first_date_entry_in_force": lazy_pgettext("property", "in force since"),
    "rdfs:subClassOf": lazy_pgettext("property", "is a kind of"),
    "rdfs:subPropertyOf": lazy_pgettext("property", "is a kind of"),
    "rdfs:domain": lazy_pgettext("property", "of"),
    "rdfs:range": lazy_pgettext("property", "leads to"),
    "rdfs:label": lazy_pgettext("property", "label"),
    "rdfs:isDefinedBy": lazy_pgettext("property", "defined by"),
    "rdfs:comment": lazy_pgettext("property", "note"),
    "skos:example": lazy_pgettext("property", "example"),
    "skos:scopeNote": lazy_pgettext("property", "note"),
    "owl:inverseOf": lazy_pgettext("property", "inverse of"),
    "sh:targetClass": lazy_pgettext("property", "applies to"),
    "sh:message": lazy_pgettext("property", "message"),
    "sh:description": lazy_pgettext("property", "how to mend it"),
    "sh:property": lazy_pgettext("property", "rule"),
    "sh:path": lazy_pgettext("property", "property"),
    "sh:minCount": lazy_pgettext("property", "at least"),
    "sh:maxCount": lazy_pgettext("property", "at most"),
    "sh:severity": lazy_pgettext("property", "severity"),
    "rdf:subject": lazy_pgettext("property", "subject of the statement"),
    "rdf:predicate": lazy_pgettext("property", "property of the statement"),
    "rdf:object": lazy_pgettext("property", "value of the statement"),
    "skos:hiddenLabel": lazy_pgettext("property", "also found as"),
    "sssom:mapping_justification": lazy_pgettext("property", "justification"),
    "sssom:mapping_date": lazy_pgettext("property", "date"),
    "sssom:confidence": lazy_pgettext("property", "confidence"),
    "sssom:author_label": lazy_pgettext("property", "author"),
    "sdgo:isTargetOf": lazy_pgettext("property", "target of"),
    "dct:identifier": lazy_pgettext("property", "identifier"),
    "dct:created": lazy_pgettext("property", "date of creation"),
    "dct:license": lazy_pgettext("property", "licence"),
    "dct:rights": lazy_pgettext("property", "rights"),
    "schema:domainIncludes": lazy_pgettext("property", "of"),
    "schema:rangeIncludes": lazy_pgettext("property", "leads to"),
    "owl:disjointWith": lazy_pgettext("property", "never the same as"),
    "owl:versionInfo": lazy_pgettext("property", "version"),
    "void:triples": lazy_pgettext("property", "number of statements"),
    "void:property": lazy_pgettext("property", "property"),
    "void:propertyPartition": lazy_pgettext("property", "statements by property"),
    "rdf:Statement": lazy_pgettext("class", "statement"),
    "skos:Concept": lazy_pgettext("class", "concept"),
    "skos:ConceptScheme": lazy_pgettext("class", "list of concepts"),
    "owl:Class": lazy_pgettext("class", "class"),
    "owl:ObjectProperty": lazy_pgettext("class", "property between things"),
    "owl:DatatypeProperty": lazy_pgettext("class", "property with a value"),
    "owl:AnnotationProperty": lazy_pgettext("class", "property of notes"),
    "void:Dataset": lazy_pgettext("class", "dataset"),
    "void:Linkset": lazy_pgettext("class", "set of links"),
    "schema:Event": lazy_pgettext("class", "event"),
    "org:Membership": lazy_pgettext("class", "membership"),
}
