"""Reading a real Oxigraph server: in pages, and going on after a break."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcmgraph.errors import DataError, StoreError
from gcmgraph.linking.targets import read_endpoint
from servers import free_port, oxigraph_server

DATA = "".join(
    f'<http://x.example/{n:03}> <http://www.w3.org/2004/02/skos/core#prefLabel> "Thing {n}"@en , "Chose {n}"@fr ; '
    f'<http://www.w3.org/2004/02/skos/core#notation> "{n}" .\n'
    for n in range(40)
)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph_server(tmp_path_factory.mktemp("endpoint")) as url:
        address = url.replace("/query", "/store?graph=http%3A%2F%2Fx.example%2Fgraph")
        request = urllib.request.Request(  # noqa: S310 - loopback
            address, DATA.encode(), {"Content-Type": "text/turtle"}, method="PUT"
        )
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
        yield url


def test_pages_and_named_graphs_of_an_endpoint(endpoint: str) -> None:
    found = read_endpoint(endpoint, None, 0, page=10)
    assert len(found) == 40
    assert found["http://x.example/007"].codes == {"7"}
    assert {name[:2] for name in found["http://x.example/007"].names} == {("Thing 7", "en"), ("Chose 7", "fr")}


def test_resumed_reading_of_an_endpoint(endpoint: str, tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    whole = read_endpoint(endpoint, state, 0, page=10)
    lines = state.read_text("utf-8").splitlines()
    state.write_text("\n".join([*lines[:2], lines[2][:40]]) + "\n", "utf-8")  # cut off in the third page
    assert read_endpoint(endpoint, state, 0, page=10) == whole
    again = state.read_text("utf-8").splitlines()
    assert again[:2] == lines[:2]
    assert json.loads(again[-1])["whole"] is True


def test_the_state_of_another_endpoint_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    state.write_text(json.dumps({"endpoint": "http://other.example/query"}) + "\n", "utf-8")
    with pytest.raises(DataError, match=r"state of <http://other\.example/query>"):
        read_endpoint("http://127.0.0.1:1/query", state, 0)


def test_resource_larger_than_a_page_is_refused(endpoint: str) -> None:
    with pytest.raises(StoreError, match="alone has more than 2"):
        read_endpoint(endpoint, None, 0, page=2)


def test_unreachable_endpoint() -> None:
    with pytest.raises(StoreError):
        read_endpoint(f"http://127.0.0.1:{free_port()}/query", None, 0)
