"""Growth: what is called flat and linear, and that every size has the graph that was asked for."""

from __future__ import annotations

import http.client
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import chain
from pathlib import Path
from threading import Thread

import pytest

from bench.generate import SEED, beside
from bench.growth import called, compared, figures, growth
from bench.growth_server import _answered, _timed
from bench.growth_steps import bytes_on_disk
from bench.published import publish_dump, write_dump
from bench.synthetic import Synthetic
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions.folder import StoreFolder


@pytest.mark.parametrize(
    ("ratio", "name"),
    [
        (0.5, "flat"),
        (1.0, "flat"),
        (1.5, "flat"),
        (3.0, "less than linear"),
        (10.0, "linear"),
        (30.0, "more than linear"),
    ],
)
def test_growth_is_named_by_the_ratio_of_a_tenfold_graph(ratio: float, name: str) -> None:
    exponent = growth(2.0, 2.0 * ratio, 10.0)
    assert exponent is not None
    assert called(exponent) == name


def test_what_was_nothing_has_no_growth() -> None:
    assert growth(0.0, 5.0, 10.0) is None


def test_times_and_bytes_are_compared_and_counts_are_not() -> None:
    small = {"practices": 10, "load": {"wall_s": 1.0, "quads": 5}, "server": {"turtle": {"p50_ms": 2.0}}}
    large = {"practices": 100, "load": {"wall_s": 10.0, "quads": 50}, "server": {"turtle": {"p50_ms": 2.0}}}
    assert set(figures(small)) == {"load.wall_s", "server.turtle.p50_ms"}
    told = compared([small, large])
    assert {name: [step["called"] for step in steps] for name, steps in told.items()} == {
        "load.wall_s": ["linear"],
        "server.turtle.p50_ms": ["flat"],
    }


def test_a_dump_sorted_on_disk_is_canonical_and_becomes_a_version(tmp_path: Path, repository: Repository) -> None:
    addresses = Addresses()
    quads = list(chain(beside(repository, addresses), Synthetic(50, SEED, repository, addresses).quads()))
    dump = tmp_path / "gcmgraph.nq"
    assert write_dump(50, dump) == len(quads)
    assert dump.read_bytes() == serialize_canonical(quads)
    publish_dump(dump, tmp_path / "store")
    assert len(StoreFolder(tmp_path / "store").open_current()) == len(quads)


def test_a_file_with_two_names_takes_its_bytes_once(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"12345")
    (tmp_path / "other").hardlink_to(tmp_path / "one")
    assert bytes_on_disk(tmp_path) == 5


def test_a_kind_of_request_that_is_refused_says_so_and_the_next_is_asked() -> None:
    class Busy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(503 if "heavy" in self.path else 200)
            self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"answer")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        Thread(target=server.serve_forever).start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        refused = _answered(_timed, connection, ["/heavy"] * 9, "*/*")
        assert refused == {"unanswered": "/heavy was answered 503: b'answer'"}
        assert _answered(_timed, connection, ["/light"] * 9, "*/*")["p50_ms"] > 0
        connection.close()
        server.shutdown()
