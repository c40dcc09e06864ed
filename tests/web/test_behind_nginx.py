"""docs/deployment/nginx.conf before a real server with slow clients; two sites with one database."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from subprocess import Popen
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from desk_over_http import Served, reading, tokens_in
from flask import Flask

from attackers import (
    HALF_A_BODY,
    Reply,
    ask,
    clients,
    connect,
    is_closed,
    others_wait,
    quick,
    request_for,
)
from databases import cluster
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from processes import until
from program import ROOT
from servers import free_port, running
from serving import started
from shared import copy_store

#: What the configuration stands in; the temporary folders are those of whoever runs nginx.
NGINX = Path(__file__).with_name("nginx.conf").read_text("utf-8")

#: The configuration of the documentation.
SITE = (ROOT / "docs" / "deployment" / "nginx.conf").read_text("utf-8")

#: Addresses whose GET takes as long as a query or a check.
EXPENSIVE_GETS = {"/check", "/queries/<name>", "/reconcile", "/sparql"}

#: Locations of the configuration: modifier, name or pattern, and contents.
LOCATION = re.compile(r"^    location (?:(=|~) )?(\S+) \{(.*?)^    \}", re.MULTILINE | re.DOTALL)

DUMP = "/dumps/v1/gcmgraph.nq"
PAGE = "/doc/practice/glo-act"

#: Times of the configuration, shorter.
SHORT = {
    "client_header_timeout 10s": "client_header_timeout 1s",
    "client_body_timeout 10s": "client_body_timeout 1s",
    "send_timeout 30s": "send_timeout 1s",
}

pytestmark = pytest.mark.skipif(
    shutil.which("nginx") is None, reason="needs nginx: apt-get install nginx-light"
)


@contextmanager
def nginx(
    folder: Path,
    server: str,
    changes: Mapping[str, str],
    *,
    name: str = "127.0.0.1",
    tls: bool = False,
) -> Iterator[str]:
    """Yield the address of nginx before a server, configured as the documentation shows but for `changes`."""
    port, ready = free_port(), free_port()
    site = SITE.partition("\n\n")[2]
    if tls:
        site = site.replace("#tls ", "")
    own = {
        "listen 80 ": f"listen 127.0.0.1:{port} backlog=4096 ",
        "server_name gcmgraph.example.org;": f"server_name {name};",
        "127.0.0.1:8080": server.removeprefix("http://"),
        "/var/cache/gcmgraph": f"{folder}/cache",
    }
    for written, put in {**own, **changes}.items():
        assert site.count(written) == 1, written
        site = site.replace(written, put)
    (folder / "site.conf").write_text(site, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user, ready=ready), "utf-8")
    address = f"http://127.0.0.1:{port}"
    with running(
        ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")],
        folder,
        f"http://127.0.0.1:{ready}/",
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
    subprocess.run(
        [*made.split(), "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    changes = {
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "ssl_certificate /etc": f"ssl_certificate {certificate}; # /etc",
        "ssl_certificate_key /etc": f"ssl_certificate_key {key}; # /etc",
    }
    with nginx(tmp_path, server, changes, name="localhost", tls=True) as clear:
        trusted = ssl.create_default_context(cafile=str(certificate))
        with urlopen(f"https://localhost:{port}/health", context=trusted) as response:
            assert (response.status, response.headers["Strict-Transport-Security"]) == (
                200,
                "max-age=31536000",
            )
        for path in ("/health", "/contributions/token?a=b", "/dumps"):
            redirect = ask(clear, path, Host="localhost")
            assert (redirect.status, redirect.headers["location"]) == (
                301,
                f"https://localhost{path}",
            )
            assert ask(clear, path, Host="evil.example").status == 421


@pytest.mark.parametrize(
    "path", ["/health", "/dumps", "/dumps/", "/reconcile", "/contributions/status/x", "/validate"]
)
def test_unknown_hosts_are_refused(proxy: str, path: str) -> None:
    refused = ask(proxy, path, Host="evil.example")
    assert (refused.status, "location" in refused.headers, b"evil" in refused.body) == (
        421,
        False,
        False,
    )


def test_redirect_to_downloads_names_no_host(proxy: str) -> None:
    redirect = ask(proxy, "/dumps")
    assert (redirect.status, redirect.headers["location"]) == (301, "/dumps/")


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


def _requests(server: str, path: str = "/dumps") -> int:
    """How many requests a server has answered to addresses that begin with a path."""
    metrics = ask(server, "/metrics").body.decode()
    found = re.findall(
        rf'^gcmgraph_requests_total\{{path="{path}[^}}]*\}} (\d+)$', metrics, re.MULTILINE
    )
    return sum(map(int, found))


def test_graphs_are_taken_at_the_pace_of_their_clients(proxy: str, server: str) -> None:
    with clients(
        proxy, 12, request_for("/graph-store?default&format=nt"), receiving=4096
    ) as opened:
        begun = {connection.recv(12) for connection in opened}
        assert begun <= {b"HTTP/1.1 200", b"HTTP/1.1 503"}
        assert quick(others_wait(proxy, PAGE, 0.1))
        until(
            lambda: ask(proxy, "/graph-store?default&format=nt").status == 200
        )  # those that read nothing are closed


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
    again = ask(
        proxy, PAGE, Accept="text/html", Accept_Encoding="gzip", If_None_Match=page.headers["etag"]
    )
    assert (again.status, again.body) == (304, b"")
    query = "ASK {} #" + "x" * 12_000
    assert (
        ask(
            proxy, f"/sparql?query={quote(query)}", Accept=f"application/json, {'a/b, ' * 600}a/b"
        ).status
        == 200
    )


def test_connections_that_send_no_request_are_closed(proxy: str) -> None:
    with (
        clients(proxy, 1) as (silent,),
        clients(proxy, 1, b"GET /health HTTP/1.1\r\nHo") as (half,),
    ):
        assert is_closed(silent)
        assert is_closed(half)


def location_of(path: str) -> str:
    """The contents of the location that nginx chooses: an equal name, the first pattern, else the longest prefix."""
    locations = LOCATION.findall(SITE)
    for modifier, name, contents in locations:
        if modifier == "=" and name == path:
            return str(contents)
    for modifier, pattern, contents in locations:
        if modifier == "~" and re.search(pattern, path):
            return str(contents)
    prefixes = [
        (name, contents)
        for modifier, name, contents in locations
        if not modifier and path.startswith(name)
    ]
    return str(max(prefixes, key=lambda prefix: len(prefix[0]))[1])


def test_addresses_that_check_are_limited_by_the_proxy(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    taking_bodies = {
        rule.rule
        for rule in rules
        if "POST" in (rule.methods or ()) and rule.rule != "/graph-store"
    }
    assert {rule.rule for rule in rules} >= EXPENSIVE_GETS
    for rule in sorted(taking_bodies | EXPENSIVE_GETS):
        path = re.sub(r"<[^>]+>", "x", rule)
        assert "limit_req zone=" in location_of(path), rule
    for path in ("/", "/doc/practice/glo-act", "/browse/practice", "/search"):
        assert "limit_req" not in location_of(path)


def test_requests_of_one_address_are_limited(server: str, tmp_path: Path) -> None:
    with nginx(tmp_path, server, {"rate=20r/s": "rate=1r/s", "burst=100": "burst=10"}) as proxy:
        doors = ("/validate", "/suggest", "/contributions", "/contributions/token", "/feedback")
        for path in (*doors, "/check", "/mcp", "/queries/objectives", "/reconcile", "/sparql"):
            statuses = [ask(proxy, path, b"x", Content_Type="image/png").status for _ in range(20)]
            assert statuses[-1] == 429, path
        assert {ask(proxy, path).status for path in doors} & {429} == set()
        assert {ask(proxy, PAGE).status for _ in range(20)} == {200}


@pytest.mark.exhaustive
def test_at_full_scale_others_are_served(real_store_folder: Path, tmp_path: Path) -> None:
    page, graph = "/doc/country/AFG", request_for("/graph-store?default&format=nt")
    with (
        started(real_store_folder, workers=2) as (server, _),
        nginx(tmp_path, server, {}) as proxy,
        ExitStack() as opened,
    ):
        others_wait(proxy, page, 1)
        for number, sending in [
            (1_300, b""),
            (100, request_for(DUMP)),
            (100, graph),
            (60, HALF_A_BODY),
        ]:
            opened.enter_context(clients(proxy, number, sending, receiving=4096))
        assert quick(others_wait(proxy, page, 12), within=1.0)


#: Seconds after which a decision on one machine is visible on another, beside other tests;
#: docs/install.md has those of an idle machine.
VISIBLE = 120.0

PATHS = (
    "/doc/objective/9.ttl",
    "/doc/action/9a.html?lang=fr",
    "/browse/practice?lang=en&country=AFG&format=json",
    "/search?q=migrants&format=json",
    "/queries/objectives?format=csv",
    "/sparql?query=SELECT+(COUNT(*)+AS+?n)+WHERE+{+?s+?p+?o+}&format=csv",
)


@contextmanager
def site(folder: Path, store: Path, location: str) -> Iterator[tuple[Served, Popen[bytes]]]:
    """Our server over a store of its own, a copy of another, and a database that it shares with other servers."""
    folder.mkdir()
    copy_store(store, folder / "store")
    database = Database(location)
    made = tokens_in(database)
    database.close()
    settings = {"database": location}
    ledger = str(folder / "ledger")
    with started(folder / "store", 2, contributions=ledger, check_timeout=55, **settings) as (
        address,
        process,
    ):
        yield Served(address, *made, folder, settings), process


def compare(one: Served, two: Served) -> None:
    """Require equal answers of two sites."""
    for path in PATHS:
        answers = one.ask(path), two.ask(path)
        assert [answer.status for answer in answers] == [200, 200], path
        assert answers[0].body == answers[1].body, path
    version = one.ask("/changes.json").json["current"]
    assert two.ask("/changes.json").json["current"] == version
    dumps = [site.ask(f"/dumps/{version}/gcmgraph.nq.gz") for site in (one, two)]
    assert (dumps[0].status, dumps[0].body) == (200, dumps[1].body)


@pytest.mark.guide
def test_two_sites_behind_nginx(
    small_store: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with cluster() as postgresql, ExitStack() as sites:
        location = postgresql.new_database()
        (one, first), (two, _) = (
            sites.enter_context(site(tmp_path / name, small_store, location))
            for name in ("one", "two")
        )
        second = {"# server 10.0.0.2:8080;": f"server {two.base.removeprefix('http://')};"}
        second["rate=20r/s"] = "rate=2000r/s"  # for the readers, who are one address
        (tmp_path / "nginx").mkdir()
        proxy = replace(one, base=sites.enter_context(nginx(tmp_path / "nginx", one.base, second)))
        compare(one, two)
        compare(proxy, two)

        identifier = one.send("remote").json["id"]
        preview = two.ask(
            f"/contributions/{identifier}/preview?lang=en", token=two.curator, Accept="text/html"
        )
        assert (preview.status, b"The practice remote" in preview.body) == (200, True)
        decided = time.monotonic()
        accepted = two.decide(identifier, "accept")
        assert (accepted.status, accepted.json.get("state")) == (200, "accepted"), accepted.body
        for server in (one, two):
            until(
                lambda server=server: server.ask("/doc/practice/remote.ttl").status == 200, VISIBLE
            )  # type: ignore[misc]
        record_property(
            "seconds until a decision is visible at both", round(time.monotonic() - decided, 1)
        )
        assert one.decide(identifier, "accept").status == 409
        compare(one, two)
        assert [server.ask("/health").json["difference"] for server in (one, two)] == [None, None]

        interrupted = two.send("interrupted").json["id"]
        with reading(proxy, *PATHS) as found, ThreadPoolExecutor(1) as curator:
            until(lambda: len(found) > 2 * len(PATHS))
            curator.submit(suppressed, lambda: one.begin_decision(interrupted, "accept"))
            until(lambda: Ledger(two.database).find(str(interrupted)).was_published, VISIBLE)
            os.kill(
                first.pid, signal.SIGKILL
            )  # the decision is recorded, and not published at this site
            until(lambda: two.ask("/doc/practice/interrupted.ttl").status == 200, VISIBLE)
            read = len(found)
            until(lambda: len(found) > read + 4 * len(PATHS), VISIBLE)
        assert [answer for answer in found if answer[1] != 200] == []

        postgresql.stop()
        assert proxy.ask("/doc/practice/remote.ttl").status == 200
        refused = two.send("refused")
        assert (
            refused.status,
            "retry-after" in refused.headers,
            location in str(refused.json),
        ) == (503, True, False)
        postgresql.start()
        later = proxy.send("later").json["id"]
        assert two.decide(later, "accept").status == 200
        assert proxy.ask("/doc/practice/later.ttl").status == 200

        settings = {"database": location, "contributions": str(tmp_path / "one" / "ledger")}
        with started(tmp_path / "one" / "store", 2, check_timeout=55, **settings) as (address, _):
            back = replace(one, base=address)
            assert (
                back.ask("/doc/practice/later.ttl").status == 200
            )  # the start publishes what was decided meanwhile
            assert (
                back.ask("/changes.json").json["current"]
                == two.ask("/changes.json").json["current"]
            )


#: Seconds between two submissions, which the quota of a sender permits.
PAUSE = 1.0


@pytest.mark.guide
def test_sites_restarted_in_turn_fail_no_request(small_store: Path, tmp_path: Path) -> None:
    with cluster() as postgresql, ExitStack() as stack:
        location = postgresql.new_database()
        servers = []
        for name in ("one", "two"):
            process = stack.enter_context(ExitStack())
            served, _ = process.enter_context(site(tmp_path / name, small_store, location))
            servers.append((served, process))
        (one, _), (two, _) = servers
        host_of_one, host_of_two = (served.base.removeprefix("http://") for served in (one, two))
        changes = {
            f"server {host_of_one};": f"server {host_of_one} fail_timeout=1s;",
            "# server 10.0.0.2:8080;": f"server {host_of_two} fail_timeout=1s;",
            "rate=20r/s": "rate=2000r/s",
            "rate=1r/s": "rate=1000r/s",
        }
        (tmp_path / "nginx").mkdir()
        address = stack.enter_context(nginx(tmp_path / "nginx", one.base, changes))
        proxy = replace(one, base=address)
        with reading(proxy, *PATHS) as read, sending(proxy) as sent:
            for served, process in servers:
                until(lambda: len(read) > 2 * len(PATHS) and len(sent) > 1)
                process.close()
                process.enter_context(restarted(served))
                # nginx asks a server again that failed some time ago
                until(lambda base=served.base: _requests(base, "/sparql") > 0, VISIBLE)  # type: ignore[misc]
        assert [answer for answer in read if answer[1] != 200] == []
        assert [reply.status for reply in sent if reply.status != 201] == []
        stored = {reply.json["id"] for reply in sent}
        assert len(stored) == len(sent)
        assert all(Ledger(one.database).find(identifier) for identifier in stored)


@contextmanager
def restarted(served: Served) -> Iterator[None]:
    """The server of a site, once more at the same address."""
    port = int(served.base.rpartition(":")[2])
    ledger = str(served.folder / "ledger")
    store = served.folder / "store"
    with started(store, 2, port=port, contributions=ledger, check_timeout=55, **served.settings):
        yield


@contextmanager
def sending(site: Served) -> Iterator[list[Reply]]:
    """A sender who submits practices, one after the other, until the block ends; the replies."""
    replies: list[Reply] = []
    is_over = threading.Event()

    def send() -> None:
        while not is_over.wait(PAUSE):
            replies.append(site.send(f"sent-{len(replies)}"))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield replies
    finally:
        is_over.set()
        sender.join()


def suppressed(act: Callable[[], object]) -> None:
    """Act, and ignore that the server is killed meanwhile."""
    with suppress(OSError, HTTPException):
        act()
