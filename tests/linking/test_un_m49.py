"""UN M49 as published: regions and groups of countries, checked codes, reported differences."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.errors import DataError
from gcmgraph.linking.imports.reference import NO_OPTIONS, ImportedStatements, PublishedFile, ReferenceIndex
from gcmgraph.linking.imports.stored import import_files, imported_quads, read_statements
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository

A = Addresses()
REPOSITORY = Repository.find()
V = Vocabulary(A)
WHERE = V("graph:reference/un-m49")
HEADER = (
    "Global Code;Global Name;Region Code;Region Name;Sub-region Code;Sub-region Name;Intermediate Region Code;"
    "Intermediate Region Name;Country or Area;M49 Code;ISO-alpha2 Code;ISO-alpha3 Code;Least Developed Countries (LDC);"
    "Land Locked Developing Countries (LLDC);Small Island Developing States (SIDS)"
)
KENYA = "001;World;002;Africa;202;Sub-Saharan Africa;014;Eastern Africa;Kenya;404;KE;KEN;;;"
NEPAL = "001;World;142;Asia;034;Southern Asia;;;Nepal;524;NP;NPL;x;x;"
OTHERS = (
    "001;World;;;;;;;Antarctica;010;AQ;ATA;;;",
    "001;World;150;Europe;154;Northern Europe;830;Channel Islands;Sark;680;;;;;",
)


def known() -> ReferenceIndex:
    """Two countries as our tables have them."""
    where = V("graph:reference/countries")
    said: list[Quad] = []
    for key, iso2, m49, name, region, groups in (
        ("KEN", "KE", "404", "Kenya", "014", ()),
        ("NPL", "NP", "524", "Nepal", "034", ("ldc", "lldc")),
    ):
        country = V(f"country:{key}")
        said += [Quad(country, V("rdf:type"), V("gcm:Country"), where)]
        said += [Quad(country, V("skos:prefLabel"), text(name, "en"), where)]
        said += [Quad(country, V("gcm:region"), V(f"concept:m49/{region}"), where)]
        codes = (("gcm:iso2", iso2), ("gcm:iso3", key), ("gcm:m49", m49))
        said += [Quad(country, V(curie), Literal(code), where) for curie, code in codes]
        said += [Quad(country, V("gcm:countryGroup"), V(f"concept:country-group/{group}"), where) for group in groups]
    for code, name in (
        ("002", "Africa"),
        ("202", "Sub-Saharan Africa"),
        ("014", "Eastern Africa"),
        ("142", "Asia"),
        ("034", "Southern Asia"),
    ):
        said.append(Quad(V(f"concept:m49/{code}"), V("skos:prefLabel"), text(name, "en"), where))
    return ReferenceIndex(said, A, REPOSITORY)


def document(*rows: str) -> str:
    return "\r\n".join((HEADER, *rows)) + "\r\n"


def read(content: str, encoding: str = "utf-8") -> ImportedStatements:
    return read_statements("m49", [PublishedFile("m49.csv", "m49.csv", content.encode(encoding))], known(), NO_OPTIONS)


def values(quads: tuple[Quad, ...], subject: IRI, curie: str) -> set[object]:
    return {q.object for q in quads if q.subject == subject and q.predicate == V(curie)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_countries_get_region_and_groups_and_regions_their_place(encoding: str) -> None:
    reading = read(document(KENYA, NEPAL, *OTHERS), encoding)
    quads = reading.quads
    assert {q.graph_name for q in quads} == {WHERE}
    assert values(quads, V("country:KEN"), "gcm:region") == {V("concept:m49/014")}
    assert values(quads, V("country:KEN"), "gcm:countryGroup") == set()
    groups = {V("concept:country-group/ldc"), V("concept:country-group/lldc")}
    assert values(quads, V("country:NPL"), "gcm:countryGroup") == groups
    eastern = V("concept:m49/014")
    assert values(quads, eastern, "skos:broader") == {V("concept:m49/202")}
    assert values(quads, eastern, "skos:prefLabel") == {text("Eastern Africa", "en")}
    assert values(quads, eastern, "skos:notation") == {Literal("014")}
    assert values(quads, V("concept:m49/002"), "skos:broader") == set()
    assert {q.subject for q in quads if q.predicate == V("skos:notation")} == {
        V(f"concept:m49/{code}") for code in ("002", "202", "014", "142", "034")
    }, "regions without a country of ours are left out"
    assert reading.notes == ("m49.csv: 2 areas that are no countries of this graph were left out.",)


def test_what_differs_from_our_tables_is_told() -> None:
    moved = KENYA.replace("014;Eastern Africa;Kenya", "017;Middle Africa;Republic of Kenya")
    notes = read(document(moved, NEPAL.replace("NPL;x;x;", "NPL;;x;").replace("Southern Asia", "South Asia"))).notes
    for words in (
        "KEN: gcm:region is 017 in the file, 014 in ours",
        "KEN: the file calls it 'Republic of Kenya'",
        "NPL: gcm:countryGroup is lldc in the file, ldc, lldc in ours",
        "034: skos:prefLabel is South Asia in the file, Southern Asia in ours",
        "017: skos:prefLabel is Middle Africa in the file, none in ours",
    ):
        assert [note for note in notes if note.startswith(words)], words
    assert len(notes) == 5


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(DataError) as caught:
        read(
            document(
                KENYA.replace("404", "524"),
                NEPAL.replace(";x;x;", ";x;y;"),
                NEPAL,
                NEPAL.replace("034", "34"),
                NEPAL.replace("142;Asia", "019;Asia"),
                "001;World",
                KENYA.replace("404", "4"),
            )
        )
    lines = str(caught.value).splitlines()
    assert [line.split(": ", 1)[0] for line in lines] == [f"m49.csv:{n}" for n in (2, 3, 4, 5, 6, 6, 7, 8)]
    for line, words in zip(
        lines,
        (
            "no row of countries.csv has m49 '524', iso2 'KE', iso3 'KEN'",
            "In the column 'lldc', 'y' is not of the form x",
            "The key 524 occurs here and in line 2",
            "In the column 'sub_region', '34' is not of the form",
            "The region 034 is 'Southern Asia in 019', further up 'Southern Asia in 142'",
            "The key 524 occurs here and in line 2",
            "has 2 cells, the header 15",
            "In the column 'm49', '4' is not of the form",
        ),
        strict=True,
    ):
        assert words in line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty"),
        (document(KENYA, NEPAL).replace(";", ","), "The metadata knows no column 'Global Code,Global Name"),
        (document(KENYA, NEPAL).replace("ISO-alpha3 Code;", "Code;"), "The metadata knows no column 'Code'"),
        (document(KENYA), "lacks countries of this graph: NPL"),
        (document(KENYA, NEPAL.replace("142;Asia;034;Southern Asia", ";;;")), "'Nepal' is in no region"),
        (document(KENYA, NEPAL.replace("Nepal", '"Nepal')), "not valid CSV"),
    ],
)
def test_a_file_of_another_form_is_refused(content: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read(content)
    assert str(caught.value).startswith("m49.csv")


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(DataError, match=r"m49\.csv:4: Byte 0xE9 is not UTF-8"):
        read(document(KENYA, NEPAL, KENYA.replace("Kenya", "Réunion")), "iso-8859-1")


def test_it_is_one_file() -> None:
    file = PublishedFile("m49.csv", "m49.csv", document(KENYA, NEPAL).encode())
    with pytest.raises(DataError, match="one file; 2 were given"):
        read_statements("m49", [file, file], known(), NO_OPTIONS)


def test_it_is_kept_and_a_country_that_left_a_group_is_the_difference(tmp_path: Path) -> None:
    folder, file = tmp_path / "imports", tmp_path / "UNSD — Methodology.csv"
    file.write_text(document(KENYA, NEPAL), "utf-8")
    import_files(folder, "m49", [file], "2026-11-24", known())
    file.write_text(document(KENYA, NEPAL.replace(";x;x;", ";;x;")), "utf-8")
    change = import_files(folder, "m49", [file], "2026-12-24", known())
    assert change.added == ()
    assert [q.object for q in change.removed] == [V("concept:country-group/ldc")]
    assert values(tuple(imported_quads(folder, known)), V("country:NPL"), "gcm:countryGroup") == {
        V("concept:country-group/lldc")
    }
