"""The table of last checks: read as written, said as measurements, one clear error for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.errors import DataError
from gcmgraph.linking.check import COLUMNS, CheckRecord, Figure, read_checks, write_checks
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, typed
from gcmgraph.namespaces import Addresses

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
RECORD = CheckRecord("un-sdg", "sdg.ttl", "ab" * 32, "2026-11-24", dict.fromkeys(Figure, 0) | {Figure.VANISHED: 2})


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "checks.csv"
    assert read_checks(path) == []
    write_checks(path, [RECORD])
    assert read_checks(path) == [RECORD]


def test_each_figure_is_a_measurement_of_the_link_set() -> None:
    quads = list(RECORD.quads(ADDRESSES))
    linkset = ADDRESSES.graph("linkset/un-sdg")
    part, where = IRI(f"{linkset}#check-vanished"), V("graph:provenance")
    assert Quad(part, V("dqv:value"), typed("2", "integer"), where) in quads
    assert Quad(part, V("dqv:computedOn"), IRI(linkset), where) in quads
    assert len([quad for quad in quads if quad.object == V("dqv:QualityMeasurement")]) == len(Figure)


def test_name_and_checksum_are_of_the_file_that_was_used() -> None:
    said = {
        (str(quad.subject.value).partition("#")[2], quad.predicate): quad.object for quad in RECORD.quads(ADDRESSES)
    }
    used = {quad.object for quad in RECORD.quads(ADDRESSES) if quad.predicate == V("prov:used")}
    assert V("graph:linkset/un-sdg#check-against") in used
    assert said["check-against", V("rdf:type")] == V("prov:Entity")
    assert said["check-against", V("dct:identifier")] == Literal("sdg.ttl")
    assert said["check-against", V("spdx:checksum")] == V("graph:linkset/un-sdg#check-checksum")
    assert said["check-checksum", V("spdx:checksumValue")] == typed("ab" * 32, "hexBinary")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("un-sdg,x.ttl,,2026-11-24,1", "There are 5 cells instead of 11."),
        ("un-sdg,x.ttl,,24.11.2026,1,0,0,0,0,0,0", "'24.11.2026' is not a date"),
        ("un-sdg,x.ttl,,2026-11-24,1,0,-1,0,0,0,0", "A figure is no whole number."),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "checks.csv"
    path.write_text(f"{','.join(COLUMNS)}\n{row}\n", "utf-8")
    with pytest.raises(DataError, match=message.replace(".", r"\.")) as caught:
        read_checks(path)
    assert caught.value.place is not None
    assert caught.value.place.line == 2


def test_another_first_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checks.csv"
    path.write_text("a,b\n", "utf-8")
    with pytest.raises(DataError, match="The first line must be"):
        read_checks(path)
