"""Link sets: what is read from SSSOM, how the set is described, and one clear error for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib

from gcmgraph.linking.sssom import read_linkset
from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary, typed
from program import run_here as run

UN_SDG = Path(__file__).parents[2] / "data" / "linksets" / "un-sdg.sssom.tsv"
ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)

HEAD = """\
#mapping_set_id: https://w3id.org/gcmgraph/graph/linkset/example
#mapping_set_title: "Example: one link"
#license: https://creativecommons.org/licenses/by/4.0/
#creator_label:
#  - "GCM Graph editors"
#curie_map:
#  ours: https://w3id.org/gcmgraph/id/sdg/
#  un: http://metadata.un.org/sdg/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
"""
COLUMNS = (
    "subject_id",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "confidence",
    "mapping_date",
)
ROW = ("ours:10.7", "skos:exactMatch", "un:10.7", "semapv:LexicalMatching", "0.9", "2026-11-24")


def write(
    folder: Path, *rows: tuple[str, ...], head: str = HEAD, columns: tuple[str, ...] = COLUMNS
) -> Path:
    path = folder / "example.sssom.tsv"
    lines = ["\t".join(cells) for cells in (columns, *rows)]
    path.write_text(head + "\n".join(lines) + "\n", "utf-8")
    return path


def changed(column: str, value: str) -> tuple[str, ...]:
    return tuple(value if name == column else cell for name, cell in zip(COLUMNS, ROW, strict=True))


def failure(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_linkset(path, ADDRESSES)
    return str(caught.value).removeprefix(f"{path.parent}/")


def test_mapping_is_a_quad_under_the_base_in_use(tmp_path: Path) -> None:
    links = read_linkset(write(tmp_path, ROW), ADDRESSES)
    assert list(links.quads) == [
        Quad(
            V("sdg:10.7"),
            V("skos:exactMatch"),
            IRI("http://metadata.un.org/sdg/10.7"),
            V("graph:linkset/example"),
        )
    ]
    justification = IRI("https://w3id.org/semapv/vocab/LexicalMatching")
    assert justification in {quad.object for quad in links.accounts}
    (quad,) = read_linkset(write(tmp_path, ROW), Addresses("http://localhost:8080/")).quads
    assert quad.subject == IRI("http://localhost:8080/id/sdg/10.7")


@pytest.mark.parametrize("kind", ["exact", "close", "broad", "narrow", "related"])
def test_mapping_is_published_with_its_own_predicate(tmp_path: Path, kind: str) -> None:
    row = changed("predicate_id", f"skos:{kind}Match")
    (quad,) = read_linkset(write(tmp_path, row), ADDRESSES).quads
    assert quad.predicate == V(f"skos:{kind}Match")


def test_link_set_is_described_as_void_linkset() -> None:
    links = read_linkset(UN_SDG, ADDRESSES)
    provenance = list(links.provenance(ADDRESSES))
    described = [quad for quad in provenance if "#" not in str(quad.subject)]
    assert {quad.subject for quad in described} == {V("graph:linkset/un-sdg")}
    assert {quad.graph_name for quad in described} == {V("graph:provenance")}
    properties = {quad.predicate: quad.object for quad in described}
    kos = IRI("http://metadata.un.org/sdg/void.ttl#SDG")
    assert properties[V("rdf:type")] == V("void:Linkset")
    assert properties[V("void:linkPredicate")] == V("skos:exactMatch")
    assert properties[V("void:subjectsTarget")] == V("graph:reference/sdg")
    assert properties[V("void:objectsTarget")] == properties[V("dct:source")] == kos
    assert properties[V("void:triples")] == typed(str(len(set(links.quads))), "integer")
    assert properties[V("dct:created")] == typed("2026-11-24", "date")
    accounts: dict[object, dict[object, object]] = {}
    for quad in provenance:
        if "#mapping-" in str(quad.subject):
            accounts.setdefault(quad.subject, {})[quad.predicate] = quad.object
    for link, mapping in zip(links.links, accounts.values(), strict=True):
        assert (mapping[V("rdf:subject")], mapping[V("rdf:object")]) == (link.subject, link.object)
        assert mapping[V("sssom:mapping_justification")] == IRI(
            "https://w3id.org/semapv/vocab/LexicalMatching"
        )
        assert mapping[V("sssom:confidence")] == typed("1.0", "decimal")
        assert mapping[V("sssom:author_label")] == Literal("GCM Graph editors")


LINE = HEAD.count("\n") + 2  # of the first row


def test_invalid_cell_is_refused_with_line(tmp_path: Path) -> None:
    for column, value, message in (
        ("subject_id", "nobody:10.7", "The prefix of 'nobody:10.7' is not in the curie_map."),
        ("object_id", "10.7", "The prefix of '10.7' is not in the curie_map."),
        (
            "object_id",
            "un:10 7",
            "In the column 'object_id', 'http://metadata.un.org/sdg/10 7' is not",
        ),
        (
            "predicate_id",
            "skos:broader",
            "In the column 'predicate_id', 'http://www.w3.org/2004/02/skos/core#broader",
        ),
        ("confidence", "1.1", "In the column 'confidence', '1.1' is not of the form 0("),
        ("confidence", "high", "In the column 'confidence', 'high' is not of the form"),
        (
            "mapping_date",
            "24/11/2026",
            "In the column 'mapping_date', '24/11/2026' is not of the form date.",
        ),
    ):
        path = write(tmp_path, changed(column, value))
        assert failure(path).startswith(f"example.sssom.tsv:{LINE}: {message}")


LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def without(slot: str) -> str:
    return "".join(line for line in HEAD.splitlines(keepends=True) if slot not in line)


@pytest.mark.parametrize(
    ("rows", "head", "columns", "message"),
    [
        ((ROW, changed("subject_id", "ours:10"), ROW), HEAD, COLUMNS, f"{LINE + 2}: The key "),
        ((ROW[:-1],), HEAD, COLUMNS, f"{LINE}: The row has 5 cells, the header 6."),
        ((), HEAD, COLUMNS[:-1], f"{LINE - 1}: The column 'mapping_date' is missing."),
        ((), HEAD, (*COLUMNS, "x"), f"{LINE - 1}: The column 'x' is not supported."),
        *(((ROW,), without(slot), COLUMNS, f"1: The metadata block has no '{slot}'.")
          for slot in ("mapping_set_id", "mapping_set_title", "license")),
        ((ROW,), HEAD.replace(LICENCE, "CC BY 4.0"), COLUMNS, "1: The 'license' is not an http"),
        ((ROW,), HEAD.replace("#curie_map:", "#curie map"), COLUMNS,
         "7: The metadata block is not valid YAML: could not find expected ':'"),
        ((ROW,), "#" + "[" * 5000 + "\n" + HEAD, COLUMNS, ": The metadata block is not valid YAML: it is nested"),
        ((ROW,), "#- a\n", COLUMNS, "1: The metadata block has no 'mapping_set_id'."),
    ],
)  # fmt: skip
def test_invalid_set_is_refused_with_line(
    tmp_path: Path,
    rows: tuple[tuple[str, ...], ...],
    head: str,
    columns: tuple[str, ...],
    message: str,
) -> None:
    message_of_error = failure(write(tmp_path, *rows, head=head, columns=columns))
    assert message_of_error.startswith(f"example.sssom.tsv:{message}".replace("::", ":"))


def test_file_that_is_no_set_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "example.sssom.tsv"
    assert failure(path) == "example.sssom.tsv: The file cannot be read: No such file or directory."
    path.write_bytes(HEAD.encode())
    assert failure(path) == f"example.sssom.tsv:{LINE - 1}: The table has no header."
    path.write_bytes(b"#\xff\n")
    assert failure(path) == "example.sssom.tsv:1: Byte 0xFF is not UTF-8. Save the file as UTF-8."


def test_review_of_a_mapping_is_published(tmp_path: Path) -> None:
    columns = (*COLUMNS, "reviewer_label", "review_date", "reviewer_agreement")
    review = ("A second editor", "2026-11-27", "-0.5")
    links = read_linkset(write(tmp_path, (*ROW, *review), columns=columns), ADDRESSES)
    properties = {
        str(quad.predicate.value).rpartition("/")[2]: quad.object
        for quad in links.provenance(ADDRESSES)
    }
    assert properties["reviewer_label"] == Literal("A second editor")
    assert properties["review_date"] == typed("2026-11-27", "date")
    assert properties["reviewer_agreement"] == typed("-0.5", "decimal")
    for column, value in (("review_date", "27.11.2026"), ("reviewer_agreement", "2")):
        wrong = tuple(
            value if name == column else cell
            for name, cell in zip(columns, (*ROW, *review), strict=True)
        )
        assert f"'{value}' is not of the form" in failure(write(tmp_path, wrong, columns=columns))


def test_rdf_form_of_a_link_set_has_annotated_axioms(tmp_path: Path) -> None:
    out = tmp_path / "set.ttl"
    result = run("link", "rdf", write(tmp_path, ROW), "--out", out)
    assert result.exit_code == 0, result.output
    graph = rdflib.Graph().parse(out)
    owl, sssom = rdflib.OWL, rdflib.Namespace("https://w3id.org/sssom/")
    (mapping,) = graph.objects(graph.value(None, rdflib.RDF.type, sssom.MappingSet), sssom.mappings)
    assert graph.value(mapping, rdflib.RDF.type) == owl.Axiom
    ends = (owl.annotatedSource, owl.annotatedProperty, owl.annotatedTarget)
    assert [str(graph.value(mapping, end)) for end in ends] == [
        "https://w3id.org/gcmgraph/id/sdg/10.7",
        "http://www.w3.org/2004/02/skos/core#exactMatch",
        "http://metadata.un.org/sdg/10.7",
    ]
    assert graph.value(mapping, sssom.confidence) == rdflib.Literal(
        "0.9", datatype=rdflib.XSD.double
    )
    assert str(graph.value(mapping, rdflib.DCTERMS.created)) == "2026-11-24"
    assert "There is no link set 'none'." in run("link", "rdf", "none").output
