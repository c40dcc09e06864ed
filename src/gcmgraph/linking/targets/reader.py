"""Reader of target datasets: RDF or CSV files, or SPARQL endpoints."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.imports.reference import PublishedFile
from gcmgraph.linking.imports.vocabularies import unbis_triples
from gcmgraph.linking.targets.endpoint import read_endpoint
from gcmgraph.linking.targets.entities import EntityReader, LabelledEntity, is_code
from gcmgraph.model.terms import IRI
from gcmgraph.rdfio.media import read_text
from gcmgraph.rdfio.parsing import stream_quads

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
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"The dataset cannot be read: {error.strerror}.", place=Place(dataset)) from error
    if path.suffix.lower() in (".csv", ".tsv"):
        return Target(path.name, digest, _csv_entities(path, id_prefix))
    reader = EntityReader()
    if path.suffix.lower() == ".json":
        topics = unbis_triples(PublishedFile(path.name, dataset, path.read_bytes()))
        reader.read((one.subject, one.predicate, one.object) for one in topics)  # type: ignore[misc]
        return Target(path.name, digest, reader.entities)
    reader.read((quad.subject, quad.predicate, quad.object) for quad in stream_quads(path))  # type: ignore[misc]
    return Target(path.name, digest, reader.entities)


def _csv_entities(path: Path, id_prefix: str) -> dict[str, LabelledEntity]:
    place = Place(str(path), 1)
    entities: dict[str, LabelledEntity] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",", strict=True)
            columns = next(rows, [])
            lower = [column.strip().lower() for column in columns]
            identifier = next((lower.index(name) for name in _IDENTIFIER if name in lower), 0)
            names = {i: m[1] for i, column in enumerate(lower) if i != identifier and (m := _NAME.fullmatch(column))}
            codes = [i for i, c in enumerate(lower) if is_code(c) or any(c.startswith(n) for n in _CODE_COLUMNS)]
            if not columns or not (names or codes):
                raise DataError(
                    "No column of codes or names was found.",
                    place=place,
                    hint="Name them in the first line: id, notation, iso3, m49, name_en, label_fr …",
                )
            for row in rows:
                if not row:
                    continue
                place = Place(str(path), rows.line_num)
                if len(row) != len(columns):
                    raise DataError(f"The row has {len(row)} cells, the first line {len(columns)}.", place=place)
                iri = row[identifier].strip()
                iri = iri if iri.startswith(("http://", "https://")) else id_prefix + iri
                entity = entities.setdefault(iri, LabelledEntity(_address(iri, columns[identifier], place)))
                entity.names |= {(row[i].strip(), language, True) for i, language in names.items() if row[i].strip()}
                entity.codes |= {row[i].strip() for i in codes if row[i].strip()}
    except UnicodeDecodeError:
        read_text(path)  # raises an error with the line
        raise
    except OSError as error:
        raise DataError(f"The dataset cannot be read: {error.strerror}.", place=place) from error
    except csv.Error as error:
        raise DataError(f"This is not valid CSV: {error}.", place=place) from error
    return entities


def _address(iri: str, column: str, place: Place) -> str:
    try:
        if not iri.startswith(("http://", "https://")):
            raise ValueError("it does not begin with http:// or https://")
        return IRI(iri).value
    except ValueError as error:
        raise DataError(
            f"'{iri}' in the column '{column}' is no address of a resource: {error}.",
            place=place,
            hint="Give --id-prefix what their addresses begin with, such as http://example.org/country/.",
        ) from error
