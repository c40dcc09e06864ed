"""/check on the real graph: the verdicts on the claims of claims.csv, their statements and sources, and bad input.

`claims.csv` was written before the checks. Claims that are `apart` were first checked when the checks were complete.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

CLAIMS = list(csv.DictReader(Path(__file__).with_name("claims.csv").read_text("utf-8").splitlines()))
PARTS = ("resource", "relation", "value", "unit", "bound", "date")

PERMIT, PROTECT, NIGER = "Colombia’s Special Stay Permit", "PROTECT project", "country:NER"


def ask(client: FlaskClient, *parts: str, lang: str = "en", **more: str) -> dict[str, Any]:
    asked = dict(zip(PARTS, parts, strict=False)) | more | {"format": "json", "lang": lang}
    return client.get("/check", query_string=asked).get_json()


@pytest.fixture(scope="module")
def real(real_app: Flask) -> FlaskClient:
    return real_app.test_client(use_cookies=False)


@pytest.fixture(scope="module")
def verdicts(real: FlaskClient) -> list[tuple[dict[str, str], str]]:
    return [(claim, ask(real, *(claim[part] for part in PARTS))["verdict"]) for claim in CLAIMS]


def test_numbers_of_claims() -> None:
    assert len(CLAIMS) >= 150
    assert sum(claim["apart"] == "yes" for claim in CLAIMS) * 3 >= len(CLAIMS) - 2
    assert Counter(claim["verdict"] for claim in CLAIMS).keys() == {
        "supported", "contradicted", "not stated", "not understood",
    }  # fmt: skip


@pytest.mark.parametrize("apart", ["", "yes"])
def test_verdicts(verdicts: list[tuple[dict[str, str], str]], apart: str) -> None:
    found = [(claim, verdict.removesuffix(" here")) for claim, verdict in verdicts if claim["apart"] == apart]
    decided = {"supported", "contradicted"}
    wrong = [(claim, verdict) for claim, verdict in found if verdict in decided and verdict != claim["verdict"]]
    assert wrong == []
    known = [verdict == claim["verdict"] for claim, verdict in found if claim["verdict"] in decided]
    assert sum(known) >= 0.95 * len(known)


@pytest.mark.parametrize(
    ("claim", "verdict", "statements"),
    [
        ((PERMIT, "country", "Colombia"), "stated", ["gcm:country"]),
        ((NIGER, "region", "Africa"), "inferred", ["gcm:region", "skos:broader", "skos:broader"]),
        (("Child and Family Support Hubs (Blue Dots)", "country", "Niger"), "inferred", ["dct:hasPart", "gcm:country"]),
        ((PERMIT, "result", "180000", "Venezuelan"), "stated", ["schema:result", "schema:value", "schema:unitText"]),
        (("objective 9", "has action", "9b"), "stated", ["gcm:objective"]),
        ((NIGER, "région", "Asie"), "other", ["gcm:region"]),
        (("RCM", "member", "France"), "unlisted", ["org:hasMember"] * 3),
        (
            ("Albania", "party to", "XVIII-12-b"),
            "stated",
            ["gcm:participant", "gcm:bindingDate", "gcm:participationIn"],
        ),
        ((PROTECT, "start", "2013"), "excluded", ["schema:startDate"]),
        ((PROTECT, "start", "2014-02"), "open", ["schema:startDate"]),
        ((PROTECT, "legal basis", "Paris Agreement"), "silent", []),
    ],
)
def test_statements_of_a_verdict(
    real: FlaskClient, claim: tuple[str, ...], verdict: str, statements: list[str]
) -> None:
    found = ask(real, *claim)
    assert found["reason"] == verdict
    addresses = real.application.extensions["gcmgraph"].addresses
    assert [addresses.short_form(one["property"]["iri"]) for one in found["statements"]] == statements
    for one in found["statements"]:
        assert one["sources"], one
        for source in one["sources"]:
            assert source["document"]["name"]
            assert source["kind"] in {"source", "reference", "curated"}
            assert source["kind"] != "source" or source["by"][0]["name"] == "United Nations"


def test_passage_of_a_statement(real: FlaskClient) -> None:
    (statement,) = ask(real, "GLO.ACT Asie et Moyen-Orient", "début", "2018", lang="fr")["statements"]
    source = next(one for one in statement["sources"] if one["document"]["iri"].endswith("objective-09.fr"))
    assert "2018" in source["quotation"]
    assert source["characters"][0] < source["characters"][1]
    assert source["read_by"] == "editor"
    assert real.get(source["evidence"].partition("#")[0], headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize(
    ("parts", "part", "reason"),
    [
        (("", "country", "France"), "resource", "missing"),
        ((PROTECT, " ", "France"), "relation", "missing"),
        ((PROTECT,), "relation", "missing"),
        ((PROTECT, "country", "x" * 10_000), "", ""),
        ((PROTECT, "country", "x" * 501), "value", "long"),
        ((PROTECT, "country", "Fra\0nce"), "value", "long"),
        ((PROTECT, "country", "Germany", "", "at least"), "bound", "bound"),
        ((PROTECT, "start", "2014", "", "more than"), "bound", "bound"),
        ((PROTECT, "start", "2014", "EUR"), "unit", "unit"),
        ((PROTECT, "country", "Germany", "", "", "2014"), "date", "day"),
        ((PROTECT, "start", "2014-02-30"), "value", "date"),
        ((PROTECT, "start", "last year"), "value", "date"),
        (("Albania", "party to", "XVIII-12", "", "", "2014-13"), "date", "date"),
        ((PROTECT, "budget", "a lot"), "value", "number"),
        (("Counter-Smuggling Work Plan 2019–2025", "binding", "perhaps"), "value", "yes or no"),
        ((PROTECT, "colour of hope", "Germany"), "relation", "relation"),
        ((NIGER, "budget", "5"), "relation", "unfit"),
        (("Congo", "region", "Africa"), "resource", "ambiguous"),
        (("PROTECT projekt", "country", "UNHCR"), "value", "unknown"),
        (("Wakandian plan", "country", "France"), "resource", "unknown"),
        (("<http://[::1", "country", "France"), "resource", "unknown"),
        (("' OR 1=1 --", "country", "France"), "resource", "unknown"),
    ],
)
def test_claims_that_are_not_understood(real: FlaskClient, parts: tuple[str, ...], part: str, reason: str) -> None:
    asked = dict(zip(PARTS, parts, strict=False))
    response = real.get("/check", query_string=asked | {"format": "json"})
    if not part:  # refused by the server as an address
        assert response.status_code in {200, 400, 414}
        return
    found = response.get_json()
    assert response.status_code == (400 if reason in {"missing", "long", "bound", "unit", "day"} else 200)
    assert found["part"] == part
    assert reason == found.get("reason", reason)
    sentence = found.get("explanation") or found["detail"]
    assert sentence.endswith(".")
    page = real.get("/check", query_string=asked | {"lang": "en"}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert sentence.partition("'")[0] in page.text


def test_candidates_of_an_ambiguous_name(real: FlaskClient) -> None:
    found = ask(real, "Congo", "region", "Africa")
    assert [one["iri"].rpartition("/")[2] for one in found["candidates"]] == ["COG", "COD"]
    titles = ask(real, "Bilateral labour agreements", "country", "Japan")["candidates"]
    assert {one["name"] for one in titles} >= {
        "Bilateral labour agreements (objective 5)", "Bilateral labour agreements (objective 6)",
    }  # fmt: skip
