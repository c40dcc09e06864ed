"""Files of statements with lines and columns, also large ones, which are validated as a dataset."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.platform.errors import Place, RdfSyntaxError
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, RdfSyntax
from gcmgraph.rdf.parsing import parse_quads, parse_with_lines, read_quads, stream_quads
from gcmgraph.rdf.shapes import SH
from gcmgraph.rdf.terms import Literal
from gcmgraph.store.port import Store
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.validate import validate_files

TURTLE_TEXT = b"""@prefix x: <http://example.org/> .

x:a x:p 1 ,
        2 ;
    x:q '''one
two''' .

# a comment
x:b x:p x:c .
"""


_NUMBERED = [(str(number), number) for number in range(1, 501)]
_TRIPLES = "\n".join(f'<http://e/s> <http://e/p> "{number}" .' for number in range(1, 501))
_XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">
<rdf:Description rdf:about="http://e/s">
<e:p>1</e:p>
<e:p>2</e:p>
</rdf:Description>
</rdf:RDF>
"""
_TURTLE_LINES = [("1", 3), ("2", 4), ("one\ntwo", 6), ("http://example.org/c", 9)]
CASES = {
    "Turtle": (TURTLE, TURTLE_TEXT.decode(), _TURTLE_LINES),
    "line ends of Windows": (TURTLE, TURTLE_TEXT.decode().replace("\n", "\r\n").rstrip(),
                             [*_TURTLE_LINES[:2], ("one\r\ntwo", 6), _TURTLE_LINES[3]]),
    "N-Triples": (N_TRIPLES, _TRIPLES, _NUMBERED),
    "N-Quads": (N_QUADS, _TRIPLES.replace(" .", " <http://e/g> ."), _NUMBERED),
    "TriG": (TRIG, '<http://e/g> {\n  <http://e/s> <http://e/p> "1" ,\n  "2" .\n}\n', [("1", 2), ("2", 3)]),
    "RDF/XML": (RDF_XML, _XML, [("1", 3), ("2", 4)]),
    "a long line": (N_TRIPLES, f'<http://e/s> <http://e/p> "{"x" * 300_000}" .\n<http://e/s> <http://e/p> "y" .\n',
                    [("x" * 300_000, 1), ("y", 2)]),
}  # fmt: skip


@pytest.mark.parametrize(("syntax", "text", "expected"), CASES.values(), ids=CASES)
def test_each_value_has_the_line_on_which_it_is_written(
    syntax: RdfSyntax, text: str, expected: list[tuple[str, int]]
) -> None:
    located = list(parse_with_lines(text.encode(), syntax, source="test"))
    assert [(one.quad.object.value, one.line) for one in located] == expected  # type: ignore[union-attr]
    assert [one.quad for one in located] == list(parse_quads(text.encode(), syntax, source="test"))


def test_values_of_json_ld_have_lines_of_the_file() -> None:
    text = b'{"@id": "http://e/s",\n"http://e/p": ["1",\n"2"]}\n'
    found = {one.quad.object: one.line for one in parse_with_lines(text, JSON_LD, source="test")}
    assert found.keys() == {Literal("1"), Literal("2")}
    assert all(1 <= line <= 3 for line in found.values())


#: A line, a value, and the text that it has there.
COLUMNS = [
    *(
        ("x:ab x:b 101, 1010, 10 .", "10", " 10 ."),
        ("x:b-c x:b x:a, x:bc, 2.10, 10.2, 10 .", "10", " 10 ."),
    ),
    *(
        (f"x:a x:country x:XQZ{end}", "http://e/XQZ", " x:XQZ")
        for end in (" .", ".", ", x:other .")
    ),
    ("x:a x:b [ x:country x:XQZ].", "http://e/XQZ", " x:XQZ"),
]


def test_value_has_its_column_on_short_lines_alone() -> None:
    for line, value, at in COLUMNS:
        located = LocatedStatements.parse(
            f"@prefix x: <http://e/> .\n{line}".encode(), TURTLE, source="t"
        ).located()
        columns = {quad.object.value: place and place.column for quad, place in located}  # type: ignore[union-attr]
        assert columns[value] == line.index(at) + 2
    for length, column in ((100, 27), (3_000, None)):  # of short lines only
        data = b'<http://e/s> <http://e/p> "x" . #' + b"-" * length
        ((_, place),) = LocatedStatements.parse(data, TURTLE, source="test").located()
        assert place == Place("test", 1, column)


def test_triple_term_is_refused_with_its_line() -> None:
    data = b"<http://e/s> <http://e/p> 1 .\n<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> 1 )>> .\n"
    with pytest.raises(RdfSyntaxError, match=r"RDF 1\.2") as caught:
        parse_with_lines(data, TURTLE, source="test")
    assert str(caught.value.place) == "test:2"


def test_missing_file_and_unknown_suffix_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RdfSyntaxError, match="cannot be read"):
        LocatedStatements.read([tmp_path / "none.ttl"])
    with pytest.raises(RdfSyntaxError, match="suffix"):
        LocatedStatements.read([tmp_path / "none.docx"])


SHAPES = Path(__file__).parents[1] / "shapes"


def violations(report: Report) -> list[tuple[str, ...]]:
    """Violations of SHACL."""
    found = [r for r in report.results if r.component.value.startswith(SH)]
    return sorted(
        (str(r.focus), r.source_shape.value, r.component.value, str(r.value)) for r in found
    )


def test_large_file_has_the_same_violations_with_lines(
    rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads = [quad for path in sorted(SHAPES.glob("*/invalid-*.ttl")) for quad in read_quads(path)]
    file = tmp_path / "all.nq"
    file.write_bytes(serialize_canonical(quads, N_QUADS))
    published = Store.in_memory(read_quads(SHAPES / "published.ttl"))
    small = validate_files([file], rules, published)
    monkeypatch.setattr("gcmgraph.validation.validate.LARGE", 1000)
    report = validate_files([file], rules, published)
    assert len(violations(report)) > 100
    assert violations(report) == violations(small)
    lines = file.read_text("utf-8").splitlines()
    for result in report.results:
        assert lines[(result.place.line or 0) - 1].startswith(f"{result.focus} ")


def test_faults_of_published_data_are_not_those_of_a_large_file(
    rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcmgraph.validation.validate.LARGE", 1)
    file = tmp_path / "note.nt"
    file.write_text("<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n")
    broken = Store.in_memory(read_quads(SHAPES / "country" / "invalid-countries.ttl"))
    assert validate_files([file], rules, broken).results == ()


def test_file_without_statements_is_refused(
    rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = tmp_path / "some.nt"
    some.write_text("<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n")
    for large in (1, 1000):
        monkeypatch.setattr("gcmgraph.validation.validate.LARGE", large)
        for name, text in (("a.ttl", ""), ("a.nq", ""), ("b.ttl", "# nothing"), ("a.jsonld", "{}")):
            (tmp_path / name).write_text(text)
            with pytest.raises(RdfSyntaxError, match=f"{name}: There is no statement in it"):
                validate_files([some, tmp_path / name], rules)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [("a.nt", "<http://e/s> <http://e/p> 1 .\n<x", 1), ("a.ttl", "@prefix x: <http://e/> .\nx:a x:b ] .", 2),
     ("a.rdf", '<?xml version="1.0"?>\n<!DOCTYPE x>\n<x/>', 2)],
)  # fmt: skip
def test_syntax_error_is_reported_with_its_line(
    tmp_path: Path, name: str, text: str, line: int
) -> None:
    (tmp_path / name).write_text(text)
    for read in (
        lambda path: list(stream_quads(path)),
        lambda path: LocatedStatements.read([path]),
    ):
        with pytest.raises(RdfSyntaxError) as caught:
            read(tmp_path / name)
        assert str(caught.value).startswith(f"{tmp_path / name}:{line}:")
