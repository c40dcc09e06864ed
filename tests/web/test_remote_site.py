"""Two sites behind nginx, over one dataset in a SPARQL server and one PostgreSQL: pages, a contribution, failures."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from subprocess import Popen

import pytest
from desk_over_http import Served, copy_in_server, server_settings
from test_behind_nginx import nginx

from attackers import Reply
from databases import cluster
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from servers import oxigraph_server, virtuoso_server
from serving import started
from shared import copy_store

#: Seconds after which a decision on one machine is visible on another, beside other tests; docs/operations.md has
#: those of an idle machine.
VISIBLE = 120.0

#: Readers while a server is killed.
READERS = 4

PATHS = (
    "/doc/objective/9.ttl",
    "/doc/action/9a.html?lang=fr",
    "/browse/practice?lang=en&country=AFG&format=json",
    "/search?q=migrants&format=json",
    "/queries/objectives?format=csv",
    "/sparql?query=SELECT+(COUNT(*)+AS+?n)+WHERE+{+?s+?p+?o+}&format=csv",
)


@contextmanager
def site(url: str, folder: Path, store: Path, location: str) -> Iterator[tuple[Served, Popen[bytes]]]:
    """Our server over a dataset in a SPARQL server, which gets that of `store` where it has none, and a database."""
    folder.mkdir()
    database = Database(location)
    made = [Tokens(database).create(role, role.title(), f"https://example.org/{role}")[1] for role in Role]
    database.close()
    settings = {**server_settings(url, folder / "copies"), "database": location}
    if folder.name == "one":
        copy_store(store, copy_in_server(settings))
    options = {name: value for name, value in settings.items() if name != "store"}
    with started(url, 2, contributions=str(folder / "ledger"), check_timeout=55, **options) as (address, process):
        yield Served(address, *made, folder, settings), process


@pytest.fixture(params=["oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, ExitStack]]:
    """The URL of a SPARQL server, and a stack whose end ends it."""
    folder = tmp_path / "server"
    folder.mkdir()
    server = {"oxigraph": oxigraph_server, "virtuoso": virtuoso_server}[request.param]
    with ExitStack() as stack:
        yield stack.enter_context(server(folder)), stack


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


def wait_for(site: Served, path: str) -> Reply:
    """The first answer with status 200."""
    deadline = time.monotonic() + VISIBLE
    while (answer := site.ask(path)).status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return answer


@contextmanager
def reading(site: Served) -> Iterator[list[tuple[str, int]]]:
    """Readers who request pages until the block ends; the addresses and statuses of what they got."""
    found: list[tuple[str, int]] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            for path in PATHS:
                status = 0
                with suppress(OSError):
                    status = site.ask(path).status
                found.append((path, status))

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield found
    finally:
        over.set()
        for reader in readers:
            reader.join()


@pytest.mark.exhaustive
def test_two_sites_behind_nginx(
    engine: tuple[str, ExitStack], small_store: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    url, server = engine
    with cluster() as postgresql, ExitStack() as sites:
        location = postgresql.new_database()
        (one, first), (two, _) = (
            sites.enter_context(site(url, tmp_path / name, small_store, location)) for name in ("one", "two")
        )
        second = {"# server 10.0.0.2:8080;": f"server {two.base.removeprefix('http://')};"}
        (tmp_path / "nginx").mkdir()
        proxy = replace(one, base=sites.enter_context(nginx(tmp_path / "nginx", one.base, second)))
        compare(one, two)
        compare(proxy, two)

        identifier = one.send("remote").json["id"]
        preview = two.ask(f"/contributions/{identifier}/preview?lang=en", token=two.curator, Accept="text/html")
        assert (preview.status, b"The practice remote" in preview.body) == (200, True)
        decided = time.monotonic()
        accepted = two.decide(identifier, "accept")
        assert (accepted.status, accepted.json.get("state")) == (200, "accepted"), accepted.body
        assert two.ask("/doc/practice/remote.ttl").status == 200
        wait_for(one, "/doc/practice/remote.ttl")
        record_property("seconds until a decision is visible at both", round(time.monotonic() - decided, 1))
        assert one.decide(identifier, "accept").status == 409
        compare(one, two)

        with reading(proxy) as found:
            until_read = len(found) + 2 * len(PATHS)
            while len(found) < until_read:
                time.sleep(0.05)
            os.kill(first.pid, signal.SIGKILL)
            until_read = len(found) + 4 * len(PATHS)
            while len(found) < until_read:
                time.sleep(0.05)
        assert {status for _, status in found} == {200}, found

        postgresql.stop()
        assert proxy.ask("/doc/practice/remote.ttl").status == 200
        refused = two.send("refused")
        assert (refused.status, "retry-after" in refused.headers, location in str(refused.json)) == (503, True, False)
        postgresql.start()
        later = proxy.send("later").json["id"]
        server.close()
        assert two.ask("/doc/practice/remote.ttl").status == 200
        stored = two.decide(later, "accept")
        assert (stored.status, stored.json["state"], stored.json["pending"]) == (202, "accepted", True)
        assert proxy.ask("/doc/practice/later.ttl").status == 404
