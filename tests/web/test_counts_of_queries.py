"""Numbers in answers of named queries, and the lists that they link."""

from __future__ import annotations

import re

import pytest
from answers import html
from flask.testing import FlaskClient

from gcmgraph.queries.library import read_query
from gcmgraph.rdf.namespaces import Addresses
from program import ROOT

#: Values of the parameters that the user must give.
_VALUES = {"actions-by-region": "?region=m49/002"}

_COUNTING = sorted(
    path.stem
    for path in (ROOT / "queries").glob("*.rq")
    if read_query(path, Addresses()).counted_lists
)

#: Lists compared for each query.
_COMPARED = 8


@pytest.mark.parametrize("name", _COUNTING)
def test_number_of_a_query_links_a_list_of_as_many(real_client: FlaskClient, name: str) -> None:
    page = html(real_client, f"/queries/{name}{_VALUES.get(name, '')}")
    links = re.findall(r'<a href="(/browse/[^"]+)">([0-9]+)</a>', page)
    assert links
    for address, number in links[:: max(1, len(links) // _COMPARED)]:
        path = address.replace("&amp;", "&")
        listed = real_client.get(f"{path}&format=json").get_json()
        assert listed["total"] == int(number), path


def test_number_zero_links_no_list(real_client: FlaskClient) -> None:
    page = html(real_client, "/queries/coverage-of-actions")
    assert (
        '<td role="cell" class="figure" data-heading="Number of practices"><bdi>0</bdi></td>'
        in page
    )
