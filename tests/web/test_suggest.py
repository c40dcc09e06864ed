"""/suggest and the suggestions of the form, over everything that this repository publishes."""

from __future__ import annotations

import json
import urllib.parse

import pytest

from attackers import ask
from gcmgraph.publication.suggestions import LONGEST

TEXT = "Consular desks of the Philippines give identity papers to migrant workers"
FORM = "application/x-www-form-urlencoded"
CSV = 'title [en],description [en]\nDesks,"Desks give identity papers"\nFund,"Lower cost of remittances"\n"هذا نص",\n'


def asked(site: str, body: bytes, kind: str, accept: str = "*/*", path: str = "/suggest") -> tuple[int, str]:
    """The status and the body of the answer to POST."""
    reply = ask(site, path, body, Content_Type=kind, Accept=accept, Accept_Language="en")
    return reply.status, reply.body.decode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (TEXT.encode(), "text/plain"), (json.dumps({"text": TEXT}).encode(), "application/json"),
        (urllib.parse.urlencode({"text": TEXT}).encode(), FORM),
    ],
)  # fmt: skip
def test_suggestions_of_a_text(site: str, body: bytes, kind: str) -> None:
    status, answer = asked(site, body, kind)
    assert status == 200
    [found] = json.loads(answer)["texts"]
    first = found["suggestions"]["objectives"][0]
    assert first["code"] == "4"
    assert {"identity", "papers"} <= set(first["words"])
    assert first["score"] > found["suggestions"]["objectives"][1]["score"]
    assert found["suggestions"]["countries"][0]["iri"].endswith("/id/country/PHL")


def test_suggestions_per_practice(site: str) -> None:
    status, answer = asked(site, CSV.encode(), "text/csv")
    assert status == 200
    texts = json.loads(answer)["texts"]
    assert [(one["title"]["en"], one["suggestions"]["objectives"][0]["code"]) for one in texts[:2]] == [
        ("Desks", "4"),
        ("Fund", "20"),
    ]
    assert "no word in English" in texts[2]["problem"]
    part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n{CSV}\r\n--b--\r\n'
    status, page = asked(site, part.encode(), "multipart/form-data; boundary=b", "text/html")
    assert status == 200
    assert "<h3><bdi>Fund</bdi></h3>" in page
    assert '<p lang="en" dir="auto">There is no word in English' in page


def test_page_of_suggestions(site: str) -> None:
    status, page = asked(site, urllib.parse.urlencode({"text": f"{TEXT} <b>"}).encode(), FORM, "text/html")
    assert status == 200
    assert "<mark><bdi>identity</bdi></mark>" in page
    assert f"{TEXT} &lt;b&gt;</textarea>" in page
    assert 'href="/doc/objective/4"' in page


@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        (b"", "text/plain", 400, "There is no text."), (b"text=", FORM, 400, "There is no text."),
        ("هذا نص".encode(), "text/plain", 400, "There is no word in English, French or Spanish"),
        (b"?!.", "text/plain", 400, "There is no word in English, French or Spanish"),
        (b"ab " * 340_000, "text/plain", 400, f"the limit is {LONGEST:,}"),
        (b"\xff\xfe", "text/plain", 400, "There is no word"), (b"[]", "application/json", 400, "JSON object"),
        (b"x", "application/pdf", 400, "format"),
        (b"<http://a.example/> a <http://a.example/> .", "text/turtle", 400, "describes no practice"),
    ],
)  # fmt: skip
def test_unusable_text_returns_400(site: str, body: bytes, kind: str, status: int, said: str) -> None:
    answered, problem = asked(site, body, kind)
    assert answered == status
    assert said in json.loads(problem)["detail"]
    answered, page = asked(site, body, kind, "text/html")
    assert answered == status
    assert said in page


def test_suggestions_in_the_form(site: str) -> None:
    kind = "https://w3id.org/gcmgraph/id/concept/practice-type/permit-or-document"
    fields = {"dct:title@en": "Identity desks", "dct:description@en": TEXT, "dct:type": kind, "do": "suggest"}
    path = "/contributions/form/practice"
    status, page = asked(site, urllib.parse.urlencode(fields).encode(), FORM, "text/html", path)
    assert status == 200
    assert "nothing was filled in" in page
    assert "<mark><bdi>identity</bdi></mark>" in page.replace("Identity", "identity")
    assert "<mark><bdi>document</bdi></mark>" in page
    assert page.partition('<form class="described"')[2].count(" selected") == 1  # the type, as submitted
    status, page = asked(site, b"do=suggest", FORM, "text/html", path)
    assert status == 400
    assert "There is no word" in page
