"""Checks of link sets: each kind of finding, and nothing said of what the dataset is not about."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gcmgraph.linking.entities import LabelledEntity
from gcmgraph.linking.link_checks import (
    COLUMNS,
    CheckRecord,
    Figure,
    LinkCheck,
    check_links,
    check_mappings,
    read_checks,
    write_checks,
)
from gcmgraph.linking.sssom import LinkSet, read_linkset
from gcmgraph.linking.targets import read_target
from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository

ADDRESSES = Addresses()

HEAD = """\
#mapping_set_id: https://w3id.org/gcmgraph/graph/linkset/x
#mapping_set_title: "X"
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  ours: https://w3id.org/gcmgraph/id/concept/
#  x: http://x.example/
#  y: http://y.example/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tmapping_date
"""
DATA = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix x: <http://x.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dct: <http://purl.org/dc/terms/> .
x:a skos:prefLabel "Apple"@en . x:b skos:prefLabel "Beet"@en ; owl:deprecated true .
x:c skos:prefLabel "Carrot"@en ; dct:isReplacedBy x:a .
"""


def linkset(folder: Path, *rows: tuple[str, str, str, str]) -> LinkSet:
    """A link set of rows: subject, predicate, object, label of the object."""
    lines = [
        "\t".join((f"ours:{s}", f"skos:{p}", o, label, "semapv:LexicalMatching", "2026-11-24"))
        for s, p, o, label in rows
    ]
    (folder / "x.sssom.tsv").write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    return read_linkset(folder / "x.sssom.tsv", ADDRESSES)


def exact(folder: Path, *pairs: tuple[str, str]) -> LinkSet:
    return linkset(folder, *((s, "exactMatch", o, "") for s, o in pairs))


def check(folder: Path, links: LinkSet, *, extract: bool = False) -> LinkCheck:
    (folder / "x.ttl").write_text(DATA, "utf-8")
    return check_links(links, read_target(str(folder / "x.ttl")).entities, extract=extract)


def test_links_to_unchanged_resources_have_no_findings(tmp_path: Path) -> None:
    result = check(tmp_path, linkset(tmp_path, ("1", "exactMatch", "x:a", "APPLE")))
    assert (result.links, result.findings) == (1, ())
    assert check(tmp_path, exact(tmp_path, ("1", "y:a"))).links == 0, (
        "a namespace that the dataset lacks"
    )
    links = exact(tmp_path, ("1", "x:a"), ("2", "x:nowhere"))
    whole, extract = (check(tmp_path, links, extract=extract) for extract in (False, True))
    assert (whole.links, extract.links, extract.findings) == (2, 1, ())


def test_findings_are_counted_by_kind(tmp_path: Path) -> None:
    links = linkset(
        tmp_path,
        ("1", "exactMatch", "x:a", "Pear"),
        ("2", "exactMatch", "x:a", "Apple"),
        ("2", "closeMatch", "x:a", "Apple"),
        ("3", "exactMatch", "x:b", ""),
        ("4", "exactMatch", "x:c", ""),
        ("5", "exactMatch", "x:gone", ""),
    )
    result = check(tmp_path, links)
    assert result.figures == {
        Figure.LINKS: 6,
        Figure.VANISHED: 1,
        Figure.RELABELLED: 1,
        Figure.DEPRECATED: 2,
        Figure.DUPLICATES: 1,
        Figure.MANY_TO_ONE: 1,
        Figure.CONTRADICTED: 0,
    }
    words = {finding.words for finding in result.findings}
    assert {"was 'Pear', is 'Apple'", "is deprecated", "is replaced by http://x.example/a"} <= words


def test_link_that_differs_from_a_mapping_of_the_dataset_is_contradicted(tmp_path: Path) -> None:
    un = exact(tmp_path, ("1", "x:a"), ("2", "x:b"), ("3", "x:c"))
    wikidata = exact(tmp_path, ("1", "y:Q1"), ("2", "y:Q9"), ("3", "y:Q3"))
    entities = {
        f"http://x.example/{name}": LabelledEntity(f"http://x.example/{name}") for name in "abc"
    }
    entities["http://x.example/a"].same = {"https://y.example/Q1/"}
    entities["http://x.example/b"].same = {"http://y.example/Q2", "http://z.example/Q9"}
    result = check_mappings(wikidata, entities, [un])
    assert (result.links, result.figures[Figure.CONTRADICTED]) == (2, 1)
    assert result.findings[0].target == "http://y.example/Q9"
    assert check_mappings(un, entities, [wikidata]).links == 0


RECORD = CheckRecord(
    "un-sdg", "sdg.ttl", "ab" * 32, "2026-11-24", dict.fromkeys(Figure, 0) | {Figure.VANISHED: 2}
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The path of a table of checks, with its metadata beside it."""
    shutil.copy(f"{Repository.find().link_checks}-metadata.json", tmp_path)
    return tmp_path / "checks.csv"


def test_written_checks_are_read_again(table: Path) -> None:
    assert read_checks(table, ADDRESSES) == []
    write_checks(table, [RECORD])
    assert read_checks(table, ADDRESSES) == [RECORD]


def test_invalid_table_of_checks_is_refused(table: Path) -> None:
    table.write_text(f"{','.join(COLUMNS)}\nun-sdg,x.ttl,,2026-11-24,1,0,-1,0,0,0,0\n", "utf-8")
    with pytest.raises(DataError) as caught:
        read_checks(table, ADDRESSES)
    assert str(caught.value).startswith(f"{table.parent}/checks.csv:2: In the column 'relabelled'")
