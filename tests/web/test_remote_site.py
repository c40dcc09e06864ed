"""Two sites over one dataset in a SPARQL server and one PostgreSQL: pages, queries, a contribution, servers down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from desk_over_http import Answer, Served, copy_in_server, server_settings, serving

from databases import cluster
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from servers import oxigraph_server
from shared import copy_store

#: Seconds after which a decision on one machine is visible on another; on an idle machine.
VISIBLE = 10.0

PATHS = (
    "/doc/objective/9.ttl",
    "/doc/action/9a.html?lang=fr",
    "/browse/practice?lang=en&country=AFG&format=json",
    "/search?q=migrants&format=json",
    "/queries/objectives?format=csv",
    "/sparql?query=SELECT+(COUNT(*)+AS+?n)+WHERE+{+?s+?p+?o+}&format=csv",
)


@contextmanager
def site(url: str, folder: Path, store: Path, location: str) -> Iterator[Served]:
    """Our server over a dataset in a SPARQL server, which gets that of `store` where it has none, and a database."""
    folder.mkdir()
    database = Database(location)
    made = [Tokens(database).create(role, role.title(), f"https://example.org/{role}")[1] for role in Role]
    database.close()
    settings = {**server_settings(url, folder / "copies"), "database": location}
    if folder.name == "one":
        copy_store(store, copy_in_server(settings))
    with serving(folder, **settings) as address:
        yield Served(address, *made, folder, settings)


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


def wait_for(site: Served, path: str) -> Answer:
    """The first answer with status 200."""
    deadline = time.monotonic() + 6 * VISIBLE  # tests run beside others
    while (answer := site.ask(path)).status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return answer


def test_two_sites_over_a_sparql_server(small_store: Path, tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    with cluster() as postgresql, ExitStack() as sites, ExitStack() as server:
        url, location = server.enter_context(oxigraph_server(tmp_path / "server")), postgresql.new_database()
        one, two = (sites.enter_context(site(url, tmp_path / name, small_store, location)) for name in ("one", "two"))
        compare(one, two)
        identifier = one.send("remote").json["id"]
        preview = two.ask(f"/contributions/{identifier}/preview?lang=en", token=two.curator, Accept="text/html")
        assert (preview.status, b"The practice remote" in preview.body) == (200, True)
        assert two.decide(identifier, "accept").json["state"] == "accepted"
        assert one.decide(identifier, "accept").status == 409
        assert two.ask("/doc/practice/remote.ttl").status == 200
        wait_for(one, "/doc/practice/remote.ttl")
        compare(one, two)
        postgresql.stop()
        assert one.ask("/doc/practice/remote.ttl").status == 200
        refused = one.send("refused")
        assert (refused.status, "retry-after" in refused.headers, location in str(refused.json)) == (503, True, False)
        postgresql.start()
        later = one.send("later").json["id"]
        server.close()
        assert two.ask("/doc/practice/remote.ttl").status == 200
        refused = one.decide(later, "accept")
        assert (refused.status, url in str(refused.json)) == (503, False)
        assert one.ask("/doc/practice/later.ttl").status == 404
