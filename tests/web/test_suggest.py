"""/suggest and the suggestions of the form, over everything that this repository publishes."""

from __future__ import annotations

import json
import urllib.parse

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.publication.suggestions import LONGEST

TEXT = "Consular desks of the Philippines give identity papers to migrant workers"
FORM = "application/x-www-form-urlencoded"
CSV = 'title [en],description [en]\nDesks,"Desks give identity papers"\nFund,"Lower cost of remittances"\n"هذا نص",\n'


@pytest.fixture(scope="module")
def client(real_app: Flask) -> FlaskClient:
    return real_app.test_client()


def asked(client: FlaskClient, body: bytes, kind: str, accept: str = "*/*", path: str = "/suggest") -> tuple[int, str]:
    """The status and the body of the answer to POST."""
    reply = client.post(path, data=body, content_type=kind, headers={"Accept": accept, "Accept-Language": "en"})
    return reply.status_code, reply.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (TEXT.encode(), "text/plain"), (json.dumps({"text": TEXT}).encode(), "application/json"),
        (urllib.parse.urlencode({"text": TEXT}).encode(), FORM),
    ],
)  # fmt: skip
def test_suggestions_of_a_text(client: FlaskClient, body: bytes, kind: str) -> None:
    status, answer = asked(client, body, kind)
    assert status == 200
    [found] = json.loads(answer)["texts"]
    first = found["suggestions"]["objectives"][0]
    assert first["code"] == "4"
    assert {"identity", "papers"} <= set(first["words"])
    assert first["score"] > found["suggestions"]["objectives"][1]["score"]
    assert found["suggestions"]["countries"][0]["iri"].endswith("/id/country/PHL")


def test_page_of_suggestions(client: FlaskClient) -> None:
    status, page = asked(client, urllib.parse.urlencode({"text": f"{TEXT} <b>"}).encode(), FORM, "text/html")
    assert status == 200
    assert "<mark><bdi>identity</bdi></mark>" in page
    assert f"{TEXT} &lt;b&gt;</textarea>" in page
    assert 'href="/doc/objective/4"' in page


def test_suggestions_per_practice(client: FlaskClient) -> None:
    status, answer = asked(client, CSV.encode(), "text/csv")
    assert status == 200
    texts = json.loads(answer)["texts"]
    assert [(one["title"]["en"], one["suggestions"]["objectives"][0]["code"]) for one in texts[:2]] == [
        ("Desks", "4"),
        ("Fund", "20"),
    ]
    assert "no word in English" in texts[2]["problem"]
    part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n{CSV}\r\n--b--\r\n'
    status, page = asked(client, part.encode(), "multipart/form-data; boundary=b", "text/html")
    assert status == 200
    assert "<h3><bdi>Fund</bdi></h3>" in page
    assert '<p lang="en" dir="auto">There is no word in English' in page


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"", "text/plain", "There is no text."), (b"text=", FORM, "There is no text."),
        ("هذا نص".encode(), "text/plain", "There is no word in English, French or Spanish"),
        (b"ab " * 340_000, "text/plain", f"the limit is {LONGEST:,}"),
        (b"\xff\xfe", "text/plain", "There is no word"), (b"[]", "application/json", "JSON object"),
        (b"x", "application/pdf", "format"),
        (b"<http://a.example/> a <http://a.example/> .", "text/turtle", "describes no practice"),
    ],
)  # fmt: skip
def test_unusable_text_returns_400(client: FlaskClient, body: bytes, kind: str, said: str) -> None:
    for accept in ("*/*", "text/html"):
        status, answer = asked(client, body, kind, accept)
        assert (status, said in answer) == (400, True)


def test_suggestions_in_the_form(client: FlaskClient) -> None:
    kind = "https://w3id.org/gcmgraph/id/concept/practice-type/permit-or-document"
    fields = {"dct:title@en": "Identity desks", "dct:description@en": TEXT, "dct:type": kind, "do": "suggest"}
    path = "/contributions/form/practice"
    status, page = asked(client, urllib.parse.urlencode(fields).encode(), FORM, "text/html", path)
    assert status == 200
    assert "nothing was filled in" in page
    assert "<mark><bdi>identity</bdi></mark>" in page.replace("Identity", "identity")
    assert "<mark><bdi>document</bdi></mark>" in page
    assert page.partition('<form class="described"')[2].count(" selected") == 1  # the type, as submitted
    status, page = asked(client, b"do=suggest", FORM, "text/html", path)
    assert status == 400
    assert "There is no word" in page
