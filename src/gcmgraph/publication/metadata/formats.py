"""Descriptions of resources, the dataset and its tables for search engines, table users and reference managers.

- schema.org (https://schema.org/docs/gs.html); all values are from the graph, each in the language of the page or the
  next best. Google's rules for datasets:
  https://developers.google.com/search/docs/appearance/structured-data/dataset
- CSV on the Web: https://www.w3.org/TR/tabular-metadata/
- Croissant, for users of machine learning: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
- BibTeX: `btxdoc` of Oren Patashnik (https://ctan.org/pkg/bibtex), with biblatex's `url` and `urldate`
- RIS: the tags that reference managers read (https://en.wikipedia.org/wiki/RIS_(file_format))
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.properties import ALL as PROPERTIES
from gcmgraph.model.properties import WORKS
from gcmgraph.publication.attribution import Attribution, attribution
from gcmgraph.publication.descriptions import Description, Fact, Labels, ResourceValues, choose
from gcmgraph.publication.lists.index import KindIndex
from gcmgraph.publication.metadata.dcat import KEYWORDS, WORLD
from gcmgraph.publication.metadata.void import LICENCE, TITLE, DatasetFacts
from gcmgraph.publication.tables import TABLES, Column, columns
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.translations import SOURCE_LANGUAGE, Message

#: Length of a day such as 2026-11-27.
_DAY = 10

#: Special characters of TeX, and their escapes.
_TEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


#: Place of publication of works of others, and the unit of figures.
_AS_PUBLISHED = Message("As published in {title}")
_UNIT = Message("Unit: {unit}")


@dataclass(frozen=True)
class BibliographicReference:
    """The fields of a reference. The IRI is the permanent one, whichever server answers."""

    title: str
    language: str | None
    #: organisations, not persons; none where the producer of a work of others is not known
    authors: tuple[str, ...]
    #: title of the whole; None for the dataset
    within: str | None
    iri: str
    #: the dataset version, and its day of publication if known
    version: str
    issued: date | None
    accessed: date
    #: the licence of a work, or a sentence on its rights; empty where neither is known
    terms: str
    #: day or year of the edition of a work of others, empty where it is not known; None for what
    #: the editors made
    edition: str | None = None
    #: the unit of figures
    unit: str = ""

    @property
    def key(self) -> str:
        """Citation key: the last parts of the IRI, in characters that all tools accept."""
        local = "-".join(re.split(r"[/#]", self.iri.rstrip("/"))[-2:])
        return "gcmgraph-" + (re.sub(r"[^A-Za-z0-9-]+", "-", local).strip("-") or "dataset")[:80]

    @property
    def year(self) -> str:
        """Year of the edition of a work of others, or empty; else of the version, else of the access."""
        if self.edition is not None:
            return self.edition[:4]
        return str((self.issued or self.accessed).year)

    @property
    def date(self) -> str:
        """Day of the edition of a work of others, else of the version; empty where it is not known."""
        if self.edition is not None:
            return self.edition if len(self.edition) == _DAY else ""
        return self.issued.isoformat() if self.issued else ""

    def __str__(self) -> str:
        """The reference in a line."""
        year = f" ({self.year})" if self.year else ""
        makers = f"{', '.join(self.authors)}{year}" if self.authors else ""
        title = self.title if makers else f"{self.title}{year}"
        return ". ".join(filter(None, (makers, title, self.within, self.version, self.iri)))


def cite(
    store: Store,
    addresses: Addresses,
    iri: IRI | None,
    language: str,
    version: str,
    issued: date | None,
) -> BibliographicReference:
    """The reference of a resource, or for None of the dataset, with its title in a language and today as last access.

    A work of others is cited by its producer and edition, all else by the editors and the version.
    """
    makers = _makers(store, addresses, language)
    dates = (version, issued, datetime.now(UTC).date())
    if iri is None:
        return BibliographicReference(
            TITLE, None, makers, None, f"{addresses.base}dataset", *dates, LICENCE
        )
    labels = Labels(store, addresses)
    label = labels.of(iri, language)
    source = attribution(store, addresses, iri)
    if source is None:
        return BibliographicReference(
            label.text, label.language, makers, TITLE, iri.value, *dates, LICENCE
        )
    return BibliographicReference(
        label.text,
        label.language,
        tuple(labels.of(producer, language).text for producer in source.producers),
        _AS_PUBLISHED.in_language(language, title=TITLE),
        iri.value,
        *dates,
        terms_of(source, language),
        edition=source.edition.value if source.edition else "",
        unit=labels.of(source.unit, language).text if source.unit else "",
    )


def terms_of(source: Attribution, language: str) -> str:
    """The address of a licence, else a sentence on rights; empty where neither is known."""
    if source.licence:
        return source.licence.value
    rights = choose(source.rights, language)
    return rights.value if rights else ""


def bibtex(citation: BibliographicReference) -> str:
    """Serialize as one BibTeX entry. Braces preserve names and titles as written."""
    notes = ". ".join(filter(None, (citation.terms, _unit_in_words(citation))))
    fields = [
        ("author", " and ".join(f"{{{_tex(author)}}}" for author in citation.authors)),
        ("title", f"{{{_tex(citation.title)}}}"),
        ("year", citation.year),
        ("howpublished", _tex(citation.within) if citation.within else ""),
        ("edition", _tex(citation.edition or "")),
        ("version", _tex(citation.version)),
        ("url", citation.iri),
        ("urldate", citation.accessed.isoformat()),
        ("language", _tex(citation.language or "")),
        (
            "note",
            _tex(
                f"Version {citation.version}, accessed {citation.accessed.isoformat()}. {notes}".strip()
            ),
        ),
    ]
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields if value)
    return f"@misc{{{citation.key},\n{lines}}}\n"


def ris(citation: BibliographicReference) -> str:
    """Serialize as one RIS record, with CRLF line ends."""
    fields = [
        ("TY", "DATA"),
        ("ID", citation.key),
        *(("AU", author) for author in citation.authors),
        ("TI", citation.title),
        ("T2", citation.within or ""),
        ("PY", citation.year),
        ("DA", f"{citation.date.replace('-', '/')}/" if citation.date else ""),
        ("ET", citation.version if citation.edition is None else citation.edition),
        ("N1", "" if citation.edition is None else f"Version {citation.version}"),
        ("LA", citation.language or ""),
        ("UR", citation.iri),
        ("Y2", citation.accessed.strftime("%Y/%m/%d/")),
        ("C1", citation.terms),
        ("C2", _unit_in_words(citation)),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _unit_in_words(citation: BibliographicReference) -> str:
    return (
        _UNIT.in_language(citation.language or SOURCE_LANGUAGE, unit=citation.unit)
        if citation.unit
        else ""
    )


def _makers(store: Store, addresses: Addresses, language: str) -> tuple[str, ...]:
    ontology = ResourceValues(store, Vocabulary(addresses), IRI(f"{addresses.base}ontology"))
    chosen = choose(ontology.texts("dct:creator"), language)
    return (chosen.value,) if chosen else ("GCM Graph",)


def _line(value: str) -> str:
    """A value on one line.

    Line ends would start another field; control characters end a record in some tools.
    """
    return re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", value).strip()


def _tex(value: str) -> str:
    return _line(value).translate(_TEX)


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
_MOST = 50


def thing_in_schema_org(
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
    for curie, of, _ in _MAPPED:
        if of.types and kind not in of.types.split():
            continue
        if of.values:
            named = [value for value in description.values(v(curie)) if isinstance(value, IRI)]
            _put(data, of.name, [_named(iri, labels, language, of.values) for iri in named])
        elif of.name not in data:
            _put(data, of.name, _in_language(description.texts(v(curie)), language))
    _put(
        data,
        "sameAs",
        _web(description.facts, v("skos:exactMatch"), v("foaf:homepage"), v("schema:sameAs")),
    )
    if kind in WORKS.split():  # schema.org requires a CreativeWork
        _put(data, "isBasedOn", _web(description.facts, v("dct:source")))
    if source is not None and kind in _CREATIVE_WORKS:
        for name, value in _attributed(source, labels, language).items():
            _put(data, name, value)
    return {"@context": "https://schema.org", **data}


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
    facts: DatasetFacts, addresses: Addresses, language: str
) -> dict[str, object]:
    """The JSON-LD object of the dataset with its downloads."""
    iri = f"{addresses.base}dataset"
    texts = (
        [t for t in facts.shared[name] if isinstance(t, Literal)]
        for name in ("title", "description")
    )
    title, description = (choose(found, language) for found in texts)
    publisher = choose(facts.publishers, language)
    organisation = {"@type": "Organization", "name": publisher.value} if publisher else None
    downloads = [
        {
            "@type": "DataDownload",
            "contentUrl": addresses.base + dump.path,
            "encodingFormat": dump.format.media_type,
            "contentSize": f"{dump.size} B",
        }
        for dump in facts.dumps
    ]
    tables = (f"{addresses.base}tables/{kind}.csv" for kind in TABLES)
    downloads += [
        {"@type": "DataDownload", "contentUrl": url, "encodingFormat": "text/csv"} for url in tables
    ]
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": iri,
        "url": iri,
    }
    for name, value in {
        "version": facts.version,
        "name": title.value if title else "",
        "description": description.value if description else "",
        "license": [term.value for term in facts.shared["licence"]],
        "creator": organisation,
        "publisher": organisation,
        "inLanguage": list(facts.languages),
        "keywords": [keyword.in_language(language) for keyword in KEYWORDS],
        "spatialCoverage": WORLD.in_language(language),
        "temporalCoverage": "/".join(map(str, facts.years or ())),
        "dateModified": facts.current.published.date().isoformat() if facts.current else "",
        "isAccessibleForFree": True,
        "distribution": downloads,
    }.items():
        _put(data, name, value)
    return data


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
    found = list(texts)
    plain = sorted({text.value for text in found if text.language is None})[:_MOST]
    if plain:
        return plain if len(plain) > 1 else plain[0]
    chosen = choose(found, language)
    return chosen.value if chosen else ""


def _web(facts: Iterable[Fact], *properties: IRI) -> list[str]:
    """The http(s) IRIs among the values of some properties; others, such as `javascript:`, are skipped."""
    found: set[Term] = {fact.object for fact in facts if fact.predicate in properties}
    return sorted(
        t.value for t in found if isinstance(t, IRI) and t.value.startswith(("https://", "http://"))
    )


def _put(data: dict[str, object], name: str, value: object) -> None:
    """Set a property unless its value is empty. A list of one becomes its value."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else value[:_MOST]
    if value:
        data[name] = value


Json = dict[str, Any]


def table_metadata(index: KindIndex, addresses: Addresses) -> str:
    """The metadata of a table by CSV on the Web."""
    document: Json = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": SOURCE_LANGUAGE}],
        "url": f"{index.kind}.csv",
        "dc:title": f"{TITLE}: {index.kind}",
        "dc:description": TABLES[index.kind],
        "dc:license": {"@id": LICENCE},
        "tableSchema": {
            "aboutUrl": "{+address}",
            "primaryKey": "address",
            "columns": [_described(column, index, addresses) for column in columns(index)],
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _described(column: Column, index: KindIndex, addresses: Addresses) -> Json:
    name = column.name.replace("-", "_")  # names are variables of URI templates
    described: Json = {"name": name, "titles": column.name, "dc:description": column.description}
    if column.facet is None:
        return {**described, "datatype": column.datatype}
    described["separator"] = " "
    direct = column.facet.direct
    if len(direct) == 1 == len(column.facet.paths):
        described["propertyUrl"] = addresses.expand(direct[0])
    foreign = any(key.startswith(("http://", "https://")) for key in index.postings(column.name))
    if column.facet.stem is not None and not foreign:
        described["valueUrl"] = f"{addresses.base}id/{column.facet.stem}{{+{name}}}"
    return described


def describe_in_croissant(
    facts: DatasetFacts,
    tables: Mapping[str, Sequence[Column]],
    digests: Mapping[str, str],
    start: str,
    software: str,
) -> str:
    """The description of tables: columns and SHA-256 by kind.

    `start` is the URL of the server, with a slash.
    """
    descriptions = [t for t in facts.shared["description"] if isinstance(t, Literal)]
    document: Json = {
        "@context": json.loads((files(__package__) / "croissant.json").read_text("utf-8")),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": _in_english("GCM_Graph"),
        "description": _in_english(
            next(t.value for t in descriptions if t.language == SOURCE_LANGUAGE)
        ),
        "license": LICENCE,
        "url": f"{start}dataset",
        "version": f"{software}+{facts.version}",
        "citeAs": f"{TITLE}, version {facts.version}. {start}dataset/{facts.version}",
        "creator": [
            {"@type": "sc:Organization", "name": _in_english(name.value)}
            for name in facts.publishers
            if name.language == SOURCE_LANGUAGE
        ],
        "distribution": [_file(kind, digests[kind], start) for kind in tables],
        "recordSet": [_records(kind, columns) for kind, columns in tables.items()],
    }
    if facts.current is not None:
        document["datePublished"] = facts.current.published.date().isoformat()
    return json.dumps(document, ensure_ascii=False, indent=1)


def _in_english(text: str) -> Json:
    return {SOURCE_LANGUAGE: text}


def _file(kind: str, digest: str, start: str) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": f"{kind}.csv",
        "name": _in_english(f"{kind}.csv"),
        "description": _in_english(TABLES[kind]),
        "contentUrl": f"{start}tables/{kind}.csv",
        "encodingFormat": "text/csv",
        "sha256": digest,
    }


def _records(kind: str, columns: Sequence[Column]) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": kind,
        "name": _in_english(kind),
        "description": _in_english(TABLES[kind]),
        "key": {"@id": f"{kind}/address"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{kind}/{column.name}",
                "name": _in_english(column.name),
                "description": _in_english(column.description),
                "dataType": column.croissant,
                "source": {
                    "fileObject": {"@id": f"{kind}.csv"},
                    "extract": {"column": column.name},
                },
            }
            for column in columns
        ],
    }
