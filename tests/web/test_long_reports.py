"""Reports with more findings than they list, over HTTP."""

from __future__ import annotations

import json
import re

import pytest
from desk_over_http import Served

from gcmgraph.validation.report import LISTED

#: Numbers of statements that no contribution may make (49,990, about the most there may be, passed on 2026-11-28).
SMALL, LARGE = LISTED + 100, 5_000
TURTLE = {"Content_Type": "text/turtle"}


def refused(count: int) -> bytes:
    head = b"@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    return head + b"".join(b"<https://example.org/%d> owl:sameAs <https://example.org/> .\n" % n for n in range(count))


@pytest.mark.parametrize("count", [SMALL, pytest.param(LARGE, marks=pytest.mark.exhaustive)])
def test_size_of_a_long_report(desk: Served, count: int) -> None:
    answer = desk.ask("/validate", refused(count), Accept="application/json", **TURTLE)
    document = answer.json
    assert (document["total"], document["violations"], len(document["results"])) == (count, count, LISTED)
    assert [kind["count"] for kind in document["kinds"]] == [count]
    assert len(answer.body) < 2_500_000
    page = desk.ask("/validate?lang=fr", refused(count), Accept="text/html", **TURTLE).body.decode()
    assert page.count('<li class="violation">') == LISTED
    assert re.search(f"<li>{str(count)[:-3]}.?{str(count)[-3:]} × ", page)
    assert "Seuls les 1000 premiers problèmes sont listés" in page
    assert len(page) < 2_500_000


@pytest.mark.parametrize("count", [SMALL, pytest.param(LARGE, marks=pytest.mark.exhaustive)])
def test_report_of_all_findings(desk: Served, count: int) -> None:
    answer = desk.ask("/validate?findings=all&format=json", refused(count), **TURTLE)
    assert answer.headers["content-type"] == "application/json"
    assert len(json.loads(answer.body)["results"]) == count


def test_syntax_error_with_all_findings(desk: Served) -> None:
    assert desk.ask("/validate?findings=all", b"<", Accept="text/turtle", **TURTLE).status == 400
