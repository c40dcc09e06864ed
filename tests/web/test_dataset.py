"""/dataset and /dumps: its description, also against the tables of DCAT-AP (`dcat_ap.toml`), and its downloads."""

from __future__ import annotations

import gzip
import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import quads, values
from flask.testing import FlaskClient

from gcmgraph.publication.tables import TABLES
from gcmgraph.publication.versions.dataset import version_files
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, Triple
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.translations import DATA_LANGUAGES
from serving import Application

BASE = "https://w3id.org/gcmgraph/"
DCAT = "http://www.w3.org/ns/dcat#"
CSV = {f"{BASE}tables/{kind}.csv" for kind in TABLES}
GRAPH = Path(__file__).parent / "graph.trig"
FILE = "/dumps/v2/gcmgraph.nq"  # asked for `buffered`, so that the file is closed, as servers do


@pytest.fixture(scope="module")
def dump() -> bytes:
    return serialize_canonical(read_quads(GRAPH))


@pytest.fixture(scope="module")
def downloads(
    tmp_path_factory: pytest.TempPathFactory, dump: bytes, application: Application
) -> FlaskClient:
    """An application over two versions, the current one with dumps."""
    store = tmp_path_factory.mktemp("dumps") / "store"
    folder = StoreFolder(store)
    folder.publish("v1", read_quads(GRAPH), {})
    files = {
        "gcmgraph.nq": dump,
        "gcmgraph.nq.gz": gzip.compress(dump, mtime=0),
        "secret.txt": b"secret",
    }
    folder.publish("v2", read_quads(GRAPH), files)
    (store / "versions" / "building-v3-1").mkdir()
    (store / "versions" / "building-v3-1" / "gcmgraph.nq").write_bytes(b"half")
    return application(store).test_client()


def test_dataset_is_described_in_dcat(downloads: FlaskClient, dump: bytes) -> None:
    found = quads(downloads.get("/dataset", headers={"Accept": "text/turtle"}))
    dataset, file = f"{BASE}dataset", f"{BASE}dumps/v2/gcmgraph.nq"
    eu = "http://publications.europa.eu/resource/authority"
    year = downloads.get("/changes.json").get_json()["versions"][0]["published"][:4]
    for name, expected in {
        f"{DCAT}version": {"v2"},
        f"{DCAT}hasCurrentVersion": {f"{BASE}dataset/v2"},
        # v1 has no downloads, see /changes
        f"{DCAT}hasVersion": {f"{BASE}dataset/v2", f"{BASE}dataset/{year}"},
        f"{DCAT}distribution": {f"{dataset}#sparql", file, f"{file}.gz", *CSV},
        f"{DCAT}theme": {f"{BASE}id/objective/9", f"{eu}/data-theme/SOCI"},
        "http://www.w3.org/ns/prov#wasDerivedFrom": {f"{BASE}id/source/objective-09.fr"},
        "http://purl.org/dc/terms/language": {
            f"{eu}/language/{code}" for code in ("ARA", "ENG", "FRA")
        },
    }.items():
        assert values(found, dataset, name) == expected
    assert values(found, f"{BASE}sparql", f"{DCAT}servesDataset") == {dataset}
    assert values(found, file, f"{DCAT}byteSize") == {str(len(dump))}
    media = "https://www.iana.org/assignments/media-types/application/n-quads"
    assert values(found, file, f"{DCAT}mediaType") == {media}
    (checksum,) = values(found, file, "http://spdx.org/rdf/terms#checksum")
    assert values(found, checksum, "http://spdx.org/rdf/terms#checksumValue") == {
        hashlib.sha256(dump).hexdigest()
    }


def test_void_states_downloads_and_version(downloads: FlaskClient) -> None:
    found, file = quads(downloads.get("/.well-known/void")), f"{BASE}dumps/v2/gcmgraph.nq"
    assert values(found, f"{BASE}dataset", "http://rdfs.org/ns/void#dataDump") == {
        file,
        f"{file}.gz",
    }
    assert values(found, f"{BASE}dataset", "http://www.w3.org/2002/07/owl#versionInfo") == {"v2"}
    assert values(found, f"{BASE}dataset", "http://purl.org/dc/terms/hasVersion") == set()


def test_dataset_without_dumps_is_described(tmp_path: Path, application: Application) -> None:
    StoreFolder(tmp_path).publish("v1", read_quads(GRAPH), {})
    client = application(tmp_path).test_client()
    found = quads(client.get("/dataset", headers={"Accept": "text/turtle"}))
    assert values(found, f"{BASE}dataset", f"{DCAT}distribution") == {f"{BASE}dataset#sparql", *CSV}
    assert client.get("/dataset", headers={"Accept": "text/html"}).status_code == 200


def test_dumps_are_listed_with_checksums(downloads: FlaskClient, dump: bytes) -> None:
    listed = downloads.get("/dumps/").get_json()
    assert listed["current"] == "v2"
    files = {name: [file["href"] for file in files] for name, files in listed["versions"].items()}
    assert files == {"v1": [], "v2": [FILE, f"{FILE}.gz"]}
    assert list(downloads.get("/dumps/v2").get_json()["versions"]) == ["v2"]
    for path in ("/dumps/", "/dataset"):
        page = downloads.get(f"{path}?lang=fr", headers={"Accept": "text/html"}).text
        assert hashlib.sha256(dump).hexdigest() in page
        assert f'href="{FILE}"' in page


@pytest.mark.parametrize("name", ["gcmgraph.nq", "gcmgraph.nq.gz"])
def test_latest_leads_to_the_newest_version_with_the_file(
    downloads: FlaskClient, name: str
) -> None:
    response = downloads.get(f"/dumps/latest/{name}")
    assert (response.status_code, response.location) == (302, f"/dumps/v2/{name}")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["gcmgraph.ttl.gz", "secret.txt", "..", "index"])
def test_latest_without_such_a_file_is_a_404(downloads: FlaskClient, name: str) -> None:
    assert downloads.get(f"/dumps/latest/{name}").status_code == 404


def test_download_has_type_entity_tag_and_name(downloads: FlaskClient, dump: bytes) -> None:
    response, packed = (
        downloads.get(FILE, buffered=True),
        downloads.get(f"{FILE}.gz", buffered=True),
    )
    assert (response.data, response.mimetype) == (dump, "application/n-quads")
    assert (gzip.decompress(packed.data), packed.mimetype) == (dump, "application/gzip")
    assert "Content-Encoding" not in packed.headers
    assert response.headers["ETag"] == f'"{hashlib.sha256(dump).hexdigest()}"'
    assert response.headers["Content-Disposition"] == "attachment; filename=gcmgraph-v2.nq"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert {"immutable", "public", "max-age=31536000"} == set(
        response.headers["Cache-Control"].split(", ")
    )
    assert "Cache-Status" not in response.headers  # it would fill the memory of the result cache
    known = {"If-None-Match": response.headers["ETag"], "Accept-Encoding": "gzip"}
    unchanged = downloads.get(FILE, buffered=True, headers=known)
    assert unchanged.status_code == 304
    assert not [one for one in (response, packed, unchanged) if "Vary" in one.headers]
    head = downloads.head(FILE, buffered=True, headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (
        200,
        b"",
        str(len(dump)),
    )


@pytest.mark.parametrize(
    ("headers", "status", "part"),
    [
        ({"Range": "bytes=0-99"}, 206, slice(0, 100)),
        ({"Range": "bytes=100-"}, 206, slice(100, None)),
        ({"Range": "bytes=-50"}, 206, slice(-50, None)),
        ({"Range": "bytes=0-9", "If-Range": '"other"'}, 200, slice(None)),
        *(
            ({"Range": value}, 200, slice(None))
            for value in ("bytes=0-1,5-6", "lines=0-9", "bytes=x-", "bytes", "bytes=²-")
        ),
    ],
)
def test_requested_range_of_a_download_is_returned(
    downloads: FlaskClient, headers: dict[str, str], status: int, part: slice
) -> None:
    for path in (FILE, f"{FILE}.gz"):
        response = downloads.get(path, buffered=True, headers=headers)
        assert (response.status_code, response.data) == (
            status,
            downloads.get(path, buffered=True).data[part],
        )
        assert ("Content-Range" in response.headers) is (status == 206)


def test_range_beyond_the_end_returns_416(downloads: FlaskClient, dump: bytes) -> None:
    for asked in (f"bytes={len(dump)}-", "bytes=-0"):
        response = downloads.get(FILE, buffered=True, headers={"Range": asked})
        assert (response.status_code, response.headers["Content-Range"]) == (
            416,
            f"bytes */{len(dump)}",
        ), asked
        assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "v3/gcmgraph.nq", "v1/gcmgraph.nq", "v2/secret.txt", "v2/index", "v2/..", "../current/gcmgraph.nq",
        "..%2Fcurrent/gcmgraph.nq", "%2e%2e/gcmgraph.nq", "./gcmgraph.nq", "v2/..%2Fv2%2Fgcmgraph.nq",
        "building-v3-1/gcmgraph.nq", "v2%00/gcmgraph.nq", "v2/gcmgraph.nq%00", "%252e%252e/gcmgraph.nq",
        "a" * 5000 + "/gcmgraph.nq", "<script>/gcmgraph.nq", "v3", "building-v3-1",
    ],
)  # fmt: skip
def test_other_files_return_404(downloads: FlaskClient, path: str) -> None:
    response = downloads.get(f"/dumps/{path}")
    assert response.status_code == 404, response.data[:100]
    assert response.mimetype == "application/problem+json"


#: Tables of the profile, with their sources.
PROFILE = tomllib.loads(Path(__file__).with_name("dcat_ap.toml").read_text("utf-8"))

Values = dict[tuple[Term, IRI], set[Term]]


def term(curie: str) -> IRI:
    return IRI(Addresses().expand(curie))


@pytest.fixture(scope="module")
def triples(tmp_path_factory: pytest.TempPathFactory, application: Application) -> set[Triple]:
    """The description of a store with two versions."""
    folder = StoreFolder(tmp_path_factory.mktemp("dcat-ap"))
    publisher = Quad(
        IRI(f"{BASE}ontology"),
        term("dct:creator"),
        Literal("A", language="en"),
        IRI(f"{BASE}graph/ontology"),
    )
    for version, graph in (("v1", [*read_quads(GRAPH)]), ("v2", [*read_quads(GRAPH), publisher])):
        files = version_files(folder, version, serialize_canonical(graph), Addresses())
        folder.publish(version, graph, files)
    response = application(folder.path, contact="data@example.org").test_client().get("/dataset.nt")
    return {quad.triple for quad in quads(response)}


@pytest.fixture(scope="module")
def valued(triples: set[Triple]) -> Values:
    found: Values = defaultdict(set)
    for triple in triples:
        found[triple.subject, triple.predicate].add(triple.object)  # type: ignore[index, arg-type]
    return found


def members(valued: Values, kind: str) -> list[Term]:
    typed = (
        (subject, kinds)
        for (subject, predicate), kinds in valued.items()
        if predicate == term("rdf:type")
    )
    return [subject for subject, kinds in typed if term(kind) in kinds]


def rows(*tables: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (kind, name) for table in tables for kind, names in table.items() for name in names.split()
    ]


def test_each_class_has_the_mandatory_properties_of_the_profile(valued: Values) -> None:
    for kind, name in rows(PROFILE["mandatory"], PROFILE["recommended"]):
        found = members(valued, kind)
        assert found, kind
        assert [subject for subject in found if not valued[subject, term(name)]] == [], name
    for kind, name in rows(PROFILE["at_most_one"]):
        assert [
            subject for subject in members(valued, kind) if len(valued[subject, term(name)]) > 1
        ] == [], name


@pytest.mark.parametrize(
    "name", [*PROFILE["literals"].split(), *PROFILE["no_class"].split(), *PROFILE["classes"]]
)
def test_values_have_the_datatypes_and_classes_of_the_profile(
    triples: set[Triple], valued: Values, name: str
) -> None:
    objects = {triple.object for triple in triples if triple.predicate == term(name)}
    assert objects
    literals = {value for value in objects if isinstance(value, Literal)}
    assert literals == (objects if name in PROFILE["literals"].split() else set())
    if name in PROFILE["datatypes"]:
        assert {value.datatype for value in literals} == {term(PROFILE["datatypes"][name])}
    if kind := PROFILE["classes"].get(name):
        kinds = [valued[value, term("rdf:type")] for value in objects]  # type: ignore[index]
        assert all(term(kind) in found for found in kinds)


def test_properties_and_classes_outside_the_profile_are_not_used(triples: set[Triple]) -> None:
    assert {t.predicate for t in triples} & {
        term(name) for name in PROFILE["not_used"].split()
    } == set()
    kinds = {t.object for t in triples if t.predicate == term("rdf:type")}
    assert kinds & {term(name) for name in PROFILE["classes_not_used"].split()} == set()


def test_each_version_states_its_dataset_and_downloads(valued: Values) -> None:
    dataset = IRI(f"{Addresses().base}dataset")
    versions = valued[dataset, term("dcat:hasVersion")]
    assert len(versions) == 3  # two, and the edition of the year
    for version in versions:
        assert valued[version, term("dcat:isVersionOf")] == {dataset}
        assert valued[version, term("dcat:distribution")]


def test_dataset_states_languages_coverage_and_contact(
    triples: set[Triple], valued: Values
) -> None:
    for name in ("dct:title", "dct:description", "dcat:keyword", "vcard:fn"):
        found = [triple.object for triple in triples if triple.predicate == term(name)]
        assert set(DATA_LANGUAGES) <= {text.language for text in found if isinstance(text, Literal)}
    dataset = f"{Addresses().base}dataset"
    years = IRI(f"{dataset}#years")
    (start,), (end,) = (valued[years, term(f"dcat:{name}")] for name in ("startDate", "endDate"))
    assert 1950 < int(start.value) < int(end.value) < 2100
    assert valued[IRI(f"{dataset}#contact"), term("vcard:hasEmail")] == {
        IRI("mailto:data@example.org")
    }


def test_registered_doi_is_in_each_description_and_citation(
    client_over: Callable[..., FlaskClient],
) -> None:
    doi = "10.5281/zenodo.1234"
    statement = f'<{BASE}dataset> <http://purl.org/dc/terms/identifier> "{doi}" .'
    graph = f"{GRAPH.read_text('utf-8')}\nGRAPH <{BASE}graph/curated> {{ {statement} }}"
    client = client_over(graph)
    addresses = (
        "/dataset.ttl", "/.well-known/void", "/dataset.html", "/tables/croissant.json",
        "/dataset.bib", "/dataset.ris",
    )  # fmt: skip
    assert [address for address in addresses if doi not in client.get(address).text] == []
    assert f"https://doi.org/{doi}" in client.get("/dataset.html").text
    assert doi not in client.get("/doc/practice/glo-act.bib").text


def test_edition_of_a_year_leads_to_its_newest_version(downloads: FlaskClient) -> None:
    year = downloads.get("/changes.json").get_json()["versions"][0]["published"][:4]
    edition = downloads.get(f"/dataset/{year}.ttl")
    assert (edition.status_code, edition.headers["Location"]) == (302, "/dataset/v2.ttl")
    assert downloads.get("/dataset/1999").status_code == 404
