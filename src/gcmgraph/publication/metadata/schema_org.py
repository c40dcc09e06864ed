"""Things and the dataset in the words of schema.org, for search engines (https://schema.org/docs/gs.html).

Only what the graph says; each value in one language, the page's or the next best. Google's rules for datasets:
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

#: Class of ours and what schema.org calls it, the narrowest first.
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

#: Properties and what schema.org calls them, for texts.
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

#: Properties whose values are things, named with their type.
_THINGS = (
    ("gcm:leadOrganisation", "agent", "Organization"),
    ("gcm:partnerOrganisation", "participant", "Organization"),
    ("gcm:country", "location", "Country"),
    ("schema:containedInPlace", "containedInPlace", "Country"),
    ("org:hasMember", "member", "Organization"),
    ("org:subOrganizationOf", "parentOrganization", "Organization"),
    ("dct:rightsHolder", "copyrightHolder", "Organization"),
)

#: Kinds that are a CreativeWork of schema.org: of these only it knows what they are based on.
_WORKS = {"DigitalDocument", "Quotation", "Legislation"}

#: schema.org knows these for the types named only; elsewhere they would be no statement of its vocabulary.
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

#: Values of one property beyond these serve nobody who reads this data.
_MOST = 50


def thing_in_schema_org(
    description: Description, labels: Labels, addresses: Addresses, language: str
) -> dict[str, object] | None:
    """A thing as a JSON-LD object; None for a kind that schema.org has no word for."""
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
    """The dataset with its downloads as a JSON-LD object."""
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
    """JSON that may stand in a `script` element: nothing in it can end the element or begin a comment.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    text = json.dumps(data, ensure_ascii=False, indent=1)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _named(iri: IRI, labels: Labels, language: str, kind: str) -> dict[str, object]:
    return {"@type": kind, "@id": iri.value, "url": iri.value, "name": labels.of(iri, language).text}


def _in_language(texts: Iterable[Literal], language: str) -> str | list[str]:
    """The text in the language asked for or the next best; all of them where they have no language."""
    found = list(texts)
    plain = sorted({text.value for text in found if text.language is None})[:_MOST]
    if plain:
        return plain if len(plain) > 1 else plain[0]
    chosen = choose(found, language)
    return chosen.value if chosen else ""


def _web(facts: Iterable[Fact], *properties: IRI) -> list[str]:
    """The values of some properties that are web addresses; `javascript:` and the like are left out."""
    found: set[Term] = {fact.object for fact in facts if fact.predicate in properties}
    return sorted(t.value for t in found if isinstance(t, IRI) and t.value.startswith(("https://", "http://")))


def _put(data: dict[str, object], name: str, value: object) -> None:
    """Add a property where there is a value; one value stands by itself."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else value[:_MOST]
    if value:
        data[name] = value
