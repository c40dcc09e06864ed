"""Checks of link sets: each kind of finding, and nothing said of what the dataset is not about."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.linking.check import Figure, LinkCheck, check_links, check_mappings
from gcmgraph.linking.sssom import LinkSet, read_linkset
from gcmgraph.linking.targets import LabelledEntity, read_target
from gcmgraph.namespaces import Addresses

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


def linkset(folder: Path, *pairs: tuple[str, str]) -> LinkSet:
    lines = [f"ours:{s}\tskos:exactMatch\t{o}\t\tsemapv:LexicalMatching\t2026-11-24" for s, o in pairs]
    (folder / "x.sssom.tsv").write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    return read_linkset(folder / "x.sssom.tsv", Addresses())


def check(folder: Path, *rows: tuple[str, str, str, str]) -> LinkCheck:
    lines = [
        "\t".join((f"ours:{s}", f"skos:{p}", o, label, "semapv:LexicalMatching", "2026-11-24"))
        for s, p, o, label in rows
    ]
    (folder / "x.sssom.tsv").write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    (folder / "x.ttl").write_text(DATA, "utf-8")
    return check_links(read_linkset(folder / "x.sssom.tsv", Addresses()), read_target(str(folder / "x.ttl")).entities)


def test_links_in_order(tmp_path: Path) -> None:
    result = check(tmp_path, ("1", "exactMatch", "x:a", "APPLE"))
    assert (result.links, result.findings) == (1, ())


def test_an_extract_checks_only_links_to_what_it_has(tmp_path: Path) -> None:
    links = linkset(tmp_path, ("1", "x:a"), ("2", "x:nowhere"))
    (tmp_path / "x.ttl").write_text(DATA, "utf-8")
    target = read_target(str(tmp_path / "x.ttl")).entities
    assert [check_links(links, target, extract=extract).links for extract in (False, True)] == [2, 1]
    assert check_links(links, target, extract=True).findings == ()


def test_each_kind_of_finding(tmp_path: Path) -> None:
    result = check(
        tmp_path,
        ("1", "exactMatch", "x:a", "Pear"),
        ("2", "exactMatch", "x:a", "Apple"),
        ("2", "closeMatch", "x:a", "Apple"),
        ("3", "exactMatch", "x:b", ""),
        ("4", "exactMatch", "x:c", ""),
        ("5", "exactMatch", "x:gone", ""),
    )
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


def test_mappings_of_a_dataset_confirm_or_contradict_links(tmp_path: Path) -> None:
    un = linkset(tmp_path, ("1", "x:a"), ("2", "x:b"), ("3", "x:c"))
    wikidata = linkset(tmp_path, ("1", "y:Q1"), ("2", "y:Q9"), ("3", "y:Q3"))
    entities = {f"http://x.example/{name}": LabelledEntity(f"http://x.example/{name}") for name in "abc"}
    entities["http://x.example/a"].same = {"https://y.example/Q1/"}
    entities["http://x.example/b"].same = {"http://y.example/Q2", "http://z.example/Q9"}
    result = check_mappings(wikidata, entities, [un])
    assert (result.links, result.figures[Figure.CONTRADICTED]) == (2, 1)
    assert result.findings[0].target == "http://y.example/Q9"
    assert check_mappings(un, entities, [wikidata]).links == 0


def test_links_elsewhere_are_not_called_vanished(tmp_path: Path) -> None:
    assert check(tmp_path, ("1", "exactMatch", "y:a", "")).links == 0
