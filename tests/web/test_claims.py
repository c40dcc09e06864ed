"""/check on the real graph: the verdicts on the claims of claims.csv, their statements and sources, and bad input.

`claims.csv` was written before the checks. Claims that are `apart` were first checked when the checks were complete.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

CLAIMS, NOT_UNDERSTOOD = (
    list(csv.DictReader(Path(__file__).with_name(name).read_text("utf-8").splitlines()))
    for name in ("claims.csv", "claims_not_understood.csv")
)
PARTS = ("resource", "relation", "value", "unit", "bound", "date")

PERMIT, PROTECT, NIGER = "Colombia’s Special Stay Permit", "PROTECT project", "country:NER"
TREATY = ["gcm:participant", "gcm:bindingDate", "gcm:participationIn"]


def ask(client: FlaskClient, *parts: str, lang: str = "en", **more: str) -> dict[str, Any]:
    asked = dict(zip(PARTS, parts, strict=False)) | more | {"format": "json", "lang": lang}
    return client.get("/check", query_string=asked).get_json()


def test_verdicts(real_client: FlaskClient) -> None:
    verdicts = [ask(real_client, *(claim[part] for part in PARTS))["verdict"].removesuffix(" here") for claim in CLAIMS]
    decided, judged = {"supported", "contradicted"}, list(zip(CLAIMS, verdicts, strict=True))
    assert [(claim, one) for claim, one in judged if one in decided and one != claim["verdict"]] == []
    for apart in ("", "yes"):
        found = [(claim, one) for claim, one in judged if claim["apart"] == apart]
        known = [one == claim["verdict"] for claim, one in found if claim["verdict"] in decided]
        assert len(found) >= 50
        assert sum(known) >= 0.95 * len(known)


@pytest.mark.parametrize(
    ("claim", "verdict", "statements"),
    [
        ((PERMIT, "country", "Colombia"), "stated", ["gcm:country"]),
        ((NIGER, "region", "Africa"), "inferred", ["gcm:region", "skos:broader", "skos:broader"]),
        ((PERMIT, "result", "180000", "Venezuelan"), "stated", ["schema:result", "schema:value", "schema:unitText"]),
        ((NIGER, "région", "Asie"), "other", ["gcm:region"]),
        (("RCM", "member", "France"), "unlisted", ["org:hasMember"] * 3),
        (("Albania", "party to", "XVIII-12-b"), "stated", TREATY),
        ((PROTECT, "start", "2013"), "excluded", ["schema:startDate"]),
        ((PROTECT, "start", "2014-02"), "open", ["schema:startDate"]),
        ((PROTECT, "legal basis", "Paris Agreement"), "silent", []),
    ],
)
def test_statements_of_a_verdict(
    real_client: FlaskClient, claim: tuple[str, ...], verdict: str, statements: list[str]
) -> None:
    found = ask(real_client, *claim)
    assert found["reason"] == verdict
    addresses = real_client.application.extensions["gcmgraph"].addresses
    assert [addresses.short_form(one["property"]["iri"]) for one in found["statements"]] == statements
    for one in found["statements"]:
        assert one["sources"], one
        for source in one["sources"]:
            assert source["document"]["name"]
            assert source["kind"] in {"source", "reference", "curated"}
            assert source["kind"] != "source" or source["by"][0]["name"] == "United Nations"


def test_passage_of_a_statement(real_client: FlaskClient) -> None:
    (statement,) = ask(real_client, "GLO.ACT Asie et Moyen-Orient", "début", "2018", lang="fr")["statements"]
    source = next(one for one in statement["sources"] if one["document"]["iri"].endswith("objective-09.fr"))
    assert "2018" in source["quotation"]
    assert source["characters"][0] < source["characters"][1]
    assert source["read_by"] == "editor"
    assert real_client.get(source["evidence"].partition("#")[0], headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize(
    "row", [*NOT_UNDERSTOOD, {**NOT_UNDERSTOOD[2], "value": "x" * 501}], ids=lambda row: row["value"][:9]
)
def test_claims_that_are_not_understood(real_client: FlaskClient, row: dict[str, str]) -> None:
    asked = {part: row[part].replace("\\0", "\0") for part in PARTS if row[part]}
    response = real_client.get("/check", query_string=asked | {"format": "json"})
    found, reason = response.get_json(), row["reason"]
    assert response.status_code == (400 if reason in {"missing", "long", "bound", "unit", "day"} else 200)
    assert (found["part"], found.get("reason", reason)) == (row["part"], reason)
    sentence = found.get("explanation") or found["detail"]
    assert sentence.endswith(".")
    page = real_client.get("/check", query_string=asked | {"lang": "en"}, headers={"Accept": "text/html"})
    assert (page.status_code, sentence.partition("'")[0] in page.text) == (200, True)


def test_candidates_of_an_ambiguous_name(real_client: FlaskClient) -> None:
    found = ask(real_client, "Congo", "region", "Africa")
    assert [one["iri"].rpartition("/")[2] for one in found["candidates"]] == ["COG", "COD"]
    titles = ask(real_client, "Bilateral labour agreements", "country", "Japan")["candidates"]
    assert {one["name"] for one in titles} >= {
        "Bilateral labour agreements (objective 5)", "Bilateral labour agreements (objective 6)",
    }  # fmt: skip
