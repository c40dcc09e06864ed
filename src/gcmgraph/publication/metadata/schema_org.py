"""schema.org descriptions of resources and of the dataset, for search engines (https://schema.org/docs/gs.html).

All values are from the graph, each in the language of the page or the next best. Google's rules for datasets:
https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from gcmgraph.model.terms import IRI, Literal, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import Description, Fact
from gcmgraph.publication.metadata.dcat import DatasetFacts
from gcmgraph.publication.naming.labels import Labels, choose

#: Classes of the graph and their schema.org types, narrowest first.
_TYPES = (
    ("gcm:Practice", "Action"),
    ("gcm:Organisation", "Organization"),
    ("gcm:Country", "Country"),
    ("dct:Location", "Place"),
    ("gcm:LegalInstrument", "Legislation"),
    ("gcm:SourceDocument", "DigitalDocument"),
    ("gcm:Passage", "Quotation"),
    ("gcm:Objective", "DefinedTerm"),
    ("gcm:Action", "DefinedTerm"),
    ("gcm:SdgGoal", "DefinedTerm"),
    ("gcm:SdgTarget", "DefinedTerm"),
    ("skos:Concept", "DefinedTerm"),
)

#: Properties with literal values, and their schema.org names.
_TEXTS = (
    ("dct:description", "description"),
    ("skos:definition", "description"),
    ("gcm:commitment", "description"),
    ("skos:altLabel", "alternateName"),
    ("gcm:acronym", "alternateName"),
    ("skos:notation", "termCode"),
    ("oa:exact", "text"),
    ("schema:startDate", "startTime"),
    ("schema:endDate", "endTime"),
    ("dct:language", "inLanguage"),
)

#: Properties with IRI values, their schema.org names, and the types of the values.
_THINGS = (
    ("gcm:leadOrganisation", "agent", "Organization"),
    ("gcm:partnerOrganisation", "participant", "Organization"),
    ("gcm:country", "location", "Country"),
    ("schema:containedInPlace", "containedInPlace", "Country"),
    ("org:hasMember", "member", "Organization"),
    ("org:subOrganizationOf", "parentOrganization", "Organization"),
    ("dct:rightsHolder", "copyrightHolder", "Organization"),
)

#: Types that are a CreativeWork, which `isBasedOn` requires.
_WORKS = {"DigitalDocument", "Quotation", "Legislation"}

#: Properties that schema.org defines for certain types only.
_ONLY_FOR = {
    "termCode": {"DefinedTerm"},
    "startTime": {"Action"},
    "endTime": {"Action"},
    "agent": {"Action"},
    "participant": {"Action"},
    "location": {"Action"},
    "containedInPlace": {"Place"},
    "member": {"Organization"},
    "parentOrganization": {"Organization"},
    "inLanguage": _WORKS,
    "copyrightHolder": {"DigitalDocument"},
    "text": {"Quotation"},
}

#: Limit on the values of one property.
_MOST = 50


def thing_in_schema_org(
    description: Description, labels: Labels, addresses: Addresses, language: str
) -> dict[str, object] | None:
    """The JSON-LD object of a resource; None for a class without a schema.org type."""
    v = Vocabulary(addresses)
    types = set(description.values(v("rdf:type")))
    kind = next((name for curie, name in _TYPES if v(curie) in types), None)
    if kind is None:
        return None
    data = _named(description.iri, labels, language, kind)
    for curie, name in _TEXTS:
        if kind in _ONLY_FOR.get(name, {kind}) and name not in data:
            _put(data, name, _in_language(description.texts(v(curie)), language))
    for curie, name, of_kind in _THINGS:
        if kind in _ONLY_FOR[name]:
            named = [value for value in description.values(v(curie)) if isinstance(value, IRI)]
            _put(data, name, [_named(iri, labels, language, of_kind) for iri in named])
    _put(data, "sameAs", _web(description.facts, v("skos:exactMatch"), v("foaf:homepage"), v("schema:sameAs")))
    if kind in _WORKS:
        _put(data, "isBasedOn", _web(description.facts, v("dct:source")))
    return {"@context": "https://schema.org", **data}


def dataset_in_schema_org(facts: DatasetFacts, addresses: Addresses, language: str) -> dict[str, object]:
    """The JSON-LD object of the dataset with its downloads."""
    iri = f"{addresses.base}dataset"
    title, description = (
        choose((t for t in facts.shared[curie] if isinstance(t, Literal)), language)
        for curie in ("dct:title", "dct:description")
    )
    data: dict[str, object] = {"@type": "Dataset", "@id": iri, "url": iri, "version": facts.version}
    _put(data, "name", title.value if title else "")
    _put(data, "description", description.value if description else "")
    _put(data, "license", [term.value for term in facts.shared["dct:license"]])
    publisher = choose(facts.publishers, language)
    _put(data, "creator", {"@type": "Organization", "name": publisher.value} if publisher else None)
    _put(data, "inLanguage", list(facts.languages))
    data["isAccessibleForFree"] = True
    _put(
        data,
        "distribution",
        [
            {
                "@type": "DataDownload",
                "contentUrl": addresses.base + dump.path,
                "encodingFormat": dump.format.media_type,
                "contentSize": f"{dump.size} B",
            }
            for dump in facts.dumps
        ],
    )
    return {"@context": "https://schema.org", **data}


def script_text(data: object) -> str:
    """JSON for a `script` element, escaped so that it cannot end the element or start a comment.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    text = json.dumps(data, ensure_ascii=False, indent=1)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _named(iri: IRI, labels: Labels, language: str, kind: str) -> dict[str, object]:
    return {"@type": kind, "@id": iri.value, "url": iri.value, "name": labels.of(iri, language).text}


def _in_language(texts: Iterable[Literal], language: str) -> str | list[str]:
    """The text in a language or the next best; all texts if they have no language."""
    found = list(texts)
    plain = sorted({text.value for text in found if text.language is None})[:_MOST]
    if plain:
        return plain if len(plain) > 1 else plain[0]
    chosen = choose(found, language)
    return chosen.value if chosen else ""


def _web(facts: Iterable[Fact], *properties: IRI) -> list[str]:
    """The http(s) IRIs among the values of some properties; others, such as `javascript:`, are skipped."""
    found: set[Term] = {fact.object for fact in facts if fact.predicate in properties}
    return sorted(t.value for t in found if isinstance(t, IRI) and t.value.startswith(("https://", "http://")))


def _put(data: dict[str, object], name: str, value: object) -> None:
    """Set a property unless its value is empty. A list of one becomes its value."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else value[:_MOST]
    if value:
        data[name] = value
