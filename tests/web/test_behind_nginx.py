"""docs/deployment/nginx.conf: a real nginx before a real server, with slow and silent clients."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from attackers import HALF_A_BODY, ask, clients, connect, is_closed, others_wait, quick, request_for
from processes import until
from program import ROOT
from servers import free_port, running
from serving import started

#: What the configuration stands in; the temporary folders are those of whoever runs nginx.
NGINX = Path(__file__).with_name("nginx.conf").read_text("utf-8")

DUMP = "/dumps/v1/gcmgraph.nq"
PAGE = "/doc/practice/glo-act"

#: Times of the configuration, shorter.
SHORT = {
    "client_header_timeout 10s": "client_header_timeout 1s",
    "client_body_timeout 10s": "client_body_timeout 1s",
    "send_timeout 30s": "send_timeout 1s",
}

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx: apt-get install nginx-light")


@contextmanager
def nginx(folder: Path, server: str, changes: Mapping[str, str]) -> Iterator[str]:
    """Yield the address of nginx before a server, configured as the documentation shows but for `changes`."""
    port = free_port()
    site = (ROOT / "docs" / "deployment" / "nginx.conf").read_text("utf-8").partition("\n\n")[2]
    own = {
        "listen 80 ": f"listen 127.0.0.1:{port} backlog=4096 ",
        "127.0.0.1:8080": server.removeprefix("http://"),
        "/var/cache/gcmgraph": f"{folder}/cache",
    }
    for written, put in {**own, **changes}.items():
        assert site.count(written) == 1, written
        site = site.replace(written, put)
    (folder / "site.conf").write_text(site, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user), "utf-8")
    address = f"http://127.0.0.1:{port}"
    with running(
        ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")], folder, f"{address}/health"
    ):
        yield address


@pytest.fixture(scope="module")
def server(large_store: Path) -> Iterator[str]:
    with started(large_store, limits={"SENDERS": 4, "READERS": 4}) as (address, _):
        yield address


@pytest.fixture(scope="module")
def proxy(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with nginx(tmp_path_factory.mktemp("nginx"), server, SHORT) as address:
        others_wait(address, PAGE, 0)  # computes what a version needs once
        yield address


def test_page_over_tls(server: str, tmp_path: Path) -> None:
    certificate, key, port = tmp_path / "own.pem", tmp_path / "own.key", free_port()
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run([*made.split(), "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    changes = {
        "#tls listen 443 ": f"listen 127.0.0.1:{port} ",
        "#tls ssl_certificate ": f"ssl_certificate {certificate}; #",
        "#tls ssl_certificate_key ": f"ssl_certificate_key {key}; #",
        "#tls add_header ": "add_header ",
    }
    with nginx(tmp_path, server, changes):
        trusted = ssl.create_default_context(cafile=str(certificate))
        with urlopen(f"https://localhost:{port}/health", context=trusted) as response:
            assert (response.status, response.headers["Strict-Transport-Security"]) == (200, "max-age=31536000")


def test_download_is_cached_by_the_proxy(proxy: str, server: str) -> None:
    before = _requests(server)
    with clients(proxy, 12, request_for(DUMP), receiving=4096) as opened:
        assert {connection.recv(12) for connection in opened} == {b"HTTP/1.1 200"}
        assert quick(others_wait(proxy, PAGE, 0.1))
        whole = ask(proxy, DUMP)
        assert _requests(server) == before + 1
        assert whole.body == ask(server, DUMP).body
    part = ask(proxy, DUMP, Range="bytes=10-19")
    assert (part.status, part.body) == (206, whole.body[10:20])
    unchanged = ask(proxy, DUMP, If_None_Match=whole.headers["etag"])
    assert (unchanged.status, unchanged.body) == (304, b"")


def _requests(server: str) -> int:
    """How many requests for downloads a server has answered."""
    metrics = ask(server, "/metrics").body.decode()
    found = re.findall(r'^gcmgraph_requests_total\{path="/dumps[^}]*\} (\d+)$', metrics, re.MULTILINE)
    return sum(map(int, found))


def test_graphs_are_taken_at_the_pace_of_their_clients(proxy: str, server: str) -> None:
    with clients(proxy, 12, request_for("/graph-store?default&format=nt"), receiving=4096) as opened:
        begun = {connection.recv(12) for connection in opened}
        assert begun <= {b"HTTP/1.1 200", b"HTTP/1.1 503"}
        assert quick(others_wait(proxy, PAGE, 0.1))
        until(lambda: ask(proxy, "/graph-store?default&format=nt").status == 200)  # those that read nothing are closed


def test_bodies_that_stop_do_not_reach_the_server(proxy: str, server: str) -> None:
    with clients(proxy, 12, HALF_A_BODY) as opened:
        assert quick(others_wait(proxy, PAGE, 0.1))
        assert quick(others_wait(server, PAGE, 0.1))
        for connection in opened:
            assert is_closed(connection)


def test_slow_reader_gets_the_whole_download(proxy: str, server: str) -> None:
    began = time.monotonic()
    with connect(proxy, receiving=262_144) as connection:
        connection.sendall(request_for(DUMP).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        received = bytearray(connection.recv(65_536))
        while piece := connection.recv(400_000, socket.MSG_WAITALL):
            received += piece
            time.sleep(0.08)
    assert received.partition(b"\r\n\r\n")[2] == ask(server, DUMP).body
    assert time.monotonic() - began > 0.5


def test_compressed_pages_and_long_headers(proxy: str) -> None:
    page = ask(proxy, PAGE, Accept="text/html", Accept_Encoding="gzip")
    assert page.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["vary"]
    again = ask(proxy, PAGE, Accept="text/html", Accept_Encoding="gzip", If_None_Match=page.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    query = "ASK {} #" + "x" * 12_000
    assert ask(proxy, f"/sparql?query={quote(query)}", Accept=f"application/json, {'a/b, ' * 2_000}a/b").status == 200


def test_connections_that_send_no_request_are_closed(proxy: str) -> None:
    with clients(proxy, 1) as (silent,), clients(proxy, 1, b"GET /health HTTP/1.1\r\nHo") as (half,):
        assert is_closed(silent)
        assert is_closed(half)


def test_checks_and_connections_of_one_address_are_limited(proxy: str) -> None:
    answers = [ask(proxy, "/validate", b"x", Content_Type="image/png").status for _ in range(20)]
    assert answers[0] == 400
    assert answers[-1] == 429


@pytest.mark.exhaustive
def test_at_full_scale_others_are_served(real_store_folder: Path, tmp_path: Path) -> None:
    page, graph = "/doc/country/AFG", request_for("/graph-store?default&format=nt")
    with (
        started(real_store_folder, workers=2) as (server, _),
        nginx(tmp_path, server, {}) as proxy,
        ExitStack() as opened,
    ):
        others_wait(proxy, page, 1)
        for number, sending in [(1_300, b""), (100, request_for(DUMP)), (100, graph), (60, HALF_A_BODY)]:
            opened.enter_context(clients(proxy, number, sending, receiving=4096))
        assert quick(others_wait(proxy, page, 12), within=1.0)
