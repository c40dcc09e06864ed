"""Addresses that earlier releases had answer 410 with what to use."""

from __future__ import annotations

from html import unescape

import pytest
from flask.testing import FlaskClient

from gcmgraph.translations import LANGUAGES

REMOVED = [
    "/reconcile/v1", "/reconcile/v1/match", "/reconcile/v1/suggest/entity", "/reconcile/match", "/reconcile/reconcile",
    "/reconcile/extend", "/reconcile/extend/propose", "/contributions/feed", "/contributions/feed/lnk_0_0",
]  # fmt: skip


@pytest.mark.parametrize("address", REMOVED)
def test_removed_address_names_what_to_use(client: FlaskClient, address: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        response = client.open(f"{address}?x=1", method=method)
        assert (response.status_code, response.mimetype) == (410, "application/problem+json"), (
            method
        )
        problem = response.get_json()
        assert problem["detail"] == f"The address {address} was removed."
        assert problem["hint"].startswith("Use ")
    assert client.head(address).status_code == 410


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_of_a_removed_address_is_in_the_language_of_the_reader(
    client: FlaskClient, language: str
) -> None:
    problem = client.get(f"/reconcile/v1?lang={language}").get_json()
    response = client.get(f"/reconcile/v1?lang={language}", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (410, "text/html")
    assert problem["hint"] in unescape(response.text)
    english = client.get("/reconcile/v1?lang=en").get_json()
    assert (problem["detail"] == english["detail"]) is (language == "en")
    assert (problem["hint"] == english["hint"]) is (language == "en")


def test_longer_and_other_addresses_are_not_removed(client: FlaskClient) -> None:
    for address in ("/reconcile", "/reconcile/properties", "/reconcile/suggest/entity?prefix=a"):
        assert client.get(address).status_code == 200, address
    for address in ("/reconcile/v10", "/reconcile/matches"):
        assert client.get(address).status_code == 404, address


def test_description_of_the_interface_lacks_removed_addresses(client: FlaskClient) -> None:
    assert not {*client.get("/openapi.json").get_json()["paths"]} & {*REMOVED}
