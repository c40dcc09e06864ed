"""Large files are validated as a dataset; the same problems come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.errors import RdfSyntaxError
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import read_quads, stream_quads
from gcmgraph.shapes import SH
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.validation.contribution import LARGE, validate_files
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Rules

SHAPES = Path(__file__).parents[1] / "shapes"


def violations(report: Report) -> list[tuple[str, ...]]:
    """Violations of SHACL."""
    found = [r for r in report.results if r.component.value.startswith(SH)]
    return sorted((str(r.focus), r.source_shape.value, r.component.value, str(r.value)) for r in found)


def test_violations_and_lines_of_a_large_file(rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quads = [quad for path in sorted(SHAPES.glob("*/invalid-*.ttl")) for quad in read_quads(path)]
    file = tmp_path / "all.nq"
    file.write_bytes(serialize_canonical(quads, N_QUADS))
    published = EmbeddedStore.in_memory(read_quads(SHAPES / "published.ttl"))
    small = validate_files([file], rules, published)
    monkeypatch.setattr("gcmgraph.validation.contribution.LARGE", 1000)
    report = validate_files([file], rules, published)
    assert len(violations(report)) > 100
    assert violations(report) == violations(small)
    lines = file.read_text("utf-8").splitlines()
    for result in report.results:
        assert result.place is not None
        assert lines[(result.place.line or 0) - 1].startswith(f"{result.focus} ")


def test_faults_of_published_data_are_not_reported(
    rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcmgraph.validation.contribution.LARGE", 1)
    file = tmp_path / "note.nt"
    file.write_text("<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n")
    broken = EmbeddedStore.in_memory(read_quads(SHAPES / "country" / "invalid-countries.ttl"))
    assert validate_files([file], rules, broken).results == ()


@pytest.mark.parametrize("large", [1, 1000])
@pytest.mark.parametrize(("name", "text"), [("a.ttl", ""), ("a.nq", ""), ("a.ttl", "# nothing"), ("a.jsonld", "{}")])
def test_file_without_statements_is_refused(
    rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, large: int
) -> None:
    monkeypatch.setattr("gcmgraph.validation.contribution.LARGE", large)
    some, nothing = tmp_path / "some.nt", tmp_path / name
    some.write_text("<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n")
    nothing.write_text(text)
    with pytest.raises(RdfSyntaxError, match=f"{name}: There is no statement in it"):
        validate_files([some, nothing], rules)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [("a.nt", "<http://e/s> <http://e/p> 1 .\n<x", 1), ("a.ttl", "@prefix x: <http://e/> .\nx:a x:b ] .", 2),
     ("a.rdf", '<?xml version="1.0"?>\n<!DOCTYPE x>\n<x/>', 2)],
)  # fmt: skip
def test_line_of_a_syntax_error(tmp_path: Path, name: str, text: str, line: int) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(RdfSyntaxError) as caught:
        list(stream_quads(tmp_path / name))
    assert caught.value.place is not None
    assert caught.value.place.line == line


def test_limit_of_reading_whole() -> None:
    assert LARGE == 50 * 1024 * 1024
