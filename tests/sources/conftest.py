"""A web server on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fetch_site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """A site with one file, `/page.pdf`."""
    with serving() as site:
        yield site
