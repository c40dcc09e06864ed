"""Proposals from files and from results of a real server: codes, names, and what is left to a person."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from collected import ROOT, UN, needs_un
from gcmgraph.linking.entities import EntityName, LabelledEntity, own_entities
from gcmgraph.linking.propose import How, Proposals, propose, sssom_text
from gcmgraph.linking.sssom import read_linkset
from gcmgraph.linking.targets import read_target
from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store.port import Store
from servers import oxigraph_server

A = Addresses()


def entity(iri: str, *names: str, codes: tuple[str, ...] = (), cls: str = "") -> LabelledEntity:
    return LabelledEntity(
        iri,
        set(codes),
        {EntityName(name, "en", is_preferred=True) for name in names},
        {cls} if cls else set(),
    )


def country(iso3: str, name: str, *codes: str) -> tuple[str, LabelledEntity]:
    return "country", entity(A.resource("country", iso3), name, codes=(iso3, *codes))


OURS = [
    country("NER", "Niger", "562"),
    country("NGA", "Nigeria", "566"),
    country("CIV", "Côte d’Ivoire", "384"),
]


def found(*theirs: LabelledEntity) -> Proposals:
    return propose(OURS, {e.iri: e for e in theirs})


def pairs(proposals: Proposals) -> dict[str, str]:
    return {p.theirs.rsplit("/")[-1]: p.ours.rsplit("/")[-1] for p in proposals.links}


def test_equal_codes_are_proposed_if_names_agree_or_are_absent() -> None:
    result = found(entity("http://x.example/1", "NIGER", codes=("562",)))
    assert [(p.how, p.score) for p in result.links] == [(How.CODE, 1.0)]
    assert found(entity("http://x.example/1", codes=("562",))).links == ()
    both = found(
        entity("http://x.example/1", codes=("562",)), entity("http://x.example/2", codes=("566",))
    )
    assert pairs(both) == {"1": "NER", "2": "NGA"}
    assert pairs(found(entity("http://x.example/1", "COTE D'IVOIRE"))) == {"1": "CIV"}


def test_equal_codes_with_other_names_are_ambiguous() -> None:
    nameless = (
        entity("http://x.example/2", codes=("566",)),
        entity("http://x.example/3", codes=("384",)),
    )
    result = found(entity("http://x.example/1", "Nigeria", codes=("562",)), *nameless)
    assert pairs(result) == {"2": "NGA", "3": "CIV"}
    unit = found(entity("http://x.example/1", "Kilograms per square metre", codes=("562",)))
    assert (unit.links, len(unit.ambiguous)) == ((), 1)
    assert [p.reason for p in result.ambiguous] == ["code 562, but the names differ"]


def test_similar_names_are_proposed_below_equal_ones() -> None:
    result = found(entity("http://x.example/1", "Nigeria"), entity("http://x.example/2", "Niger"))
    assert pairs(result) == {"1": "NGA", "2": "NER"}
    assert {p.how for p in found(entity("http://x.example/1", "Cote d'Ivorie")).links} == {
        How.ALIKE
    }


def test_two_proposals_for_one_resource_are_ambiguous() -> None:
    result = found(entity("http://x.example/1", "Niger"), entity("http://x.example/2", "Niger"))
    assert result.links == ()
    assert {p.theirs for p in result.ambiguous} == {"http://x.example/1", "http://x.example/2"}


def test_written_proposals_are_read_as_a_link_set(tmp_path: Path) -> None:
    theirs = {
        e.iri: e
        for e in (entity("http://x.example/1", 'The "Niger"\tRepublic', "Niger", codes=("562",)),)
    }
    result = propose(OURS, theirs)
    mine = {e.iri: e for _, e in OURS}
    text = sssom_text(
        result.links, mine, theirs, name="x", title="To x", date="2026-11-24", addresses=A
    )
    (tmp_path / "x.sssom.tsv").write_text(text, "utf-8")
    (link,) = read_linkset(tmp_path / "x.sssom.tsv", A).links
    assert (link.subject.value, link.object.value) == (
        A.resource("country", "NER"),
        "http://x.example/1",
    )


def test_csv_file_is_read_as_entities(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("id,iso3,name_en,remark\nn1,NER,Niger,x\nn2,,Nigeria,y\n", "utf-8")
    target = read_target(str(path), id_prefix="http://x.example/")
    assert {
        entity.iri: (entity.codes, {(name.text, name.language) for name in entity.names})
        for entity in target.entities.values()
    } == {
        "http://x.example/n1": ({"NER"}, {("Niger", "en")}),
        "http://x.example/n2": (set(), {("Nigeria", "en")}),
    }


def test_invalid_csv_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for text, message in (
        ("", "The file is empty"), ("id,colour\n1,red\n", "No column of codes or names"),
        ("id,name\n1,Niger\n", "is no address of a resource"), ("id,name\nhttp://x.example/1\n", "The row has 1 cells"),
        ("id,name\nhttp://x.example/a b,Niger\n", "is no address of a resource"),
    ):  # fmt: skip
        path.write_text(text, "utf-8")
        with pytest.raises(DataError, match=message):
            read_target(str(path))


@needs_un
@pytest.mark.parametrize(
    ("file", "linkset", "recall"),
    [
        ("sdg-codes.ttl", "un-geoarea", 0.99),
        ("sdg-kos-goals-targets-indicators.ttl", "un-sdg", 1.0),
    ],
)
def test_precision_of_codes_of_the_un(
    small_graph: Store, file: str, linkset: str, recall: float
) -> None:
    ours = own_entities(small_graph, A)
    result = propose(ours, read_target(str(UN / "sdg" / file)).entities)
    known = {
        (link.subject.value, link.object.value)
        for link in read_linkset(ROOT / "data" / "linksets" / f"{linkset}.sssom.tsv", A).links
    }
    subjects = {subject for subject, _ in known}
    proposed = {
        (p.ours, p.theirs) for p in result.links if p.how is How.CODE and p.ours in subjects
    }
    assert proposed <= known, "precision of codes is 100 %"
    assert len(proposed) >= recall * len(known)


DATA = "".join(
    f'<http://x.example/{n:03}> <http://www.w3.org/2004/02/skos/core#prefLabel> "Thing {n}"@en , "Chose {n}"@fr ; '
    f'<http://www.w3.org/2004/02/skos/core#notation> "{n}" .\n'
    for n in range(40)
)
QUERY = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?id ?notation ?name WHERE { GRAPH ?g { ?id skos:prefLabel ?name OPTIONAL { ?id skos:notation ?notation } } }"""


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph_server(tmp_path_factory.mktemp("endpoint")) as url:
        address = url.replace("/query", "/store?graph=http%3A%2F%2Fx.example%2Fgraph")
        request = urllib.request.Request(  # noqa: S310 - loopback
            address, DATA.encode(), {"Content-Type": "text/turtle"}, method="PUT"
        )
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
        yield url


@pytest.mark.parametrize(
    ("suffix", "media_type", "languages"),
    [("json", "application/sparql-results+json", {"en", "fr"}), ("csv", "text/csv", {None})],
)
def test_result_of_a_query_is_read_as_entities(
    endpoint: str, tmp_path: Path, suffix: str, media_type: str, languages: set[str | None]
) -> None:
    headers = {"Accept": media_type, "Content-Type": "application/sparql-query"}
    request = urllib.request.Request(endpoint, QUERY.encode(), headers)  # noqa: S310 - loopback
    path = tmp_path / f"result.{suffix}"
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        path.write_bytes(response.read())
    entities = read_target(str(path)).entities
    assert len(entities) == 40
    seventh = entities["http://x.example/007"]
    assert seventh.codes == {"7"}
    assert {name.text for name in seventh.names} == {"Thing 7", "Chose 7"}
    assert {name.language for name in seventh.names} == languages


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "This is not the result of a query in JSON. An endpoint returns it for 'Accept:"),
        ('{"head": {}, "boolean": true}', "This is not the result of a query in JSON"),
        (
            '{"head": {"vars": ["colour"]}, "results": {"bindings": []}}',
            "No column of codes or names",
        ),
        (
            '{"head": {"vars": ["id", "name"]}, "results": {"bindings": [{"name": {"value": "x"}}]}}',
            "is no address",
        ),
    ],
)
def test_invalid_result_of_a_query_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(content, "utf-8")
    with pytest.raises(DataError, match=message) as caught:
        read_target(str(path))
    assert str(caught.value).startswith(str(path))


def test_address_of_an_endpoint_is_refused_with_the_remedy() -> None:
    with pytest.raises(
        DataError, match=r"is no file\. Store the result of a query to it as CSV or JSON"
    ):
        read_target("https://example.org/sparql")
