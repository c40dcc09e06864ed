"""Resources and lists as CSV; citations, read back by the readers of others: bibtexparser and rispy."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware

from gcmgraph.publication.descriptions import Describer, Labels
from gcmgraph.publication.lists.facets import FACETS
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.metadata.citations import BibliographicReference, bibtex, ris
from gcmgraph.publication.tables import (
    STATEMENT_COLUMNS,
    guarded,
    list_csv,
    resource_csv,
    write_csv,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import Quad, Vocabulary, text, typed
from gcmgraph.store.port import Store

A = Addresses()
V = Vocabulary(A)
WEB_GRAPH = Path(__file__).parents[1] / "web" / "graph.trig"


def rows(written: str) -> list[dict[str, str]]:
    assert written.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(written, newline="")))


def statements_of(store: Store, curie: str) -> list[dict[str, str]]:
    return rows(resource_csv(Describer(store, A).describe(V(curie)), Labels(store, A), A, "fr"))


def test_table_of_statements_has_graphs_and_evidence() -> None:
    told = statements_of(Store.in_memory(read_quads(WEB_GRAPH)), "practice:glo-act")
    (country,) = [row for row in told if row["value"] == f"{A.base}id/country/AFG"]
    assert list(country) == list(STATEMENT_COLUMNS)
    assert country == {
        "subject": f"{A.base}id/practice/glo-act", "property": "gcm:country", "value": f"{A.base}id/country/AFG",
        "kind": "iri", "language": "", "datatype": "", "label": "Afghanistan",
        "graphs": A.graph("source/objective-09.fr"), "inferred": "false",
        "source": f"{A.base}id/source/objective-09.fr", "quotation": "Afghanistan", "start": "11", "end": "22",
            "page": "",
    }  # fmt: skip
    (start,) = [row for row in told if row["property"] == "schema:startDate"]
    assert (start["value"], start["kind"], start["datatype"]) == ("2018", "literal", "xsd:gYear")
    (amount,) = [row for row in told if row["property"] == "schema:value"]  # of a part
    assert amount["subject"].endswith("#funding-amount")
    assert [row["inferred"] for row in told if row["property"] == "gcm:involvesOrganisation"] == [
        "true"
    ]
    description = Describer(Store.in_memory(read_quads(WEB_GRAPH)), A).describe(
        V("practice:glo-act")
    )
    facts = [
        *description.facts,
        *(f for part in description.parts.values() for f in part),
        *description.inbound,
    ]
    stated = {(row["subject"], A.expand(row["property"]), row["value"]) for row in told}
    assert stated == {
        (fact.subject.value, fact.predicate.value, fact.object.value) for fact in facts
    }


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"), ("\r=1", "'\r'=1"), ("-5", "-5"), ("+12.5e-3", "+12.5e-3"), ("a=b", "a=b"), ("", ""),
        ("x;=cmd", "x;'=cmd"), ("x; =1", "x; '=1"), ('x;"=1', "x;\"'=1"), ("x\n-item", "x\n'-item"),
        ("x\t@a", "x\t'@a"),
        ("=a;+b;-c", "'=a;'+b;'-c"), ("x;-5;y", "x;-5;y"), ("x;-5", "x;'-5"), ("-5;x", "'-5;x"),
        ("x; y = z", "x; y = z"),
        ("\uff1d1", "'\uff1d1"), ("x;\uff0b1", "x;'\uff0b1"),
    ],
)  # fmt: skip
def test_cell_that_begins_as_a_formula_is_guarded(cell: str, safe: str) -> None:
    assert guarded(cell) == safe


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "cell",
    [
        "x;=cmd",
        'x;"=cmd',
        "x; \t=cmd",
        "a,b\n=cmd",
        "a\r\n+cmd",
        'a","b;@cmd',
        "=cmd",
        "x;\n;=cmd",
        'a;""=cmd',
    ],
)
def test_no_part_of_a_cell_is_a_formula_after_another_separator(cell: str, separator: str) -> None:
    written = write_csv(["1", "2", "3"], [["a", cell, "b"], ["c", "d", cell]])
    for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
        for part in row:
            assert part.lstrip(' "')[:1] not in tuple("=+-@"), (part, written)


def test_long_text_of_separators_is_guarded_in_time() -> None:
    text = "; " * 200_000 + "\n" * 200_000
    assert guarded(text) == text


def test_quotes_commas_and_line_ends_are_read_back_from_csv() -> None:
    cells = ['a "b"', "c,d", "e\r\nf", "ع", " g "]
    written = write_csv(["1", "2", "3", "4", "5"], [cells])
    assert next(iter(list(csv.reader(io.StringIO(written, newline="")))[1:])) == cells


def test_texts_of_the_data_are_guarded_and_numbers_are_not() -> None:
    practice = V("practice:p")
    quads = [
        Quad(practice, V("rdf:type"), V("gcm:Practice")),
        Quad(practice, V("dct:title"), text('=HYPERLINK("http://evil.example","x")', "en")),
        Quad(practice, V("schema:value"), typed("-5", "integer")),
    ]
    store = Store.in_memory(quads)
    values = {row["property"]: row["value"] for row in statements_of(store, "practice:p")}
    assert values["dct:title"].startswith("'=HYPERLINK")
    assert values["schema:value"] == "-5"
    index = Listings(store, A).of("practice")
    (row,) = rows(list_csv(index, index.listed(index.everything), "en"))
    assert row["name"].startswith("'=HYPERLINK")


def test_list_in_csv_has_its_rows_in_order() -> None:
    store = Store.in_memory(read_quads(Path(__file__).parent / "practices.trig"))
    index = Listings(store, A).of("practice")
    told = rows(list_csv(index, index.ordered(index.everything, "start", "fr", 0, 2), "fr"))
    assert [row["address"] for row in told] == [V("practice:three").value, V("practice:one").value]
    assert told[0]["name"] == "Bridge"
    assert told[0]["language"] == "en"
    assert told[0]["start"] == "2012-05-01"
    one = told[1]
    assert (one["name"], one["country"], one["lead"], one["target"]) == (
        "Élan",
        "AFG IRQ",
        "eu unodc",
        "10.7 16.2",
    )
    countries = Listings(store, A).of("country")
    (first, *_) = rows(
        list_csv(countries, countries.ordered(countries.everything, "title", "ar", 0, 3), "ar")
    )
    assert "start" not in first
    for kind in FACETS:
        (header, *_) = csv.reader(list_csv(Listings(store, A).of(kind), [], "en").splitlines())
        assert len({*header}) == len(header), kind


HOSTILE = 'A {brace}, 50% & $5_000 #1 ~ ^ \\end{x} "quoted" é أ 😀'


def cite(title: str, **changed: object) -> BibliographicReference:
    values: dict[str, object] = {
        "title": title,
        "language": "en",
        "authors": ("GCM Graph contributors",),
        "within": "GCM Graph",
        "iri": "https://w3id.org/gcmgraph/id/practice/a_b%20c",
        "version": "0123abcd",
        "issued": date(2026, 11, 24),
        "accessed": date(2027, 1, 2),
        "terms": "https://creativecommons.org/licenses/by/4.0/",
    }
    return BibliographicReference(**{**values, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "title", ["Plan de travail", HOSTILE, "two\nlines\r\nER  - \r\nTY  - JOUR", "{", "}", "\\"]
)
def test_any_title_is_read_back_from_bibtex(title: str) -> None:
    library = bibtexparser.parse_string(
        bibtex(cite(title)), append_middleware=[LatexDecodingMiddleware()]
    )
    assert not library.failed_blocks
    (entry,) = library.entries
    # its decoder reads TeX’s own circumflex as the accent
    read = str(entry["title"]).replace("{", "").replace("}", "").replace("ˆ", "^")
    assert " ".join(read.split()) == " ".join(title.replace("{", "").replace("}", "").split())
    assert entry["urldate"] == "2027-01-02"
    assert entry["year"] == "2026"
    assert "0123abcd" in str(entry["version"])


@pytest.mark.parametrize(
    "title", ["Plan de travail", HOSTILE, "two\nlines\r\nER  - \r\nTY  - JOUR"]
)
def test_any_title_is_read_back_from_ris(title: str) -> None:
    (entry,) = rispy.loads(ris(cite(title)))
    assert entry["title"] == " ".join(title.split())
    assert entry["authors"] == ["GCM Graph contributors"]
    assert entry["urls"] == ["https://w3id.org/gcmgraph/id/practice/a_b%20c"]
    assert entry["access_date"] == "2027/01/02/"
    assert entry["type_of_reference"] == "DATA"


def test_version_without_date_has_the_year_of_access() -> None:
    (entry,) = rispy.loads(ris(cite("x", issued=None)))
    assert entry["year"] == "2027"
    assert "date" not in entry
