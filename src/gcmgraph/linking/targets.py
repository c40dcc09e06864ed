"""Entities of datasets to link with: of RDF or CSV files, of SPARQL endpoints, and of this graph.

An endpoint is read in pages, with pauses, resumable. A page starts after the last resource of the page before, so that
no page costs more than the first.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import tqdm

from gcmgraph.errors import DataError, Place, RdfSyntaxError, StoreError, faults_of_files
from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.media import N_QUADS, read_text
from gcmgraph.rdfio.parsing import parse_quads, stream_quads
from gcmgraph.repository.tables import rows_of
from gcmgraph.sources.register import sha256_of
from gcmgraph.store.federation import EndpointError, fetch
from gcmgraph.store.port import Store

#: Properties whose values are names, preferred ones first.
NAMES = (
    *(PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "hiddenLabel")),
    PREFIXES["rdfs"] + "label",
    PREFIXES["dct"] + "title",
    PREFIXES["foaf"] + "name",
    PREFIXES["schema"] + "name",
    "http://schema.org/name",
)

#: Properties whose values are codes, besides properties with a matching local name (`codeISO3`, `m49`).
CODES = (
    PREFIXES["skos"] + "notation",
    PREFIXES["org"] + "identifier",
    PREFIXES["dct"] + "identifier",
    PREFIXES["schema"] + "identifier",
    "http://schema.org/identifier",
)
_CODE_NAME = re.compile(r"(?:code|has)?_?(?:iso_?(?:3166_?)?(?:alpha_?)?[23]|m49|iati\w*)(?:_?code)?", re.IGNORECASE)
#: Properties whose values are the same resource in another dataset.
_SAME = frozenset((PREFIXES["skos"] + "exactMatch", PREFIXES["owl"] + "sameAs"))

_DEPRECATED = PREFIXES["owl"] + "deprecated"
_REPLACED = PREFIXES["dct"] + "isReplacedBy"
_TYPE = PREFIXES["rdf"] + "type"
_FORMAL_NAME = "formalName"


@dataclass(slots=True)
class LabelledEntity:
    """A resource of a dataset, with names and codes."""

    iri: str
    codes: set[str] = field(default_factory=set)
    #: text, language or None, and whether it is a preferred name
    names: set[tuple[str, str | None, bool]] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    #: addresses of the same resource in other datasets
    same: set[str] = field(default_factory=set)
    deprecated: bool = False
    replaced_by: str = ""

    @property
    def label(self) -> str:
        """A name for display: the preferred one in English, else the first."""
        ordered = sorted(self.names, key=lambda n: (not n[2], n[1] != "en", n[1] or "", n[0]))
        return ordered[0][0] if ordered else ""


def namespace(iri: str) -> str:
    """An IRI up to its last slash or hash sign."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def is_code(predicate: str) -> bool:
    """Whether the values of a property are codes, by its name."""
    return predicate in CODES or _CODE_NAME.fullmatch(re.split(r"[/#]", predicate)[-1]) is not None


class EntityReader:
    """Collector of entities from statements in any order."""

    def __init__(self, start: str = "") -> None:
        """`start` is a prefix of the addresses of entities; others are skipped."""
        self._start = start
        self.entities: dict[str, LabelledEntity] = {}

    def read(self, triples: Iterable[Triple]) -> EntityReader:
        """Add statements."""
        for subject, predicate, value in triples:
            if isinstance(subject, IRI) and subject.value.startswith(self._start):
                self._add(subject.value, predicate.value, value)
        return self

    def _add(self, subject: str, predicate: str, value: object) -> None:
        entity = self.entities.get(subject)
        if entity is None:
            entity = self.entities[subject] = LabelledEntity(subject)
        if isinstance(value, Literal):
            if predicate in NAMES or predicate.endswith(_FORMAL_NAME):
                entity.names.add((value.value, value.language, predicate == NAMES[0]))
            elif is_code(predicate):
                entity.codes.add(value.value)
            elif predicate == _DEPRECATED:
                entity.deprecated = value.value in ("true", "1")
        elif isinstance(value, IRI):
            if predicate == _TYPE:
                entity.types.add(value.value)
            elif predicate in _SAME:
                entity.same.add(value.value)
            elif predicate == _REPLACED:
                entity.replaced_by = value.value


#: Kinds without counterparts in other datasets.
_INTERNAL = ("source", "contribution", "practice")


def own_entities(store: Store, addresses: Addresses, kinds: Collection[str] = ()) -> list[tuple[str, LabelledEntity]]:
    """The entities of this graph, each with its kind (`country`, `sdg`, `concept/m49` …); of `kinds`, if any."""
    v = Vocabulary(addresses)
    predicates = [IRI(iri) for iri in (*NAMES, *CODES, _TYPE)]
    predicates += [v(f"gcm:{code}") for code in ("iso2", "iso3", "m49", "formalName")]
    start = f"{addresses.base}id/"
    reader = EntityReader(start)
    for predicate in predicates:
        reader.read(quad.triple for quad in store.quads(predicate=predicate))
    found = []
    for iri, entity in reader.entities.items():
        kind, slash, local = iri.removeprefix(start).rpartition("/")
        if slash and "#" not in local and kind.split("/")[0] not in _INTERNAL and (not kinds or kind in kinds):
            found.append((kind, entity))
    return sorted(found, key=lambda pair: pair[1].iri)


#: Limits of the answer with one page: seconds, bytes.
_SECONDS, _BYTES = 60, 64 * 2**20

#: Rows of a page; below the limits of known public servers.
PAGE = 5_000

_PROPERTIES = (*NAMES, *CODES, _TYPE, _DEPRECATED, _REPLACED)

#: Parameters: the properties, the IRI (a string literal) after which the page starts, the number of rows.
_QUERY = """SELECT DISTINCT ?s ?p ?o WHERE {
  VALUES ?p { %s }
  { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }
  FILTER(isIRI(?s) && STR(?s) > %s)
} ORDER BY STR(?s) LIMIT %d"""


def read_endpoint(url: str, state: Path | None, pause: float, page: int = PAGE) -> dict[str, LabelledEntity]:
    """The entities of an endpoint that have a name or code, by address.

    `state` is a file that stores the received pages (JSON lines), so that a later call requests only the others. Raises
    `StoreError` if the endpoint does not answer; the pages received before are in `state`.
    """
    reader, last, whole = EntityReader(), "", False
    if state is not None and state.is_file():
        last, whole = _resume(state, url, reader)
    with tqdm.tqdm(unit=" resources", desc="reading", initial=len(reader.entities), disable=None) as bar:
        while not whole:
            rows = _page(url, last, page)
            whole = len(rows) < page
            if not whole:  # the last resource may continue on the next page
                subject = rows[-1].subject
                rows = [row for row in rows if row.subject != subject]
                if not rows:
                    raise StoreError(f"{subject} alone has more than {page:,} names and codes at {url}.")
            if rows:
                last = rows[-1].subject.value  # type: ignore[union-attr]
            reader.read(rows)
            if state is not None:
                triples = "".join(f"{row} .\n" for row in rows)
                _append(state, {"endpoint": url, "last": last, "whole": whole, "triples": triples})
            bar.update(len(reader.entities) - bar.n)
            if not whole:
                time.sleep(pause)
    return {iri: entity for iri, entity in reader.entities.items() if entity.names or entity.codes}


def _page(url: str, after: str, page: int) -> list[Triple]:
    properties = " ".join(str(IRI(iri)) for iri in _PROPERTIES)
    query = _QUERY % (properties, Literal(after), page)
    try:
        found = fetch(url, query, seconds=_SECONDS, max_bytes=_BYTES)
    except EndpointError as error:
        raise StoreError(f"The SPARQL endpoint {url} {error.reason}.") from error
    rows = ((row["s"], row["p"], row["o"]) for row in found.rows)
    return [Triple(s, p, o) for s, p, o in rows if isinstance(s, IRI) and isinstance(p, IRI) and o is not None]


def _append(state: Path, page: dict[str, object]) -> None:
    with faults_of_files(DataError, "The state cannot be written", state), state.open("a", encoding="utf-8") as file:
        file.write(json.dumps(page) + "\n")


def _resume(state: Path, url: str, reader: EntityReader) -> tuple[str, bool]:
    last, whole = "", False
    lines = state.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            page = json.loads(line)
            if page["endpoint"] != url:
                raise DataError(f"This is the state of <{page['endpoint']}>.", place=Place(str(state), number))
            triples = [quad.triple for quad in parse_quads(page["triples"].encode(), N_QUADS, source=str(state))]
        except (ValueError, KeyError, TypeError, AttributeError, RdfSyntaxError) as error:
            if number == len(lines):  # an interrupted write: request that page again
                state.write_text("".join(f"{complete}\n" for complete in lines[:-1]), "utf-8")
                break
            raise DataError("This is no state of a reading.", place=Place(str(state), number)) from error
        reader.read(triples)
        last, whole = page["last"], page["whole"]
    return last, whole


_NAME = re.compile(r"(?:.*_)?(?:name|label|title)(?:[_@-]([A-Za-z]{2,3}))?", re.IGNORECASE)
_IDENTIFIER = ("iri", "uri", "id", "@id")
_CODE_COLUMNS = ("code", "notation", "iso", "identifier")


@dataclass(frozen=True)
class Target:
    """A target dataset: name, SHA-256 of the file (empty for an endpoint), entities by address."""

    name: str
    sha256: str
    entities: dict[str, LabelledEntity]


def is_endpoint(dataset: str) -> bool:
    """Whether a dataset is an endpoint instead of a file."""
    return dataset.lower().startswith(("http://", "https://"))


def read_target(dataset: str, *, id_prefix: str = "", state: Path | None = None, pause: float = 1.0) -> Target:
    """Read a dataset. Raises a `GcmGraphError` with the file, or the failure of the endpoint.

    `id_prefix` precedes identifiers of a CSV file that are no addresses; `state` is a file from which an interrupted
    reading of an endpoint is resumed; `pause` is in seconds, between its pages.
    """
    if is_endpoint(dataset):
        return Target(dataset, "", read_endpoint(dataset, state, pause))
    path = Path(dataset)
    with faults_of_files(DataError, "The dataset cannot be read", dataset):
        digest = sha256_of(path)
    if path.suffix.lower() in (".csv", ".tsv"):
        return Target(path.name, digest, _csv_entities(path, id_prefix))
    triples = (quad.triple for quad in stream_quads(path))
    return Target(path.name, digest, EntityReader().read(triples).entities)


def _csv_entities(path: Path, id_prefix: str) -> dict[str, LabelledEntity]:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    (place, columns), *rows = rows_of(read_text(path), str(path), delimiter)
    entities: dict[str, LabelledEntity] = {}
    lower = [column.strip().lower() for column in columns]
    identifier = next((lower.index(name) for name in _IDENTIFIER if name in lower), 0)
    names = {i: m[1] for i, column in enumerate(lower) if i != identifier and (m := _NAME.fullmatch(column))}
    codes = [i for i, c in enumerate(lower) if is_code(c) or any(c.startswith(n) for n in _CODE_COLUMNS)]
    if not (names or codes):
        raise DataError(
            "No column of codes or names was found.",
            place=place,
            hint="Name them in the first line: id, notation, iso3, m49, name_en, label_fr …",
        )
    for place, row in rows:
        if not row:
            continue
        if len(row) != len(columns):
            raise DataError(f"The row has {len(row)} cells, the first line {len(columns)}.", place=place)
        iri = row[identifier].strip()
        iri = iri if is_endpoint(iri) else id_prefix + iri
        entity = entities.setdefault(iri, LabelledEntity(_address(iri, columns[identifier], place)))
        entity.names |= {(row[i].strip(), language, True) for i, language in names.items() if row[i].strip()}
        entity.codes |= {row[i].strip() for i in codes if row[i].strip()}
    return entities


def _address(iri: str, column: str, place: Place) -> str:
    try:
        if not is_endpoint(iri):
            raise ValueError("it does not begin with http:// or https://")
        return IRI(iri).value
    except ValueError as error:
        raise DataError(
            f"'{iri}' in the column '{column}' is no address of a resource: {error}.",
            place=place,
            hint="Give --id-prefix what their addresses begin with, such as http://example.org/country/.",
        ) from error
