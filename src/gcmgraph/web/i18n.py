"""Language of a request, messages of the interface, names in its language, and formats of values by CLDR (Babel).

Names of kinds, pages, origins, facets and external terms are translated when they are displayed (`str(name)`), in the
language of the request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Request, g
from flask_babel import Domain, LazyString, get_locale, gettext, lazy_gettext, lazy_pgettext
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import Literal
from gcmgraph.publication.labels import Label
from gcmgraph.publication.lists.facets import BUDGET, STATE, UNDATED, Facet, band_of
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE, preference
from gcmgraph.translations.messages import compiled_catalog

#: Tags in order of preference where a client accepts any (`*`).
_OFFERED = sorted(LANGUAGES, key=lambda tag: tag != SOURCE_LANGUAGE)

#: Longest Accept-Language header, in letters, that is cached with its meaning.
_LONGEST_CACHED = 1_024


def chosen_language(request: Request) -> str:
    """The language of a response: `?lang=`, else Accept-Language (RFC 9110, 12.5.4), else English."""
    tag = request.args.get("lang", "")
    header = request.headers.get("Accept-Language", "")
    accepted = _accepted if len(header) <= _LONGEST_CACHED else _accepted.__wrapped__
    return tag if tag in LANGUAGES else accepted(header)


@lru_cache(maxsize=256)  # called a dozen times for a page; browsers send few different headers
def _accepted(header: str) -> str:
    accepted = parse_accept_header(header, LanguageAccept)
    return accepted.best_match(_OFFERED, default=SOURCE_LANGUAGE) or SOURCE_LANGUAGE


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """The direction of a script as a value of HTML's `dir`: `ltr`, `rtl`, or `auto` for an unknown language."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):  # the data may have any tag
        return "auto"


def best_text(texts: Mapping[str, str], language: str) -> Label:
    """The text in a language or the next best by `preference`."""
    tag = min(texts, key=preference(language), default=None)
    return Label("") if tag is None else Label(texts[tag], tag)


#: Domain of the messages of templates and of the code of the web package.
DOMAIN = "interface"


class CatalogDomain(Domain):  # type: ignore[misc]
    """Messages in the language of the request, for Flask-Babel."""

    def get_translations(self) -> NullTranslations:
        """The translations of this request; English outside of a request."""
        return spoken_catalog()


def spoken_catalog() -> NullTranslations:
    """The catalog of this request, looked up once; English outside of a request."""
    try:
        catalog: NullTranslations = g.catalog
    except AttributeError:  # the first message of a request
        catalog = g.catalog = compiled_catalog(get_locale().language, DOMAIN)
    except RuntimeError:  # no request
        catalog = compiled_catalog(SOURCE_LANGUAGE, DOMAIN)
    return catalog


def plural_forms(singular: str, plural: str) -> dict[str, str]:
    """Texts of a message with a number by plural category, for scripts; `{num}` stands for the number.

    The categories are those of `Intl.PluralRules` in browsers, for whole numbers (CLDR).
    """
    translations = spoken_catalog()
    return {
        name: translations.ungettext(singular, plural, number) % {"num": "{num}"}
        for name, number in _plural_examples(get_locale()).items()
    }


@cache
def _plural_examples(locale: Locale | None) -> dict[str, int]:
    """The plural categories of a language, each with its smallest number."""
    category = locale.plural_form if locale else lambda number: "one" if number == 1 else "other"
    return {category(number): number for number in range(200, -1, -1)}


_XSD = "http://www.w3.org/2001/XMLSchema#"

#: An amount that is formatted; one of another form is shown as it is.
_AMOUNT = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,6})?")

#: Digits of the longest number without group separators: such numbers are often years.
_UNGROUPED = 4


def readable(value: Literal, language: str) -> str:
    """A value in the form of a language, with its own precision; the lexical form of other datatypes."""
    match value.datatype.value.removeprefix(_XSD):
        case "integer" if re.fullmatch(r"-?[0-9]{1,300}", value.value):
            return number(int(value.value), language)
        case "date" if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.value):
            day = _day(value.value)
            return format_date(day, "long", locale=language) if day else value.value
        case "gYearMonth" if re.fullmatch(r"[0-9]{4}-[0-9]{2}", value.value):
            day = _day(f"{value.value}-01")
            return format_skeleton("yMMMM", day, locale=language) if day else value.value
        case "dateTime" if value.value.endswith("Z"):
            moment = _moment(value.value)
            return format_datetime(moment, "long", tzinfo=UTC, locale=language) if moment else value.value
        case _:
            return value.value


def number(value: int, language: str) -> str:
    """A whole number with the group separators of a language, from five digits on."""
    return format_decimal(value, locale=language) if len(str(abs(value))) > _UNGROUPED else str(value)


def money(value: str, currency: str, language: str) -> str:
    """An amount of money with the code of its currency, on the side where the language has it: EUR 12,000,000."""
    amount = format_decimal(Decimal(value), locale=language) if _AMOUNT.fullmatch(value) else value
    pattern = Locale.parse(language).currency_formats["standard"].pattern.lstrip("\u200e\u200f")
    return f"{currency}\u00a0{amount}" if pattern.startswith("¤") else f"{amount}\u00a0{currency}"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # no valid date and time
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # no valid date, such as 2018-02-30
        return None


_KIND_NAMES: Mapping[str, LazyString] = {
    "objective": lazy_gettext("Objectives"),
    "action": lazy_gettext("Actions"),
    "practice": lazy_gettext("Practices"),
    "organisation": lazy_gettext("Organisations"),
    "country": lazy_gettext("Countries"),
    "place": lazy_gettext("Places"),
    "sdg": lazy_gettext("SDG goals and targets"),
    "instrument": lazy_gettext("Legal instruments"),
    "concept": lazy_gettext("Concepts"),
    "source": lazy_gettext("Source documents"),
    "contribution": lazy_gettext("Contributions"),
}

#: Kinds of resources, in the plural. A kind without a translated name has that of its row.
KIND_NAMES: Mapping[str, LazyString | str] = {kind: _KIND_NAMES.get(kind, kind.capitalize()) for kind in KINDS}

#: Links in the header of every page, in order.
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

#: Links in the footer of every page, in order: services for data of the reader.
SERVICE_PAGES: Mapping[str, LazyString] = {
    "/about": lazy_gettext("About"),
    "/linksets": lazy_gettext("Links to other datasets"),
    "/reconcile": lazy_gettext("Match names in a table"),
    "/resolve": lazy_gettext("Look up an identifier"),
}

#: Origins of statements by the kind of their graph.
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

#: Readers of statements in passages.
READER_NAMES: Mapping[str, LazyString] = {
    "program": lazy_gettext("read by a program"),
    "editor": lazy_gettext("read by an editor"),
    "contributor": lazy_gettext("read by a contributor"),
}

#: Terms of external vocabularies, which have no labels in the languages of the interface.
TERM_NAMES: Mapping[str, LazyString] = {
    "rdf:type": lazy_pgettext("property", "type"),
    "dct:title": lazy_pgettext("property", "title"),
    "dct:description": lazy_pgettext("property", "description"),
    "dct:type": lazy_pgettext("property", "type"),
    "dct:source": lazy_pgettext("property", "source document"),
    "dct:references": lazy_pgettext("property", "references"),
    "dct:hasPart": lazy_pgettext("property", "has part"),
    "dct:isPartOf": lazy_pgettext("property", "part of"),
    "dct:spatial": lazy_pgettext("property", "location"),
    "dct:replaces": lazy_pgettext("property", "earlier phase or version"),
    "dct:dateAccepted": lazy_pgettext("property", "reviewed by the editors on"),
    "dct:conformsTo": lazy_pgettext("property", "specification"),
    "dct:subject": lazy_pgettext("property", "subject"),
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
    "skos:editorialNote": lazy_pgettext("property", "editors’ note"),
    "skos:broader": lazy_pgettext("property", "part of the wider"),
    "skos:inScheme": lazy_pgettext("property", "in scheme"),
    "skos:topConceptOf": lazy_pgettext("property", "top concept of"),
    "skos:hasTopConcept": lazy_pgettext("property", "top concept"),
    "skos:exactMatch": lazy_pgettext("property", "same as"),
    "skos:closeMatch": lazy_pgettext("property", "nearly the same as"),
    "skos:broadMatch": lazy_pgettext("property", "part of the wider"),
    "skos:narrowMatch": lazy_pgettext("property", "has as a part"),
    "skos:relatedMatch": lazy_pgettext("property", "related to"),
    "schema:startDate": lazy_pgettext("property", "start"),
    "schema:endDate": lazy_pgettext("property", "end"),
    "schema:funding": lazy_pgettext("property", "funding"),
    "schema:funder": lazy_pgettext("property", "funder"),
    "schema:result": lazy_pgettext("property", "result"),
    "schema:unitText": lazy_pgettext("property", "unit"),
    "schema:latitude": lazy_pgettext("property", "latitude"),
    "schema:longitude": lazy_pgettext("property", "longitude"),
    "schema:containedInPlace": lazy_pgettext("property", "located in"),
    "schema:amount": lazy_pgettext("property", "amount"),
    "schema:value": lazy_pgettext("property", "value"),
    "schema:currency": lazy_pgettext("property", "currency"),
    "schema:position": lazy_pgettext("property", "position"),
    "schema:organizer": lazy_pgettext("property", "organised by"),
    "schema:contributor": lazy_pgettext("property", "with the help of"),
    "foaf:page": lazy_pgettext("property", "web page"),
    "dcat:downloadURL": lazy_pgettext("property", "file"),
    "foaf:homepage": lazy_pgettext("property", "website"),
    "org:subOrganizationOf": lazy_pgettext("property", "part of"),
    "org:hasMember": lazy_pgettext("property", "member"),
    "org:organization": lazy_pgettext("property", "organisation"),
    "org:member": lazy_pgettext("property", "member"),
    "org:role": lazy_pgettext("property", "role"),
    "org:identifier": lazy_pgettext("property", "identifier"),
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
    "prov:generatedAtTime": lazy_pgettext("property", "made at"),
    "prov:invalidatedAtTime": lazy_pgettext("property", "ended at"),
    "prov:wasInvalidatedBy": lazy_pgettext("property", "ended by"),
    "prov:wasAttributedTo": lazy_pgettext("property", "by"),
    "prov:wasAssociatedWith": lazy_pgettext("property", "carried out by"),
    "prov:wasInformedBy": lazy_pgettext("property", "follows on"),
    "prov:startedAtTime": lazy_pgettext("property", "start"),
    "prov:endedAtTime": lazy_pgettext("property", "end"),
    "prov:used": lazy_pgettext("property", "used"),
    "spdx:checksum": lazy_pgettext("property", "checksum"),
    "spdx:algorithm": lazy_pgettext("property", "algorithm"),
    "spdx:checksumValue": lazy_pgettext("property", "value"),
    "eli:date_document": lazy_pgettext("property", "date"),
    "eli:first_date_entry_in_force": lazy_pgettext("property", "in force since"),
    "eli:type_document": lazy_pgettext("property", "kind of instrument"),
    "eli:jurisdiction": lazy_pgettext("property", "jurisdiction"),
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
    "sh:description": lazy_pgettext("property", "how to correct it"),
    "sh:property": lazy_pgettext("property", "rule"),
    "sh:path": lazy_pgettext("property", "property"),
    "sh:minCount": lazy_pgettext("property", "at least"),
    "sh:maxCount": lazy_pgettext("property", "at most"),
    "sh:severity": lazy_pgettext("property", "severity"),
    "rdf:subject": lazy_pgettext("property", "subject of the statement"),
    "rdf:predicate": lazy_pgettext("property", "property of the statement"),
    "rdf:object": lazy_pgettext("property", "value of the statement"),
    "rdf:value": lazy_pgettext("property", "value"),
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
    "owl:ObjectProperty": lazy_pgettext("class", "property between resources"),
    "owl:DatatypeProperty": lazy_pgettext("class", "property with a value"),
    "owl:AnnotationProperty": lazy_pgettext("class", "property of notes"),
    "void:Dataset": lazy_pgettext("class", "dataset"),
    "void:Linkset": lazy_pgettext("class", "set of links"),
    "schema:Event": lazy_pgettext("class", "event"),
    "org:Membership": lazy_pgettext("class", "membership"),
    "dct:Location": lazy_pgettext("class", "place"),
    "schema:QuantitativeValue": lazy_pgettext("class", "result"),
    "schema:MonetaryGrant": lazy_pgettext("class", "grant"),
    "schema:MonetaryAmount": lazy_pgettext("class", "amount of money"),
    "prov:Activity": lazy_pgettext("class", "activity"),
    "oa:FragmentSelector": lazy_pgettext("class", "page of a document"),
}

#: Acts by which a State is bound to a treaty, as the list of parties calls them.
TREATY_ACTS: Mapping[str, LazyString] = {
    "ratification": lazy_pgettext("treaty", "ratification"),
    "accession": lazy_pgettext("treaty", "accession"),
    "acceptance": lazy_pgettext("treaty", "acceptance"),
    "approval": lazy_pgettext("treaty", "approval"),
    "succession": lazy_pgettext("treaty", "succession"),
}

#: Facets by their parameter (`publication.lists.facets`).
FACET_NAMES: Mapping[str, LazyString] = {
    "country": lazy_pgettext("filter", "Country"),
    "place": lazy_pgettext("filter", "Place"),
    "origin": lazy_pgettext("filter", "Country of origin"),
    "destination": lazy_pgettext("filter", "Country of destination"),
    "donor": lazy_pgettext("filter", "Donor country"),
    "corridor": lazy_pgettext("filter", "Country of a corridor"),
    "organisation": lazy_pgettext("filter", "Organisation (any role)"),
    "organisation-kind": lazy_pgettext("filter", "Kind of organisation"),
    "lead": lazy_pgettext("filter", "Lead organisation"),
    "funder": lazy_pgettext("filter", "Funder"),
    "objective": lazy_pgettext("filter", "Objective"),
    "action": lazy_pgettext("filter", "Action"),
    "goal": lazy_pgettext("filter", "SDG goal"),
    "target": lazy_pgettext("filter", "SDG target"),
    "stated-target": lazy_pgettext("filter", "SDG target that the practice states"),
    "inherited-target": lazy_pgettext("filter", "SDG target of the objective or action"),
    "type": lazy_pgettext("filter", "Type"),
    "area": lazy_pgettext("filter", "Area of work"),
    "audience": lazy_pgettext("filter", "Intended for"),
    "source": lazy_pgettext("filter", "Source document"),
    "instrument": lazy_pgettext("filter", "Legal instrument"),
    "principle": lazy_pgettext("filter", "Guiding principle"),
    "jurisdiction": lazy_pgettext("filter", "Jurisdiction"),
    "kind": lazy_pgettext("filter", "Kind"),
    "member": lazy_pgettext("filter", "Member"),
    "part-of": lazy_pgettext("filter", "Part of"),
    "broader": lazy_pgettext("filter", "Wider concept"),
    "status": lazy_pgettext("filter", "Review status"),
    "region": lazy_pgettext("filter", "Region"),
    "group": lazy_pgettext("filter", "Group of countries"),
    "scheme": lazy_pgettext("filter", "Vocabulary"),
    "language": lazy_pgettext("filter", "Language"),
    "state": lazy_pgettext("filter", "Running or ended"),
    "budget": lazy_pgettext("filter", "Budget"),
}

#: States of practices on a day.
STATE_NAMES: Mapping[str, LazyString] = {
    "running": lazy_pgettext("state", "Running, or no end stated"),
    "ended": lazy_pgettext("state", "Ended"),
    "planned": lazy_pgettext("state", "Not started"),
    UNDATED: lazy_pgettext("state", "No dates stated"),
}


def value_name(facet: Facet, key: str, language: str) -> str:
    """The name of a value that is no resource: a state, a band of budgets in its currency, or the text itself."""
    if facet.name == STATE:
        return str(STATE_NAMES.get(key, key))
    if facet.name != BUDGET:
        return key
    band = band_of(key)
    if band is None:
        return str(gettext("No budget stated"))
    currency, least, limit = band
    if limit is None:
        return str(gettext("%(amount)s or more", amount=money(str(least), currency, language)))
    low = number(least, language)
    return str(gettext("%(low)s to under %(high)s", low=low, high=money(str(limit), currency, language)))


#: Values that two practices share, as the reason why one is listed with the other.
SHARED_NAMES: Mapping[str, LazyString] = {
    "country": lazy_pgettext("in common", "country"),
    "organisation": lazy_pgettext("in common", "organisation"),
    "objective": lazy_pgettext("in common", "objective"),
    "action": lazy_pgettext("in common", "action"),
    "stated-target": lazy_pgettext("in common", "SDG target"),
    "type": lazy_pgettext("in common", "type"),
    "area": lazy_pgettext("in common", "area of work"),
    "audience": lazy_pgettext("in common", "intended for"),
}

#: Headings for resources that occur in the same practices.
ALONG_NAMES: Mapping[str, LazyString] = {
    "country": lazy_gettext("Countries they are carried out in"),
    "organisation": lazy_gettext("Organisations that take part in them"),
    "area": lazy_gettext("Their areas of work"),
}

#: Orders of lists.
SORT_NAMES: Mapping[str, LazyString] = {
    "title": lazy_pgettext("order", "Title"),
    "start": lazy_pgettext("order", "Start, earliest first"),
    "-start": lazy_pgettext("order", "Start, latest first"),
}
