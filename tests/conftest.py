"""Fixtures of all tests: real SPARQL servers, each started when first asked for and ended with the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servers import oxigraph_server, virtuoso_server


@pytest.fixture(scope="session")
def oxigraph_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query URL of a real Oxigraph server."""
    with oxigraph_server(tmp_path_factory.mktemp("oxigraph")) as url:
        yield url


@pytest.fixture(scope="session")
def virtuoso_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query URL of a real Virtuoso server, whose writer is dba with the password dba."""
    with virtuoso_server(tmp_path_factory.mktemp("virtuoso")) as url:
        yield url
