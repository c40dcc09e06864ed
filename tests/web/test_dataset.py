"""/dataset and /dumps: the description of the dataset, and its downloads."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.model.terms import Quad
from gcmgraph.publication.tables import TABLES
from gcmgraph.rdfio.canonical import digest, serialize_canonical
from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads, read_quads
from gcmgraph.store.versions import StoreFolder
from serving import Application

BASE = "https://w3id.org/gcmgraph/"
DCAT = "http://www.w3.org/ns/dcat#"
GRAPH = Path(__file__).parent / "graph.trig"
FILE = "/dumps/v2/gcmgraph.nq"  # asked for `buffered`, so that the file is closed, as servers do


@pytest.fixture(scope="module")
def dump() -> bytes:
    return serialize_canonical(read_quads(GRAPH))


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory, dump: bytes, application: Application) -> FlaskClient:
    """An application over two versions, the current one with dumps."""
    store = tmp_path_factory.mktemp("dumps") / "store"
    folder = StoreFolder(store)
    folder.publish("v1", read_quads(GRAPH), {})
    files = {"gcmgraph.nq": dump, "gcmgraph.nq.gz": gzip.compress(dump, mtime=0), "secret.txt": b"secret"}
    folder.publish("v2", read_quads(GRAPH), files)
    (store / "versions" / "building-v3-1").mkdir()
    (store / "versions" / "building-v3-1" / "gcmgraph.nq").write_bytes(b"half")
    return application(store).test_client()


def parsed(data: bytes, content_type: str) -> list[Quad]:
    syntax = syntax_for_media_type(content_type)
    assert syntax is not None
    return list(parse_quads(data, syntax, source="answer", base_iri="http://localhost/"))


def values(quads: list[Quad], subject: str, predicate: str) -> set[str]:
    return {q.object.value for q in quads if q.subject.value == subject and q.predicate.value == predicate}


def test_description_in_dcat(downloads: FlaskClient, dump: bytes) -> None:
    response = downloads.get("/dataset", headers={"Accept": "text/turtle"})
    quads = parsed(response.data, response.mimetype)
    dataset, file = f"{BASE}dataset", f"{BASE}dumps/v2/gcmgraph.nq"
    assert values(quads, dataset, f"{DCAT}version") == {"v2"}
    assert values(quads, dataset, f"{DCAT}hasCurrentVersion") == {f"{BASE}dataset/v2"}
    assert values(quads, dataset, f"{DCAT}hasVersion") == {f"{BASE}dataset/v2"}  # v1 has no downloads, see /changes
    assert values(quads, dataset, f"{DCAT}distribution") == {
        f"{dataset}#sparql",
        file,
        f"{file}.gz",
        *(f"{BASE}tables/{kind}.csv" for kind in TABLES),
    }
    eu = "http://publications.europa.eu/resource/authority"
    assert values(quads, dataset, f"{DCAT}theme") == {f"{BASE}id/objective/9", f"{eu}/data-theme/SOCI"}
    assert values(quads, dataset, "http://www.w3.org/ns/prov#wasDerivedFrom") == {f"{BASE}id/source/objective-09.fr"}
    assert values(quads, dataset, "http://purl.org/dc/terms/language") == {
        f"{eu}/language/{code}" for code in ("ARA", "ENG", "FRA")
    }
    assert values(quads, f"{BASE}sparql", f"{DCAT}servesDataset") == {dataset}
    assert values(quads, file, f"{DCAT}byteSize") == {str(len(dump))}
    assert values(quads, file, f"{DCAT}mediaType") == {
        "https://www.iana.org/assignments/media-types/application/n-quads"
    }
    (checksum,) = values(quads, file, "http://spdx.org/rdf/terms#checksum")
    assert values(quads, checksum, "http://spdx.org/rdf/terms#checksumValue") == {hashlib.sha256(dump).hexdigest()}


def test_downloads_and_version_in_void(downloads: FlaskClient) -> None:
    response = downloads.get("/.well-known/void")
    quads = parsed(response.data, response.mimetype)
    file = f"{BASE}dumps/v2/gcmgraph.nq"
    assert values(quads, f"{BASE}dataset", "http://rdfs.org/ns/void#dataDump") == {file, f"{file}.gz"}
    assert values(quads, f"{BASE}dataset", "http://www.w3.org/2002/07/owl#versionInfo") == {"v2"}
    assert values(quads, f"{BASE}dataset", "http://purl.org/dc/terms/hasVersion") == set()


def test_equal_graphs_of_the_dataset_in_all_forms(downloads: FlaskClient) -> None:
    digests = set()
    for suffix in ("ttl", "jsonld", "rdf", "nt"):
        response = downloads.get(f"/dataset.{suffix}")
        assert response.headers["Content-Location"] == f"/dataset.{suffix}"
        digests.add(digest(parsed(response.data, response.mimetype)))
    assert len(digests) == 1


def test_page_with_digest(downloads: FlaskClient, dump: bytes) -> None:
    page = downloads.get("/dataset?lang=fr", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert hashlib.sha256(dump).hexdigest() in page
    assert f'href="{FILE}"' in page
    assert "Le jeu de données" in page


def test_description_without_dumps(tmp_path: Path, application: Application) -> None:
    StoreFolder(tmp_path).publish("v1", read_quads(GRAPH), {})
    client = application(tmp_path).test_client()
    response = client.get("/dataset", headers={"Accept": "text/turtle"})
    quads = parsed(response.data, response.mimetype)
    tables = {f"{BASE}tables/{kind}.csv" for kind in TABLES}
    assert values(quads, f"{BASE}dataset", f"{DCAT}distribution") == {f"{BASE}dataset#sparql", *tables}
    assert client.get("/dataset", headers={"Accept": "text/html"}).status_code == 200


def test_list_of_dumps(downloads: FlaskClient, dump: bytes) -> None:
    listed = downloads.get("/dumps/").get_json()
    assert listed["current"] == "v2"
    assert {name: [file["href"] for file in files] for name, files in listed["versions"].items()} == {
        "v1": [],
        "v2": [FILE, f"{FILE}.gz"],
    }
    page = downloads.get("/dumps/", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert hashlib.sha256(dump).hexdigest() in page
    assert list(downloads.get("/dumps/v2").get_json()["versions"]) == ["v2"]


def test_validators_of_the_dump(downloads: FlaskClient, dump: bytes) -> None:
    response = downloads.get(FILE, buffered=True)
    assert response.data == dump
    assert response.mimetype == "application/n-quads"
    assert response.headers["ETag"] == f'"{hashlib.sha256(dump).hexdigest()}"'
    assert response.headers["Content-Disposition"] == "attachment; filename=gcmgraph-v2.nq"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert {"immutable", "public", "max-age=31536000"} == set(response.headers["Cache-Control"].split(", "))
    assert "Cache-Status" not in response.headers  # it would fill the memory of the result cache
    known = downloads.get(FILE, buffered=True, headers={"If-None-Match": response.headers["ETag"]})
    assert known.status_code == 304
    head = downloads.head(FILE, buffered=True)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(dump)))


def test_compressed_dump(downloads: FlaskClient, dump: bytes) -> None:
    response = downloads.get(f"{FILE}.gz", buffered=True)
    assert response.mimetype == "application/gzip"
    assert "Content-Encoding" not in response.headers
    assert gzip.decompress(response.data) == dump


@pytest.mark.parametrize(
    ("path", "headers", "status", "part"),
    [
        (FILE, {"Range": "bytes=0-99"}, 206, slice(0, 100)),
        (FILE, {"Range": "bytes=100-"}, 206, slice(100, None)),
        (FILE, {"Range": "bytes=-50"}, 206, slice(-50, None)),
        (FILE, {"Range": "bytes=0-9", "If-Range": '"other"'}, 200, slice(None)),
        *(
            (path, {"Range": value}, 200, slice(None))
            for path in (FILE, f"{FILE}.gz")
            for value in ("bytes=0-1,5-6", "lines=0-9", "bytes=x-", "bytes", "bytes=²-")
        ),
    ],
)
def test_ranges(downloads: FlaskClient, path: str, headers: dict[str, str], status: int, part: slice) -> None:
    response = downloads.get(path, buffered=True, headers=headers)
    assert (response.status_code, response.data) == (status, downloads.get(path, buffered=True).data[part])
    assert ("Content-Range" in response.headers) is (status == 206)


def test_range_of_head_is_ignored(downloads: FlaskClient, dump: bytes) -> None:
    response = downloads.head(FILE, buffered=True, headers={"Range": "bytes=0-9"})
    assert (response.status_code, response.headers["Content-Length"]) == (200, str(len(dump)))


def test_range_beyond_the_end_returns_416(downloads: FlaskClient, dump: bytes) -> None:
    for asked in (f"bytes={len(dump)}-", "bytes=-0"):
        response = downloads.get(FILE, buffered=True, headers={"Range": asked})
        assert (response.status_code, response.headers["Content-Range"]) == (416, f"bytes */{len(dump)}"), asked
        assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", [FILE, f"{FILE}.gz"])
def test_downloads_without_vary(downloads: FlaskClient, path: str) -> None:
    response = downloads.get(path, buffered=True, headers={"Accept-Encoding": "gzip"})
    known = downloads.get(path, buffered=True, headers={"If-None-Match": response.headers["ETag"]})
    assert (response.status_code, known.status_code) == (200, 304)
    assert "Vary" not in response.headers
    assert "Vary" not in known.headers


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
