"""The link sets of the repository: complete, one to one where exact, and equal to what was verified."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from collected import ROOT, UN, needs_un, read_rows
from gcmgraph.linking.link_checks import Figure, read_checks
from gcmgraph.linking.sssom import LinkSet, read_linkset
from gcmgraph.linking.targets import read_target
from gcmgraph.publication.assembly import Assembly
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.repository.layout import Repository
from program import run_here as run
from tools.un_tables import unbis

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
EXACT, CLOSE = V("skos:exactMatch"), V("skos:closeMatch")
PATHS = Repository.find().linksets

#: Link set, file and column of the collected data that it must equal, and how a cell becomes the
#: object's IRI.
FROM_COLUMNS = {
    "un-geoarea": ("countries.csv", "un_sdg_geoarea", "{}"),
    "unbis-countries": ("countries.csv", "unbis", "{}"),
    "eu-countries": ("countries.csv", "eu_authority", "{}"),
    "fao-countries": ("countries.csv", "fao", "{}"),
    "geonames-countries": ("countries.csv", "geonames", "https://sws.geonames.org/{}/"),
    "wikidata-countries": ("countries.csv", "wikidata", "http://www.wikidata.org/entity/{}"),
    "eurovoc-countries": ("countries.csv", "eurovoc", "{}"),
    "wikidata-organisations": (
        "organisations.csv",
        "wikidata",
        "http://www.wikidata.org/entity/{}",
    ),
    "ror": ("organisations.csv", "ror", "{}"),
    "eurovoc-organisations": ("organisations.csv", "eurovoc", "{}"),
    "eu-bodies": ("organisations.csv", "eu_corporate_body", "{}"),
}


@pytest.fixture(scope="module")
def sets() -> dict[str, LinkSet]:
    return {links.name: links for links in (read_linkset(path, ADDRESSES) for path in PATHS)}


def pairs(links: LinkSet) -> set[tuple[str, str]]:
    return {(link.subject.value, link.object.value) for link in links.links}


def test_datasets_of_each_set(sets: dict[str, LinkSet]) -> None:
    assert len(sets) == len(PATHS)
    for links in sets.values():
        assert links.slots["mapping_set_id"] == ADDRESSES.graph(f"linkset/{links.name}")
        assert links.subject_source is not None
        assert len({link.object_source for link in links.links}) == 1, (
            "a void:Linkset has one target"
        )
        assert None not in {link.object_source for link in links.links}
        for link in links.links:
            assert link.cells["confidence"]
            assert link.cells["author_label"]
            assert link.object != link.subject
        exact = [link for link in links.links if link.predicate == EXACT]
        for side in ("subject", "object"):
            counts = Counter(getattr(link, side) for link in exact)
            assert [term for term, count in counts.items() if count > 1] == [], (
                "exact matches are one to one"
            )


def test_documented_unchecked_sets() -> None:
    table = (
        (ROOT / "docs" / "linking.md")
        .read_text("utf-8")
        .partition("## Never checked")[2]
        .partition("## ")[0]
    )
    listed = {
        name
        for line in table.splitlines()
        for name in line.split("|")[1:2]
        for name in name.split(",")
    }
    checked = {check.linkset for check in read_checks(Repository.find().link_checks, ADDRESSES)}
    names = {path.name.removesuffix(".sssom.tsv") for path in PATHS}
    assert {name.strip() for name in listed} - {"set", "---"} == names - checked


def test_documented_sizes_of_sets(sets: dict[str, LinkSet]) -> None:
    table = (ROOT / "data" / "linksets" / "README.md").read_text("utf-8")
    lines = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line] for line in lines[2:]]
    told = {
        n: int(count)
        for row in cells
        for n, count in zip(row[0].split(", "), row[3].split(", "), strict=True)
    }
    assert told == {name: len(links.links) for name, links in sets.items()}


def test_ends_of_links_are_in_the_graph(sets: dict[str, LinkSet], assembly: Assembly) -> None:
    things = {quad.subject for quad in assembly.quads if quad.predicate == V("rdf:type")}
    space = {
        q.subject: str(q.object.value) for q in assembly.quads if q.predicate == V("void:uriSpace")
    }  # type: ignore[union-attr]
    assert not [quad for quad in assembly.quads if quad.predicate.value.endswith("owl#sameAs")]
    for links in sets.values():
        assert {link.subject for link in links.links} - things == set()
        assert {link.object_source for link in links.links} - things == set(), (
            "add it to link-targets.csv"
        )
        for link in links.links:
            assert link.object.value.startswith(space[link.object_source])


def test_no_exact_match_by_label_alone(sets: dict[str, LinkSet]) -> None:
    for name in ("unbis-countries", "eurovoc-countries", "eurovoc-organisations"):
        assert {link.predicate for link in sets[name].links} == {CLOSE}
        assert max(float(link.cells["confidence"] or 0) for link in sets[name].links) <= 0.9
    for name in ("unbis-topics", "eurovoc-topics"):
        assert EXACT not in {link.predicate for link in sets[name].links}
        assert all(link.cells["comment"] for link in sets[name].links)


@needs_un
def test_sets_equal_the_verified_tables(sets: dict[str, LinkSet]) -> None:
    keys = {"UNWOMEN": "un-women"}
    for name, (file, column, form) in FROM_COLUMNS.items():
        kind, key = ("country", "iso3") if file == "countries.csv" else ("organisation", "key")
        slug = str if kind == "country" else lambda code: keys.get(code, code.lower())
        cells = [
            (ADDRESSES.resource(kind, slug(row[key])), row[column]) for row in read_rows(UN / file)
        ]
        read = {(subject, form.format(cell)) for subject, cell in cells if cell}
        subjects = {subject for subject, _ in cells}
        assert {pair for pair in pairs(sets[name]) if pair[0] in subjects} == read


@needs_un
def test_sdg_links_equal_those_of_the_un(sets: dict[str, LinkSet]) -> None:
    from gcmgraph.rdf.parsing import read_quads  # noqa: PLC0415 - here alone

    un: dict[str, set[tuple[str, str]]] = defaultdict(set)
    ours = {link.object.value: link.subject.value for link in sets["un-sdg"].links}
    for quad in read_quads(UN / "sdg" / "sdg-kos-goals-targets-indicators.ttl"):
        if (
            quad.predicate == EXACT
            and isinstance(quad.object, IRI)
            and isinstance(quad.subject, IRI)
        ):
            name = (
                "sdgio" if quad.object.value.startswith("http://purl.unep.org/") else "wikidata-sdg"
            )
            if quad.subject.value in ours:
                un[name].add((ours[quad.subject.value], quad.object.value))
    misread = {
        (ADDRESSES.resource("sdg", target), f"http://purl.unep.org/sdg/SDGIO_{number}")
        for target, number in (("8.1", "00000140"), ("16.1", "00000219"), ("17.1", "00000231"))
    }
    assert misread <= un["sdgio"], "the UN's file gave 8.10, 16.10 and 17.10 to 8.1, 16.1 and 17.1"
    assert pairs(sets["sdgio"]) == un["sdgio"] - misread
    assert pairs(sets["wikidata-sdg"]) == un["wikidata-sdg"]


@needs_un
def test_labels_of_linked_topics(sets: dict[str, LinkSet], tmp_path: Path) -> None:
    concepts = read_rows(UN / "concepts.csv")
    read = {row["iri"]: row["label_in_source"] for row in concepts}
    exact = {row["iri"] for row in concepts if row["relation"] == "exact label"}
    (table,) = unbis.tables_of([UN / "unbis" / "topics.json"])
    thesaurus = read_target(str(table.write(tmp_path))).entities
    for link in sets["eurovoc-topics"].links:
        assert link.object_label == read[link.object.value]
    for link in sets["unbis-topics"].links:
        assert link.object_label == thesaurus[link.object.value].label
    assert exact & {link.object.value for link in sets["unbis-topics"].links}


#: The table that `tools.un_tables` writes of the thesaurus.
UNBIS = "un-unbis.csv"

#: Datasets of the collected files, with the link sets that they can check.
DATASETS = {
    "sdg/sdg-codes.ttl": (
        *(
            "geonames-countries",
            "un-geoarea",
            "un-geoarea-groups",
            "un-geoarea-regions",
            "wikidata-countries",
        ),
    ),
    "sdg/sdg-kos-goals-targets-indicators.ttl": ("sdgio", "un-sdg", "wikidata-sdg"),
    UNBIS: ("unbis-countries", "unbis-topics"),
}


@needs_un
def test_recorded_checks_of_sets(tmp_path: Path) -> None:
    (thesaurus,) = unbis.tables_of([UN / "unbis" / "topics.json"])
    thesaurus.write(tmp_path)
    recorded = {
        check.linkset: check for check in read_checks(Repository.find().link_checks, ADDRESSES)
    }
    for file, names in DATASETS.items():
        path = tmp_path / file if file == UNBIS else UN / file
        result = run("link", "check", "--against", path, "--no-save")
        assert result.exit_code == 0, result.output
        checked = [line for line in result.output.splitlines() if line.endswith(": no findings")]
        assert sorted(line.partition(":")[0] for line in checked) == sorted(names)
        for name in names:
            check = recorded[name]
            assert (check.against, check.sha256) == (
                path.name,
                hashlib.sha256(path.read_bytes()).hexdigest(),
            )
            assert f"{name}: {check.figures[Figure.LINKS]:,} links checked" in result.output


def test_names_from_wikidata_are_of_the_linked_item(sets: dict[str, LinkSet]) -> None:
    linked_items = pairs(sets["wikidata-organisations"])
    names = read_rows(ROOT / "data" / "reference" / "organisation-names.csv")
    items_of_names = {
        (
            ADDRESSES.resource("organisation", row["organisation"]),
            f"http://www.wikidata.org/entity/{row['record']}",
        )
        for row in names
        if row["source"] == "Wikidata"
    }
    assert items_of_names
    assert items_of_names <= linked_items
