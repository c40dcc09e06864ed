"""Remarks of readers: form, storage, state for the sender, answers of curators."""

from __future__ import annotations

import html
import re

import pytest
from desk_over_http import headers_of
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.remarks import LIMITS, RemarkBox

COUNTRY = "/doc/country/AFG"
NO_PAGES = (
    "/doc/country/NONE",
    "//evil.example/",
    "https://evil.example/",
    "javascript:alert(1)",
    "/" + "x" * 9_000,
)
PAGE = {"Accept": "text/html"}
_addresses = iter(range(1, 60_000))


def address() -> dict[str, str]:
    """Headers of a client that sent nothing before."""
    number = next(_addresses)
    return {"X-Forwarded-For": f"203.{number // 250 % 250}.{number % 250}.7"}


def send(
    client: FlaskClient, headers: dict[str, str] | None = None, /, **given: str
) -> TestResponse:
    return client.post(
        "/feedback", json={"reason": "Wrong.", **given}, headers={**address(), **(headers or {})}
    )


def test_remark_from_form_to_answer(client: FlaskClient) -> None:
    tokens = {role: headers_of(client.application.config["CONTRIBUTIONS"], role) for role in Role}
    found = re.findall(r'href="(/feedback[^"]*)"', client.get(COUNTRY, headers=PAGE).text)
    *statements, footer = map(html.unescape, found)
    assert footer == f"/feedback?page={COUNTRY}"
    assert len(statements) > 3
    form = client.get(statements[0], headers=PAGE)
    assert form.headers["X-Robots-Tag"] == "noindex"
    text = form.get_data(as_text=True)
    assert '<meta name="robots" content="noindex">' in text
    assert "Afghanistan" in text
    given = dict(re.findall(r'<input type="hidden" name="(page|statement)" value="([^"]*)"', text))
    fields = {
        **given,
        "reason": "The name is <b>wrong</b>.",
        "correction": "Better",
        "email": "reader@example.org",
    }
    sent = client.post("/feedback", data=fields, headers={**PAGE, **address()})
    assert sent.status_code == 201
    place = sent.headers["Location"]
    assert place in sent.get_data(as_text=True)

    seen = client.get(place).get_json()
    assert (seen["state"], seen["reason"]) == ("received", "The name is <b>wrong</b>.")
    assert seen["statement"]["subject"].endswith("/id/country/AFG")
    assert set(seen["statement"]) == {"subject", "predicate", "object", "graph"}
    for headers in ({}, PAGE, tokens[Role.CONTRIBUTOR]):
        assert b"reader@example.org" not in client.get(place, headers=headers).data
    page = client.get(place, headers=PAGE)
    assert "The name is &lt;b&gt;wrong&lt;/b&gt;." in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"

    queue = client.get("/feedback/review", headers=tokens[Role.CURATOR]).get_json()["remarks"]
    assert [one["email"] for one in queue if one["href"] == place] == ["reader@example.org"]
    desk = client.get("/feedback/review", headers={**PAGE, **tokens[Role.CURATOR]}).text
    assert {place, COUNTRY} <= set(re.findall(r'href="([^"]+)"', desk))

    answer = {"decision": "answer", "reason": "Corrected in the next version."}
    for headers, given, status in (
        ({}, answer, 401),
        (tokens[Role.CONTRIBUTOR], answer, 403),
        (tokens[Role.CURATOR], {**answer, "reason": " "}, 400),
        (tokens[Role.CURATOR], {**answer, "decision": "x"}, 400),
    ):
        assert client.post(place, json=given, headers=headers).status_code == status
    done = client.post(place, data=answer, headers={**PAGE, **tokens[Role.CURATOR]})
    assert (done.status_code, done.headers["Location"]) == (303, place)
    assert client.post(place, json=answer, headers=tokens[Role.CURATOR]).status_code == 409
    seen = client.get(place).get_json()
    assert (seen["state"], seen["answer"]["reason"]) == (
        "answered",
        "Corrected in the next version.",
    )
    assert "by" not in seen["answer"]
    assert "Corrected in the next version." in client.get(place, headers=PAGE).get_data(
        as_text=True
    )
    answered = client.get(
        "/feedback/review?state=answered", headers=tokens[Role.CURATOR]
    ).get_json()["remarks"]
    assert place in [one["href"] for one in answered]
    assert client.get("/feedback/review").status_code == 401
    assert client.get("/feedback/review", headers=tokens[Role.CONTRIBUTOR]).status_code == 403
    assert client.get("/feedback/01M8DRYB2H4DPGR5RBG8TZK8C0").status_code == 404
    counts, metrics = (
        RemarkBox(Database(client.application.config["CONTRIBUTIONS"])).counts(),
        client.get("/metrics"),
    )
    assert f'gcmgraph_remarks{{state="received"}} {counts.waiting}\n' in metrics.text
    assert f'gcmgraph_remarks{{state="answered"}} {counts.answered}\n' in metrics.text
    assert counts.answered > 0


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ({"reason": " "}, 400, "'reason' is missing"),
        ({"reason": "x" * 2_001}, 400, "2,001 characters; the limit is 2,000"),
        ({"source": "x" * 501}, 400, "the limit is 500"),
        ({"correction": "\x1b[2J"}, 400, "control character"),
        ({"email": "nobody"}, 400, "not an e-mail address"),
        ({"email": "a@b.example\nBcc: c@d.example"}, 400, "not an e-mail address"),
        *(({"page": page}, 404, "There is no page") for page in NO_PAGES),
        ({"page": COUNTRY, "statement": "0123456789ab"}, 404, "no such statement"),
        ({"statement": "0123456789ab"}, 404, "There is no page"),
    ],
)
def test_invalid_remarks_are_refused(
    client: FlaskClient, given: dict[str, str], status: int, told: str
) -> None:
    box = RemarkBox(Database(client.application.config["CONTRIBUTIONS"]))
    before, answer = box.identifiers(), send(client, **given)
    assert (answer.status_code, told in answer.get_json()["detail"]) == (status, True)
    page = client.post(
        "/feedback", data={"reason": "Wrong.", **given}, headers={**PAGE, **address()}
    )
    assert (page.status_code, 'role="alert"' in page.text) == (status, True)
    assert box.identifiers() == before


def test_values_of_forms_and_controls_of_direction(client: FlaskClient) -> None:
    fields = {"page": COUNTRY, "reason": "The <i>name</i>.", "source": "A book", "email": "no"}
    text = client.post("/feedback", data=fields, headers={**PAGE, **address()}).text
    kept = (
        "The &lt;i&gt;name&lt;/i&gt;.</textarea>",
        'value="A book"',
        f'name="page" value="{COUNTRY}"',
    )
    assert [part for part in kept if part not in text] == []
    made = send(
        client, reason="\u202eabc\u2066d\u2069", source="\u200f\u0643\u062a\u0627\u0628"
    ).get_json()
    assert (made["reason"], made["source"]) == ("abcd", "\u200f\u0643\u062a\u0627\u0628")


def test_long_and_ill_formed_bodies_are_refused(client: FlaskClient) -> None:
    form, json = "application/x-www-form-urlencoded", "application/json"
    long = client.post(
        "/feedback", data=f"reason={'x' * 2**20}", headers=address(), content_type=form
    )
    assert long.status_code == 413
    for body in ("[]", '{"reason": 1}', "[" * 100_000, "{"):
        assert (
            client.post("/feedback", data=body, headers=address(), content_type=json).status_code
            == 400
        )
    assert send(client, reason="x" * LIMITS["reason"]).status_code == 201


def test_remark_on_an_invalid_address_returns_404(client: FlaskClient) -> None:
    for page in ("http://[", "//[", "//evil.example/"):
        assert client.get("/feedback", query_string={"page": page}).status_code == 404


def test_remark_of_another_site_returns_403(client: FlaskClient) -> None:
    foreign_origins = ({"Origin": "https://evil.example"}, {"Origin": "http://["})
    for headers in ({"Sec-Fetch-Site": "cross-site"}, *foreign_origins):
        assert send(client, headers).status_code == 403
    assert (
        send(client, {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}).status_code
        == 201
    )


def test_limit_of_remarks_by_address(client: FlaskClient) -> None:
    one = address()
    answers = [send(client, one) for _ in range(22)]
    assert [answer.status_code for answer in answers[:20]] == [201] * 20
    assert {answer.status_code for answer in answers[20:]} == {429}
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert (
        "More than 20 remarks came from this address in an hour."
        in answers[-1].get_json()["detail"]
    )
    assert send(client).status_code == 201
