"""Tables: statements of rows by their metadata, and one clear error for each mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, XSD, BlankNode, Literal, Quad, Vocabulary, text, typed
from gcmgraph.repository.tables import ReferenceTable, read_table, read_tables

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
GRAPH = IRI("https://w3id.org/gcmgraph/graph/reference/towns")

TYPE = {"name": "type", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": "gcm:Country"}
COLUMNS: list[dict[str, Any]] = [
    {"name": "code", "propertyUrl": "skos:notation", "required": True},
    {"name": "name", "propertyUrl": "skos:prefLabel", "lang": "fr"},
    {"name": "also", "propertyUrl": "skos:altLabel", "lang": "fr", "separator": "|"},
    {"name": "part_of", "propertyUrl": "skos:broader", "valueUrl": "concept:m49/{part_of}"},
    {"name": "rank", "propertyUrl": "schema:position", "datatype": "integer"},
    {"name": "note", "suppressOutput": True, "null": ["-", ""]},
    TYPE,
]
HEADER = "code,name,also,part_of,rank,note"


def write(
    folder: Path,
    rows: str,
    *,
    header: str = HEADER,
    schema: dict[str, Any] | None = None,
    **top: Any,
) -> Path:
    """A table `towns.csv` with its metadata; every written column gets a source unless it is virtual."""
    columns = [
        column
        if column.get("virtual")
        else {"dc:source": "a book", "dc:description": "said so", **column}
        for column in (schema or {}).get("columns", COLUMNS)
    ]
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": "towns.csv",
        "dc:title": [
            {"@value": "Towns", "@language": "en"},
            {"@value": "Villes", "@language": "fr"},
        ],
        "dc:description": "Old.",
        "dc:source": ["https://example.org/towns", "a book"],
        "dc:license": "https://creativecommons.org/licenses/by/4.0/",
        "tableSchema": {
            "aboutUrl": "country:{code}",
            "primaryKey": "code",
            **(schema or {}),
            "columns": columns,
        },
        **top,
    }
    path = folder / "towns.csv"
    path.write_text(f"{header}\n{rows}", "utf-8")
    path.with_name("towns.csv-metadata.json").write_text(json.dumps(document, indent=1), "utf-8")
    return path


def read(folder: Path, rows: str, **options: Any) -> ReferenceTable:
    return read_table(
        write(folder, rows, **options),
        ADDRESSES,
        terms={V("gcm:x"), V("gcm:Country"), V("gcm:binding")},
    )


def failure(folder: Path, rows: str, **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        read(folder, rows, **options)
    return str(caught.value).removeprefix(str(folder) + "/")


def test_each_column_gives_its_triples(tmp_path: Path) -> None:
    table = read(tmp_path, "AAA,Ville,Bourg|Cité,034,3,x\n")
    town = V("country:AAA")
    assert set(table.quads) == {
        Quad(town, V("rdf:type"), V("gcm:Country"), GRAPH),
        Quad(town, V("skos:notation"), Literal("AAA"), GRAPH),
        Quad(town, V("skos:prefLabel"), text("Ville", "fr"), GRAPH),
        Quad(town, V("skos:altLabel"), text("Bourg", "fr"), GRAPH),
        Quad(town, V("skos:altLabel"), text("Cité", "fr"), GRAPH),
        Quad(town, V("skos:broader"), V("concept:m49/034"), GRAPH),
        Quad(town, V("schema:position"), typed("3", "integer"), GRAPH),
    }
    elsewhere = read_table(tmp_path / "towns.csv", ADDRESSES, graph="provenance")
    assert {quad.graph_name for quad in elsewhere.quads} == {V("graph:provenance")}
    assert (table.name, table.title, table.rows) == ("towns", "Towns", 1)
    assert table.sources == ("https://example.org/towns", "a book")


_MEMBER = {**COLUMNS[3], "aboutUrl": "organisation:rcm", "valueUrl": "country:{part_of}"}
_HOME = {"name": "home", "propertyUrl": "foaf:homepage", "valueUrl": "{+home}"}
_TITLED = [
    {**COLUMNS[0], "titles": "Code of the town"},
    {**COLUMNS[1], "titles": {"en": ["Name"], "fr": "Nom"}},
]
#: Columns, header, rows, and the statements, in which each row has its code.
ROWS: dict[str, tuple[list[dict[str, Any]], str, str, set[tuple[str, str, object]]]] = {
    "empty cells": (COLUMNS, HEADER, "AAA,,,,,-\n", {("country:AAA", "rdf:type", V("gcm:Country"))}),
    "subject of a column": ([COLUMNS[0], _MEMBER], "code,part_of", "AAA,BBB\nCCC,\n",
                            {("organisation:rcm", "skos:broader", V("country:BBB"))}),
    "percent-encoded except with plus": ([COLUMNS[0], {**_HOME, "datatype": "anyURI"}], "code,home",
                                         "a/é,https://example.org/a?b=c\n",
                                         {("country:a%2F%C3%A9", "foaf:homepage", IRI("https://example.org/a?b=c"))}),
    "titles as headers": (_TITLED, "Code of the town,Nom", 'AAA,"Ville, grande"\n',
                          {("country:AAA", "skos:prefLabel", text("Ville, grande", "fr"))}),
    "byte order mark": ([COLUMNS[0], TYPE], "\ufeffcode", "AAA\n", {("country:AAA", "rdf:type", V("gcm:Country"))}),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_rows_state_what_the_metadata_of_columns_says(
    tmp_path: Path, case: tuple[list[dict[str, Any]], str, str, set[tuple[str, str, object]]]
) -> None:
    columns, header, rows, expected = case
    table = read(tmp_path, rows, header=header, schema={"columns": columns})
    stated = {
        (q.subject, q.predicate, q.object) for q in table.quads if q.predicate != V("skos:notation")
    }
    assert stated == {(V(subject), V(predicate), value) for subject, predicate, value in expected}


def test_cells_are_separated_by_the_delimiter_of_the_metadata(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "AAA;x,y\n",
        header="code;name",
        schema={"columns": COLUMNS[:2]},
        dialect={"delimiter": ";"},
    )
    assert text("x,y", "fr") in {quad.object for quad in table.quads}


def test_iris_and_curies_get_the_base_in_use(tmp_path: Path) -> None:
    full = [COLUMNS[0], {**TYPE, "valueUrl": ADDRESSES.term("Country")}]
    schema = {"aboutUrl": ADDRESSES.resource("country", "{code}"), "columns": full}
    path = write(tmp_path, "AAA\n", header="code", schema=schema)
    elsewhere = Addresses("http://localhost:8080/")
    by_iri = read_table(path, elsewhere).quads
    write(tmp_path, "AAA\n", header="code", schema={"columns": [COLUMNS[0], TYPE]})
    assert by_iri == read_table(path, elsewhere).quads
    assert all("w3id.org" not in str(quad) for quad in by_iri)


def test_columns_with_a_source_are_described_in_provenance(tmp_path: Path) -> None:
    quads = list(read(tmp_path, "AAA,Ville,Cité,002,3,\n").provenance(ADDRESSES))
    assert {quad.graph_name for quad in quads} == {V("graph:provenance")}
    assert not [term for quad in quads for term in quad if isinstance(term, BlankNode)]
    about = {(quad.subject.value, quad.predicate.value): quad.object for quad in quads}
    graph = GRAPH.value
    assert {q.object for q in quads if q.predicate == V("dct:title")} == {
        text("Towns", "en"),
        text("Villes", "fr"),
    }
    assert {q.object for q in quads if q.subject == GRAPH and q.predicate == V("dct:source")} == {
        IRI("https://example.org/towns"),
        text("a book", "en"),
    }
    partitions = {q.object.value for q in quads if q.predicate == V("void:propertyPartition")}
    assert partitions == {f"{graph}#{name}" for name in ("code", "name", "also", "part_of", "rank")}
    assert about[f"{graph}#name", V("dct:source").value] == text("a book", "en")
    assert about[f"{graph}#name", V("void:property").value] == V("skos:prefLabel")
    assert about[graph, V("dct:license").value] == IRI(
        "https://creativecommons.org/licenses/by/4.0/"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"{HEADER}\nAAA,,,,,\n,x,,,,\n", "3: The column 'code' is required and empty."),
        (f"{HEADER}\nAAA,,,,,\nBBB,,,,,\nAAA,,,,,\n", "4: The key AAA occurs here and in line 2."),
        (f"{HEADER}\nAAA,,,\n", "2: The row has 4 cells, the header 6."),
        (f"{HEADER}\nAAA,,,,,\n\nBBB,,,,,\n", "3: The row has 0 cells, the header 6."),
        (
            f"{HEADER}\nAAA,,,,three,\n",
            "2: In the column 'rank', 'three' is not of the form integer.",
        ),
        (
            f"{HEADER}\nAAA, x,,,,\n",
            "2: In the column 'name' a value is empty or has spaces around it: ' x'.",
        ),
        (
            f"{HEADER}\nAAA,,a||b,,,\n",
            "2: In the column 'also' a value is empty or has spaces around it: ''.",
        ),
        (
            f'{HEADER}\nAAA,,,,,"two\nlines"\nBBB,,,,x,\n',
            "4: In the column 'rank', 'x' is not of the form integer.",
        ),
        (f'{HEADER}\nAAA,"open,,,,\n', "2: This is not valid CSV"),
        (f"{HEADER},colour\n", "1: The metadata knows no column 'colour'."),
        (HEADER.removesuffix(",note"), "1: The column 'note' is missing."),
        ("name,code,also,part_of,rank,note\n", "1: The order of the columns differs"),
        (f"{HEADER}\nAAA,,,,,\nBBB,\udce9,,,,\n", "3: Byte 0xE9 is not UTF-8"),
        ("", "1: The file is empty"),
    ],
)
def test_invalid_file_is_refused_with_line(tmp_path: Path, content: str, message: str) -> None:
    path = write(tmp_path, "")
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataError) as caught:
        read_table(path, ADDRESSES)
    assert str(caught.value).startswith(f"{path}:{message}")


def test_invalid_columns_are_refused(tmp_path: Path) -> None:
    for rows, columns, message in (
        (
            "A\n",
            [TYPE, COLUMNS[0]],
            "towns.csv-metadata.json:21: The column 'code' stands behind a virtual one.",
        ),
        (
            "A,https://example.org/a b\n",
            [COLUMNS[0], _HOME],
            "towns.csv:2: The column 'home' makes no valid IRI",
        ),
        ("A,nobody:x\n", [COLUMNS[0], _HOME], "towns.csv:2: In the column 'home' the prefix of"),
    ):
        header = ",".join(str(column["name"]) for column in columns if not column.get("virtual"))
        assert failure(tmp_path, rows, header=header, schema={"columns": columns}).startswith(
            message
        )


def test_problems_of_all_rows_are_reported_in_order(tmp_path: Path) -> None:
    rows = "".join(f"A{n},,,,x,\n" for n in range(30)) + "A1,,,,1,\n"
    lines = failure(tmp_path, rows).splitlines()
    assert lines[0] == "towns.csv:2: In the column 'rank', 'x' is not of the form integer."
    assert [line.split(":")[1] for line in lines[1:-1]] == [str(n) for n in range(3, 22)]
    assert lines[-1] == "… and 10 more."


KEY = {
    "columnReference": "part_of",
    "reference": {"resource": "regions.csv", "columnReference": "m49"},
}


@pytest.mark.parametrize(
    ("regions", "key", "message"),
    [
        (
            "m49\n034\n",
            KEY,
            "towns.csv:3: In the column 'part_of', no row of regions.csv has m49 '035'.",
        ),
        (
            "code\n034\n",
            KEY,
            "regions.csv:1: A foreign key refers to the column 'm49', which this table lacks.",
        ),
        (None, KEY, "regions.csv: The file cannot be read: No such file or directory."),
        ("m49\n", {**KEY, "columnReference": ["code", "name"]}, "towns.csv-metadata.json:"),
        (
            "m49\n",
            {"columnReference": "code"},
            "towns.csv-metadata.json: This must be a JSON object: reference.",
        ),
    ],
)
def test_invalid_foreign_key_is_refused(
    tmp_path: Path, regions: str | None, key: Any, message: str
) -> None:
    if regions is not None:
        (tmp_path / "regions.csv").write_text(regions)
    schema = {"columns": COLUMNS, "foreignKeys": [key]}
    message_of_error = failure(tmp_path, "AAA,,,034,,\nBBB,,,035,,\nCCC,,,,,\n", schema=schema)
    assert message_of_error.startswith(message)
    assert len(message_of_error.splitlines()) == 1


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("integer", "-12", "1.5"), ("decimal", "1.5", "1.5e3"), ("boolean", "true", "yes"), ("boolean", "0", "no"),
        ("gYear", "2018", "18"), ("gYearMonth", "2018-09", "2018-13"), ("date", "2000-12-31", "2001-02-29"),
        ("date", "2000-12-31", "20001231"), ("anyURI", "https://example.org/", "example.org"),
        ({"base": "string", "format": "[A-Z]{3}"}, "AFG", "AFGH"),
        ({"@id": "https://example.org/code", "base": "string", "format": "[A-Z]{3}"}, "AFG", "AFGH"),
    ],
)  # fmt: skip
def test_cell_of_another_datatype_is_refused(
    tmp_path: Path, datatype: Any, good: str, bad: str
) -> None:
    columns = [COLUMNS[0], {"name": "x", "propertyUrl": "schema:value", "datatype": datatype}]
    options: dict[str, Any] = {"header": "code,x", "schema": {"columns": columns}}
    derived = (
        Literal(good, datatype=IRI(datatype.get("@id", f"{XSD}string")))
        if isinstance(datatype, dict)
        else None
    )
    expected = derived or typed({"0": "false"}.get(good, good), datatype)
    assert [q.object for q in read(tmp_path, f"A,{good}\n", **options).quads][-1] == expected
    assert failure(tmp_path, f"A,{good}\nB,{bad}\n", **options).startswith(
        f"towns.csv:3: In the column 'x', '{bad}'"
    )


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"valueUrl": "gcm:Vilage"}, "'gcm:Vilage' is no term of the ontology."),
        ({"propertyUrl": "gcm:color"}, "'gcm:color' is no term of the ontology."),
        ({"propertyUrl": "nobody:x"}, "The prefix of 'nobody:x' is not known."),
        ({"valueUrl": "nobody:{x}"}, "The prefix of 'nobody:x-' is not known."),
        ({"valueUrl": "sdg:{y}"}, "The table has no column 'y'."),
        (
            {"datatype": {"base": "string", "format": "["}},
            "The format of column 'x' is no regular expression",
        ),
        ({"datatype": "colour"}, "The column 'x' has the unknown datatype 'colour'."),
        (
            {"datatype": {"base": "string", "length": 3}},
            "Not supported in the datatype of column 'x': 'length'.",
        ),
        ({"aboutUrl": ""}, "Neither the table nor the column 'x' has an 'aboutUrl'."),
        ({"virtual": True}, "The virtual column 'x' has no 'valueUrl'."),
        ({"propertyUrl": None}, "The column 'x' has neither 'propertyUrl' nor 'suppressOutput'."),
        ({"name": "code"}, "Two columns have the name 'code'."),
        ({"lang": "x y"}, "'x y' is no language tag."),
        ({"lang": "xq"}, "'xq' is no language tag."),
        *(
            ({key: 5}, f"The '{key}' of column 'x' has a value of another type.")
            for key in (
                "separator",
                "null",
                "titles",
                "propertyUrl",
                "valueUrl",
                "lang",
                "required",
            )
        ),
        ({"datatype": 5}, "This must be a JSON object: the datatype of column 'x'."),
        ({"textDirection": "rtl"}, "Not supported in column 'x': 'textDirection'."),
        (
            {"separator": "|", "valueUrl": "sdg:{x}"},
            "The column 'x' has both 'separator' and 'valueUrl'.",
        ),
    ],
)
def test_invalid_column_of_metadata_is_refused(
    tmp_path: Path, column: dict[str, Any], message: str
) -> None:
    columns = [COLUMNS[0], {"name": "x", "propertyUrl": "gcm:x", **column}]
    place, _, message_of_error = failure(
        tmp_path, "A,\n", header="code,x", schema={"columns": columns}
    ).partition(": ")
    assert message_of_error.startswith(message)
    assert re.fullmatch(r"towns\.csv-metadata\.json(:\d+)?", place)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"dialect": {"delimiter": ";;"}}, ":3: The delimiter ';;' is not one character."),
        ({"dialect": 5}, ": This must be a JSON object: dialect."),
        ({"dc:title": {"@value": "x", "@language": "a b"}}, ":9: 'a b' is no language tag."),
        (
            {"tableSchema": {"aboutUrl": "sdg:{x}", "columns": 5}},
            ": The 'columns' of tableSchema has a value",
        ),
        ({"tableSchema": {"aboutUrl": "sdg:1", "columns": [1]}}, ": Every column needs a 'name'."),
    ],
)
def test_invalid_member_of_metadata_is_refused(
    tmp_path: Path, members: dict[str, Any], message: str
) -> None:
    message_of_error = failure(tmp_path, "", **members)
    assert re.sub(r":\d+:", ":", message_of_error).startswith(
        "towns.csv-metadata.json" + re.sub(r":\d+:", ":", message)
    )


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        *((lambda text, key=key: text.replace(f'"{key}"', '"dc:description"'), f" The table has no '{key}'")
          for key in ("dc:title", "dc:license")),
        (lambda _: '{\n "url": \n}', "3:1: This is not valid JSON"),
        (lambda _: "[]", " This must be a JSON object: the table"),
        (lambda _: None, " The metadata of towns.csv cannot be read"),
    ],
)  # fmt: skip
def test_invalid_metadata_file_is_refused(
    tmp_path: Path, edit: Callable[[str], str | None], message: str
) -> None:
    write(tmp_path, "A,,,,,\n")
    metadata = tmp_path / "towns.csv-metadata.json"
    edited = edit(metadata.read_text("utf-8"))
    metadata.unlink() if edited is None else metadata.write_text(edited, "utf-8")
    with pytest.raises(DataError) as caught:
        read_tables(tmp_path, ADDRESSES)
    assert str(caught.value).startswith(f"{metadata}:{message}")
