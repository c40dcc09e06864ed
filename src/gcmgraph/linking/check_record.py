"""The last check of each link set, as a table (`data/linksets/checks.csv`) and as quads.

The counts are measurements in the Data Quality Vocabulary (https://www.w3.org/TR/vocab-dqv/).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, in_graph, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.csvw import DATATYPES


class Figure(Enum):
    """A count of a check, each a concept of `data/reference/link-metrics.csv`."""

    LINKS = "links"
    VANISHED = "vanished"
    RELABELLED = "relabelled"
    DEPRECATED = "deprecated"
    DUPLICATES = "duplicates"
    MANY_TO_ONE = "many-to-one"
    CONTRADICTED = "contradicted"


COLUMNS = ("linkset", "against", "sha256", "date", *(figure.value for figure in Figure))


@dataclass(frozen=True)
class CheckRecord:
    """The check of a link set: target (file name or address of an endpoint), date, counts."""

    linkset: str
    against: str
    #: of the file; empty for an endpoint
    sha256: str
    date: str
    figures: dict[Figure, int]

    def quads(self, addresses: Addresses) -> Iterator[Quad]:
        """The check as an activity, and each count as a measurement of the link set, in graph/provenance."""
        v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
        linkset = IRI(addresses.graph(f"linkset/{self.linkset}"))
        check, against, checksum = (IRI(f"{linkset.value}#check{part}") for part in ("", "-against", "-checksum"))
        triples = [
            *v.about(
                check,
                ("rdf:type", "prov:Activity"),
                ("prov:used", [linkset, against]),
                ("dct:date", typed(self.date, "date")),
            ),
            *v.about(
                against,
                ("rdf:type", "prov:Entity"),
                ("dct:identifier", Literal(self.against)),
                ("spdx:checksum", checksum if self.sha256 else None),
            ),
        ]
        if self.sha256:
            triples += v.about(
                checksum,
                ("rdf:type", "spdx:Checksum"),
                ("spdx:algorithm", "spdx:checksumAlgorithm_sha256"),
                ("spdx:checksumValue", typed(self.sha256, "hexBinary")),
            )
        for figure, value in self.figures.items():
            triples += v.about(
                IRI(f"{check.value}-{figure.value}"),
                ("rdf:type", "dqv:QualityMeasurement"),
                ("dqv:computedOn", linkset),
                ("dqv:isMeasurementOf", f"concept:link-metric/{figure.value}"),
                ("dqv:value", typed(str(value), "integer")),
                ("prov:wasGeneratedBy", check),
            )
        yield from in_graph(triples, where)


def read_checks(path: Path) -> list[CheckRecord]:
    """Read the checks of a table; none without a file. Raises `DataError` with file and line."""
    if not path.is_file():
        return []
    try:
        rows = list(csv.reader(path.read_text("utf-8").splitlines(), strict=True))
    except (csv.Error, OSError, UnicodeDecodeError) as error:
        raise DataError(f"The file is not CSV in UTF-8: {error}.", place=Place(str(path))) from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise DataError(f"The first line must be '{','.join(COLUMNS)}'.", place=Place(str(path), 1))
    return [_record(row, Place(str(path), line)) for line, row in enumerate(rows[1:], 2) if row]


def write_checks(path: Path, records: list[CheckRecord]) -> None:
    """Write the table, ordered by link set. Raises `DataError` if it cannot be written."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in sorted(records, key=lambda record: record.linkset):
        figures = [record.figures.get(figure, 0) for figure in Figure]
        writer.writerow([record.linkset, record.against, record.sha256, record.date, *figures])
    try:
        path.write_text(text.getvalue(), "utf-8")
    except OSError as error:
        raise DataError(f"The file cannot be written: {error.strerror}.", place=Place(str(path))) from error


def _record(row: list[str], place: Place) -> CheckRecord:
    if len(row) != len(COLUMNS):
        raise DataError(f"There are {len(row)} cells instead of {len(COLUMNS)}.", place=place)
    linkset, against, sha256, date, *counts = row
    if DATATYPES["date"].parse(date) is None:
        raise DataError(f"'{date}' is not a date such as 2026-01-31.", place=place)
    if not all(count.isascii() and count.isdecimal() for count in counts):
        raise DataError("A figure is no whole number.", place=place)
    return CheckRecord(linkset, against, sha256, date, dict(zip(Figure, map(int, counts), strict=True)))
