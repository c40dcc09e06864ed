"""Remarks of readers: form, storage, state for the sender, answers of curators."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.remarks import LIMITS, RemarkBox

COUNTRY = "/doc/country/AFG"
PAGE = {"Accept": "text/html"}
_addresses = iter(range(1, 60_000))


def address() -> dict[str, str]:
    """Headers of a client that sent nothing before."""
    number = next(_addresses)
    return {"X-Forwarded-For": f"203.{number // 250 % 250}.{number % 250}.7"}


def send(client: FlaskClient, headers: dict[str, str] | None = None, /, **given: str) -> TestResponse:
    return client.post("/feedback", json={"reason": "Wrong.", **given}, headers={**address(), **(headers or {})})


@pytest.fixture(scope="module")
def tokens(app: Flask) -> dict[Role, dict[str, str]]:
    """Headers with the token of each role."""
    box = Tokens(Database(app.config["CONTRIBUTIONS"]))
    made = {role: box.create(role, role.title(), f"https://remarks.example/{role}")[1] for role in Role}
    return {role: {"Authorization": f"Bearer {token}"} for role, token in made.items()}


def links(client: FlaskClient, page: str) -> list[str]:
    """The addresses of the form that a page names."""
    text = client.get(page, headers=PAGE).get_data(as_text=True)
    return [html.unescape(found) for found in re.findall(r'href="(/feedback[^"]*)"', text)]


def test_remark_from_form_to_answer(client: FlaskClient, tokens: dict[Role, dict[str, str]]) -> None:
    *statements, footer = links(client, COUNTRY)
    assert footer == f"/feedback?page={COUNTRY}"
    assert len(statements) > 3
    form = client.get(statements[0], headers=PAGE)
    assert form.headers["X-Robots-Tag"] == "noindex"
    text = form.get_data(as_text=True)
    assert '<meta name="robots" content="noindex">' in text
    assert "Afghanistan" in text
    given = dict(re.findall(r'<input type="hidden" name="(page|statement)" value="([^"]*)"', text))
    assert given["page"] == COUNTRY
    fields = {**given, "reason": "The name is <b>wrong</b>.", "correction": "Better", "email": "reader@example.org"}
    sent = client.post("/feedback", data=fields, headers={**PAGE, **address()})
    assert sent.status_code == 201
    place = sent.headers["Location"]
    assert place in sent.get_data(as_text=True)

    seen = client.get(place).get_json()
    assert seen["state"] == "received"
    assert seen["statement"]["subject"].endswith("/id/country/AFG")
    assert set(seen["statement"]) == {"subject", "predicate", "object", "graph"}
    assert seen["reason"] == "The name is <b>wrong</b>."
    for headers in ({}, PAGE, tokens[Role.CONTRIBUTOR]):
        assert b"reader@example.org" not in client.get(place, headers=headers).data
    page = client.get(place, headers=PAGE)
    assert "The name is &lt;b&gt;wrong&lt;/b&gt;." in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"

    queue = client.get("/feedback/review", headers=tokens[Role.CURATOR]).get_json()["remarks"]
    assert [one["email"] for one in queue if one["href"] == place] == ["reader@example.org"]
    desk = client.get("/feedback/review", headers={**PAGE, **tokens[Role.CURATOR]}).get_data(as_text=True)
    assert f'href="{place}"' in desk
    assert f'href="{COUNTRY}"' in desk

    answer = {"decision": "answer", "reason": "Corrected in the next version."}
    assert client.post(place, json=answer).status_code == 401
    assert client.post(place, json=answer, headers=tokens[Role.CONTRIBUTOR]).status_code == 403
    assert client.post(place, json={**answer, "reason": " "}, headers=tokens[Role.CURATOR]).status_code == 400
    assert client.post(place, json={**answer, "decision": "x"}, headers=tokens[Role.CURATOR]).status_code == 400
    done = client.post(place, data=answer, headers={**PAGE, **tokens[Role.CURATOR]})
    assert (done.status_code, done.headers["Location"]) == (303, place)
    assert client.post(place, json=answer, headers=tokens[Role.CURATOR]).status_code == 409
    seen = client.get(place).get_json()
    assert (seen["state"], seen["answer"]["reason"]) == ("answered", "Corrected in the next version.")
    assert "by" not in seen["answer"]
    assert "Corrected in the next version." in client.get(place, headers=PAGE).get_data(as_text=True)
    answered = client.get("/feedback/review?state=answered", headers=tokens[Role.CURATOR]).get_json()["remarks"]
    assert place in [one["href"] for one in answered]


def test_queue_requires_a_curator(client: FlaskClient, tokens: dict[Role, dict[str, str]]) -> None:
    assert client.get("/feedback/review").status_code == 401
    assert client.get("/feedback/review", headers=tokens[Role.CONTRIBUTOR]).status_code == 403
    assert client.get("/feedback/01M8DRYB2H4DPGR5RBG8TZK8C0").status_code == 404
    assert client.get("/feedback/..%2ftokens").status_code == 404


def test_addresses_of_statements(client: FlaskClient) -> None:
    for page in (COUNTRY, "/doc/objective/9", "/"):
        for link in dict.fromkeys(links(client, page)):
            assert client.get(link, headers=PAGE).status_code == 200, link


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ({"reason": " "}, 400, "'reason' is missing"),
        ({"reason": "x" * 2_001}, 400, "2,001 characters; the limit is 2,000"),
        ({"source": "x" * 501}, 400, "the limit is 500"),
        ({"reason": "a\0b"}, 400, "control character"),
        ({"correction": "\x1b[2J"}, 400, "control character"),
        ({"email": "nobody"}, 400, "not an e-mail address"),
        ({"email": "a@b.example\nBcc: c@d.example"}, 400, "not an e-mail address"),
        ({"page": "/doc/country/NONE"}, 404, "There is no page"),
        ({"page": "/none"}, 404, "There is no page"),
        ({"page": "//evil.example/"}, 404, "There is no page"),
        ({"page": "https://evil.example/"}, 404, "There is no page"),
        ({"page": "javascript:alert(1)"}, 404, "There is no page"),
        ({"page": "/" + "x" * 9_000}, 404, "There is no page"),
        ({"page": COUNTRY, "statement": "0123456789ab"}, 404, "no such statement"),
        ({"statement": "0123456789ab"}, 404, "There is no page"),
        ({"page": "/browse/country", "statement": "0123456789ab"}, 404, "There is no page"),
    ],
)
def test_invalid_remarks_are_refused(
    app: Flask, client: FlaskClient, given: dict[str, str], status: int, told: str
) -> None:
    before = RemarkBox(Database(app.config["CONTRIBUTIONS"])).identifiers()
    answer = send(client, **given)
    assert answer.status_code == status
    assert told in answer.get_json()["detail"]
    page = client.post("/feedback", data={"reason": "Wrong.", **given}, headers={**PAGE, **address()})
    assert page.status_code == status
    assert 'role="alert"' in page.get_data(as_text=True)
    assert RemarkBox(Database(app.config["CONTRIBUTIONS"])).identifiers() == before


def test_refused_form_retains_values(client: FlaskClient) -> None:
    fields = {"page": COUNTRY, "reason": "The <i>name</i>.", "source": "A book", "email": "no"}
    text = client.post("/feedback", data=fields, headers={**PAGE, **address()}).get_data(as_text=True)
    assert "The &lt;i&gt;name&lt;/i&gt;.</textarea>" in text
    assert 'value="A book"' in text
    assert f'name="page" value="{COUNTRY}"' in text


def test_controls_of_direction_are_removed(client: FlaskClient) -> None:
    made = send(client, reason="\u202eabc\u2066d\u2069", source="\u200f\u0643\u062a\u0627\u0628").get_json()
    assert made["reason"] == "abcd"
    assert made["source"] == "\u200f\u0643\u062a\u0627\u0628"


def test_long_and_ill_formed_bodies_are_refused(client: FlaskClient) -> None:
    form, json = "application/x-www-form-urlencoded", "application/json"
    long = client.post("/feedback", data=f"reason={'x' * 2**20}", headers=address(), content_type=form)
    assert long.status_code == 413
    for body in ("[]", '{"reason": 1}', "[" * 100_000, "{"):
        assert client.post("/feedback", data=body, headers=address(), content_type=json).status_code == 400
    assert send(client, reason="x" * LIMITS["reason"]).status_code == 201


def test_remark_of_another_site_returns_403(client: FlaskClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert send(client, headers).status_code == 403
    assert send(client, {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}).status_code == 201


def test_limit_of_remarks_by_address(client: FlaskClient) -> None:
    one = address()
    answers = [send(client, one) for _ in range(22)]
    assert [answer.status_code for answer in answers[:20]] == [201] * 20
    assert {answer.status_code for answer in answers[20:]} == {429}
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert "More than 20 remarks came from this address in an hour." in answers[-1].get_json()["detail"]
    assert send(client).status_code == 201


def test_metrics_of_remarks(client: FlaskClient, app: Flask) -> None:
    assert send(client).status_code == 201
    counts = RemarkBox(Database(app.config["CONTRIBUTIONS"])).counts()
    assert counts.waiting > 0
    metrics = client.get("/metrics").get_data(as_text=True)
    assert f'gcmgraph_remarks{{state="received"}} {counts.waiting}\n' in metrics
    assert f'gcmgraph_remarks{{state="answered"}} {counts.answered}\n' in metrics
