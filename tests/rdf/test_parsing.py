"""What strangers write and is not RDF: refused with the place and what to do; files written whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.platform.errors import RdfSyntaxError
from gcmgraph.rdf.media import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, RdfSyntax, write_whole
from gcmgraph.rdf.parsing import parse_quads, read_quads, stream_quads
from gcmgraph.validation.located_statements import LocatedStatements

_PREFIX = "@prefix x: <http://x/> .\n"
_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">\n'


def fault(text: str, syntax: RdfSyntax) -> RdfSyntaxError:
    with pytest.raises(RdfSyntaxError) as raised:
        list(parse_quads(text.encode(), syntax, source="it"))
    return raised.value


@pytest.mark.parametrize(
    ("syntax", "text", "place", "hint"),
    [
        (TURTLE, f"{_PREFIX}x:a x:b x:c", (2, 12), "End the last statement with a dot"),
        (TURTLE, f'{_PREFIX}x:a x:b "c"\n', (3, 1), "the last one before this place has none"),
        (TURTLE, f'{_PREFIX}x:a x:b "text .\n', (2, 9), "close what is still open"),
        (TURTLE, f"{_PREFIX}x:a y:b x:c .", (2, 5), "Declare it on a line above"),
        (TURTLE, f"{_PREFIX}x:a x:b .", (2, 9), "A value is missing before it"),
        (TURTLE, f"{_PREFIX}x:a x:b x:c x:d .", (2, 13), "End each statement with a dot"),
        (TURTLE, f"{_PREFIX}x:a x:b <http://a b> .", (2, 9), "a space is %20"),
        (TURTLE, f"{_PREFIX}x:a x:b [ x:c 1 .", (2, 17), "Close each ["),
        (TURTLE, f"{_PREFIX}x:a x:b 2019-05-01 .", (2, 13), "dates need quotation marks"),
        (TURTLE, f"{_PREFIX}x:a x:b “text” .", (2, 9), "straight quotation marks"),
        (TURTLE, f"{_PREFIX}x:a is x:b .", (2, 5), "A property is an IRI"),
        (TURTLE, f'{_PREFIX}x:a x:b "C:\\q" .', (2, 12), "Write a backslash as two"),
        (TURTLE, f'{_PREFIX}x:a x:b "text"@ .', (2, 16), '"text"@en'),
        (TURTLE, "@prefix x <http://x/> .", (1, 9), "Write @prefix name:"),
        (JSON_LD, '{"@id": "http://a"', (1, 19), "the comma or the bracket that is missing"),
        (JSON_LD, '{"@id": "http://a",}', (1, 20), "Take out the comma"),
        (JSON_LD, "{'@id': 'a'}", (1, 2), "double quotation marks"),
        (JSON_LD, "", (1, 1), "The document is empty"),
        (N_TRIPLES, "<http://a> <http://b> <http://c>", (1, 33), "End each line with a dot"),
        (RDF_XML, f"{_XML}<x:A>\n", (3, 1), "Was the file cut off?"),
        (RDF_XML, f"{_XML}<x:A></x:B></rdf:RDF>", (2, 8), "its own end tag"),
        (RDF_XML, f"{_XML}<x:A x:b='a & b'/></rdf:RDF>", (2, 14), "Write & as &amp;"),
        (RDF_XML, f"{_XML}<x:A>&eacute;</x:A></rdf:RDF>", (2, 6), "Write the character itself"),
        (RDF_XML, f"{_XML}</rdf:RDF><x:A/>", (2, 11), "into one element"),
        (RDF_XML, "x:a x:b x:c .", (1, 1), "is it another syntax?"),
        (RDF_XML, "<y:A/>", (None, None), "Declare the namespace"),
    ],
)
def test_place_and_hint_of_a_fault(
    syntax: RdfSyntax, text: str, place: tuple[int | None, int | None], hint: str
) -> None:
    error = fault(text, syntax)
    assert (error.place.source, error.place.line, error.place.column) == ("it", *place)
    assert hint in error.hint
    assert "Parser error" not in error.message  # the place is told once


def test_rdf_xml_cut_off_anywhere(tmp_path: Path) -> None:
    """The engine takes it for whole, and gives the statements before the cut."""
    document = f'{_XML}<x:A rdf:about="http://a"><x:b>one</x:b><x:c rdf:resource="http://d"/></x:A>\n</rdf:RDF>'
    assert len(list(parse_quads(document.encode(), RDF_XML, source="it"))) == 3
    for length in range(len(document)):
        fault(document[:length], RDF_XML)
    file = tmp_path / "cut.rdf"
    file.write_text(document, "utf-8")
    assert len(list(stream_quads(file))) == 3
    file.write_bytes(b"")
    with pytest.raises(RdfSyntaxError, match="it ends too early"):
        list(stream_quads(file))
    file.write_text(document[:-10], "utf-8")
    with pytest.raises(
        RdfSyntaxError,
        match=r"cut\.rdf:3:1: This is not well-formed XML: it ends too early\. Was the",
    ):
        list(stream_quads(file))


def test_nesting_of_rdf_xml() -> None:
    """RDF/XML nests 256 elements, rdf:RDF among them, whatever was closed before; the next one has its place."""

    def nested(depth: int) -> str:
        names = ["x:A" if level % 2 == 0 else "x:b" for level in range(depth)]
        ends = "".join(f"</{name}>" for name in reversed(names))
        return f"{_XML}<x:A/><x:A/>\n{''.join(f'<{name}>' for name in names)}{ends}</rdf:RDF>"

    assert len(list(parse_quads(nested(255).encode(), RDF_XML, source="it"))) == 2 + 255
    error = fault(nested(256), RDF_XML)
    assert "deeper than 256 elements" in error.message
    assert (error.place and (error.place.line, error.place.column)) == (3, 1 + 5 * 255)
    assert error.hint is not None


def test_byte_order_marks(tmp_path: Path) -> None:
    described = '<rdf:Description rdf:about="http://a"><x:b rdf:resource="http://c"/></rdf:Description></rdf:RDF>'
    for suffix, text in (
        ("ttl", "<http://a> <http://b> <http://c> ."), ("nq", "<http://a> <http://b> <http://c> ."),
        ("jsonld", '{"@id": "http://a", "http://b": {"@id": "http://c"}}'), ("rdf", f"{_XML[:-1]}{described}"),
    ):  # fmt: skip
        file = tmp_path / f"notepad.{suffix}"
        file.write_text(text, "utf-8-sig")
        (quad,) = read_quads(file)
        assert list(stream_quads(file)) == [quad]
        ((found, place),) = LocatedStatements.read([file]).located()
        assert (found, str(place)) == (quad, f"{file}:1:{text.index('http://c')}")
        file.write_text(text, "utf-16")
        for read in (read_quads, lambda path: list(stream_quads(path))):
            with pytest.raises(
                RdfSyntaxError, match=r":1:1: This is UTF-16, not UTF-8\. Save the file as UTF-8\."
            ):
                read(file)


def test_unwritable_files(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "a.ttl").mkdir()
    for name, words in (
        ("file/a", "Not a directory"),
        ("none/a", "No such file"),
        ("a", "Is a directory"),
    ):
        with pytest.raises(RdfSyntaxError, match=f"a.ttl: The file cannot be written: {words}"):
            write_whole(tmp_path / f"{name}.ttl", b"one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ttl", "file"]


@pytest.mark.parametrize("before", ["", "# a line\n# another é\n"])
def test_place_of_a_byte_that_is_not_utf8(before: str) -> None:
    data = f"{before}<http://a> <http://b> ".encode() + b'"\xe9" .'
    with pytest.raises(RdfSyntaxError, match="Byte 0xE9 is not UTF-8") as raised:
        list(parse_quads(data, TURTLE, source="it"))
    place = raised.value.place
    assert (place.line, place.column) == (before.count("\n") + 1, 24)


def test_blank_nodes_of_files_are_different(tmp_path: Path) -> None:
    file = tmp_path / "one.nt"
    file.write_text("_:a <http://b> <http://c> .\n", "utf-8")
    assert len({quad.subject for _ in range(2) for quad in stream_quads(file)}) == 2
    assert len({quad.subject for _ in range(2) for quad in read_quads(file)}) == 2
