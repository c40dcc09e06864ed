"""Descriptions of resources and of the dataset in schema.org (https://schema.org/docs/gs.html).

All values are from the graph, each in the language of the page or the next best. Google's rules for
datasets: https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.properties import ALL as PROPERTIES
from gcmgraph.model.properties import WORKS
from gcmgraph.publication.attribution import Attribution
from gcmgraph.publication.descriptions import Description, Fact, Labels, choose
from gcmgraph.publication.metadata.catalogue import CataloguePart
from gcmgraph.publication.metadata.citations import terms_of
from gcmgraph.publication.metadata.dcat import KEYWORDS, WORLD
from gcmgraph.publication.metadata.doi import RESOLVER
from gcmgraph.publication.metadata.void import DatasetFacts
from gcmgraph.publication.tables import TABLES
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Vocabulary

_CONTEXT = "https://schema.org"

#: Classes of the graph and their schema.org types, by the tables of kinds; passages are no kind.
_TYPES = {
    **{
        curie: kind.schema_org
        for kind in KINDS.values()
        if kind.schema_org
        for curie in kind.classes
    },
    "gcm:Passage": "Quotation",
}

#: Properties that have one in schema.org: texts, the best description first, then resources.
_MAPPED = sorted(
    ((row.curie, row.schema_org, row.summary) for row in PROPERTIES if row.schema_org is not None),
    key=lambda mapped: (bool(mapped[1].values), not mapped[2], mapped[2]),
)

#: Types of resources with a producer, which are works in schema.org.
_CREATIVE_WORKS = frozenset((*WORKS.split(), "Dataset", "Report"))

#: Limit on the values of one property.
_MAX_VALUES = 50


def resource_in_schema_org(
    description: Description,
    labels: Labels,
    addresses: Addresses,
    language: str,
    source: Attribution | None = None,
) -> dict[str, object] | None:
    """The JSON-LD object of a resource; None for a class without a schema.org type.

    `source` is the attribution of a work of others.
    """
    v = Vocabulary(addresses)
    types = set(description.values(v("rdf:type")))
    kind = next((name for curie, name in _TYPES.items() if v(curie) in types), None)
    if kind is None:
        return None
    data = _named(description.iri, labels, language, kind)
    for curie, target, _ in _MAPPED:
        if target.types and kind not in target.types.split():
            continue
        if target.values:
            iris = [value for value in description.values(v(curie)) if isinstance(value, IRI)]
            objects = [_named(iri, labels, language, target.values) for iri in iris]
            _put(data, target.name, objects)
        elif target.name not in data:
            _put(data, target.name, _in_language(description.texts(v(curie)), language))
    same_as = (v("skos:exactMatch"), v("foaf:homepage"), v("schema:sameAs"))
    _put(data, "sameAs", _web_addresses(description.facts, *same_as))
    if kind in WORKS.split():  # schema.org requires a CreativeWork
        _put(data, "isBasedOn", _web_addresses(description.facts, v("dct:source")))
    if source is not None and kind in _CREATIVE_WORKS:
        _put_all(data, _attributed(source, labels, language))
    return {"@context": _CONTEXT, **data}


def _attributed(source: Attribution, labels: Labels, language: str) -> dict[str, object]:
    """Producer, edition, terms and unit of a work of others."""
    producers = [
        _named(producer, labels, language, "Organization") for producer in source.producers
    ]
    attributed: dict[str, object] = {
        "creator": producers,
        "publisher": producers,
        "datePublished": source.edition.value if source.edition else "",
        "license": source.licence.value if source.licence else "",
        "usageInfo": "" if source.licence else terms_of(source, language),
    }
    if source.unit:
        unit = labels.of(source.unit, language).text
        name = labels.of(source.work, language).text
        attributed["variableMeasured"] = {"@type": "PropertyValue", "name": name, "unitText": unit}
    return attributed


def dataset_in_schema_org(
    facts: DatasetFacts,
    addresses: Addresses,
    language: str,
    parts: Iterable[CataloguePart] = (),
) -> dict[str, object]:
    """The JSON-LD object of the dataset with its downloads and parts."""
    iri = f"{addresses.base}dataset"
    publisher = choose(facts.publishers, language)
    organisation = {"@type": "Organization", "name": publisher.value} if publisher else None
    data: dict[str, object] = {"@context": _CONTEXT, "@type": "Dataset", "@id": iri, "url": iri}
    properties: dict[str, object] = {
        "version": facts.version,
        "identifier": f"{RESOLVER}{facts.doi}" if facts.doi else "",
        "name": _shared_text(facts, "title", language),
        "description": _shared_text(facts, "description", language),
        "license": [term.value for term in facts.shared["licence"]],
        "creator": organisation,
        "publisher": organisation,
        "inLanguage": list(facts.languages),
        "keywords": [keyword.in_language(language) for keyword in KEYWORDS],
        "spatialCoverage": WORLD.in_language(language),
        "temporalCoverage": "/".join(map(str, facts.years or ())),
        "dateModified": facts.current.published.date().isoformat() if facts.current else "",
        "isAccessibleForFree": True,
        "distribution": _downloads(facts, addresses),
        "hasPart": [_part(part, addresses, language) for part in parts],
    }
    _put_all(data, properties)
    return data


def _part(part: CataloguePart, addresses: Addresses, language: str) -> dict[str, object]:
    """A dataset within the dataset."""
    data: dict[str, object] = {"@type": "Dataset", "@id": part.iri.value}
    properties: dict[str, object] = {
        "url": addresses.base + part.page,
        "name": _in_language(part.titles, language),
        "description": _in_language(part.descriptions, language),
        "license": part.licence.value if part.licence else "",
        "usageInfo": _in_language(part.rights, language),
        "publisher": _publisher(part, language),
        "dateModified": getattr(part.issued, "value", ""),
        "temporalCoverage": "/".join(part.years or ()),
        "distribution": {
            "@type": "DataDownload",
            "contentUrl": addresses.base + (part.english_csv or part.graph_files[0]),
            "encodingFormat": "text/csv" if part.csv else "text/turtle",
        },
    }
    _put_all(data, properties)
    return data


def _publisher(part: CataloguePart, language: str) -> dict[str, object] | None:
    """The publisher of a part; None for this project."""
    name = _in_language(part.publisher_names, language)
    return {"@type": "Organization", "name": name} if name else None


def _shared_text(facts: DatasetFacts, name: str, language: str) -> str:
    """A text about the dataset in a language or the next best."""
    terms = [term for term in facts.shared[name] if isinstance(term, Literal)]
    chosen = choose(terms, language)
    return chosen.value if chosen else ""


def _downloads(facts: DatasetFacts, addresses: Addresses) -> list[dict[str, str]]:
    """The dumps of the current version, and the tables."""
    downloads = [
        {
            "@type": "DataDownload",
            "contentUrl": addresses.base + dump.path,
            "encodingFormat": dump.format.media_type,
            "contentSize": f"{dump.size} B",
        }
        for dump in facts.dumps
    ]
    for kind in TABLES:
        url = f"{addresses.base}tables/{kind}.csv"
        downloads.append({"@type": "DataDownload", "contentUrl": url, "encodingFormat": "text/csv"})
    return downloads


def script_text(data: object) -> str:
    """JSON for a `script` element, escaped so that it cannot end the element or start a comment.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    text = json.dumps(data, ensure_ascii=False, indent=1)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _named(iri: IRI, labels: Labels, language: str, kind: str) -> dict[str, object]:
    return {
        "@type": kind,
        "@id": iri.value,
        "url": iri.value,
        "name": labels.of(iri, language).text,
    }


def _in_language(texts: Iterable[Literal], language: str) -> str | list[str]:
    """The text in a language or the next best; all texts if they have no language."""
    literals = list(texts)
    plain = sorted({text.value for text in literals if text.language is None})[:_MAX_VALUES]
    if plain:
        return plain if len(plain) > 1 else plain[0]
    chosen = choose(literals, language)
    return chosen.value if chosen else ""


def _web_addresses(facts: Iterable[Fact], *properties: IRI) -> list[str]:
    """The http(s) IRIs among the values of some properties.

    Others, such as `javascript:`, are skipped.
    """
    values: set[Term] = {fact.object for fact in facts if fact.predicate in properties}
    iris = [value.value for value in values if isinstance(value, IRI)]
    return sorted(iri for iri in iris if iri.startswith(("https://", "http://")))


def _put_all(data: dict[str, object], properties: Mapping[str, object]) -> None:
    """Set properties unless their values are empty."""
    for name, value in properties.items():
        _put(data, name, value)


def _put(data: dict[str, object], name: str, value: object) -> None:
    """Set a property unless its value is empty. A list of one becomes its value."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else value[:_MAX_VALUES]
    if value:
        data[name] = value
