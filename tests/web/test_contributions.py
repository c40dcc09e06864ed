"""Contributions over HTTP: the real server, real tokens, a small dataset."""

from __future__ import annotations

import base64
import http.client
import io
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

import pytest
from desk_over_http import PRACTICE, STORES, Served, serving
from openpyxl import load_workbook

from attackers import Reply
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import LedgerEvent, Role, Verb
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.errors import column_letters

#: The same on each store.
pytestmark = pytest.mark.parametrize("desk", STORES, indirect=True, scope="module")


def test_contribution_from_submission_to_withdrawal(desk: Served) -> None:
    sent = desk.send("a")
    assert sent.status == 201
    identifier, where = sent.json["id"], sent.headers["location"]
    assert where == f"/contributions/{identifier}"
    assert desk.ask(where).status == 404  # nothing is public yet
    assert desk.ask("/doc/practice/a.ttl").status == 404
    assert desk.ask(where, token=desk.contributor).json["state"] == "submitted"
    assert desk.ask(f"{where}/content", token=desk.curator).body == PRACTICE.replace("SLUG", "a").encode()
    review = desk.ask(f"{where}/review?lang=en", token=desk.curator, Accept="text/html").body.decode()
    assert "The practice a</a>" in review  # the heading names what is not published yet
    assert desk.decide(identifier, "accept").json["state"] == "accepted"
    page = desk.ask("/doc/practice/a.ttl")
    assert page.status == 200
    assert b"The practice a" in page.body
    assert desk.ask(where).headers["location"] == f"/id/contribution/{identifier}"
    assert desk.ask(f"{where}?lang=ar").headers["location"] == f"/id/contribution/{identifier}?lang=ar"
    published = desk.ask(f"/doc/contribution/{identifier}.html?lang=en").body.decode()
    assert f'href="{where}/review?lang=en"' in published  # where a browser asks for the sender's token
    assert b'name="token"' in desk.ask(f"{where}/review", Accept="text/html").body
    forms = desk.ask(f"{where}/review", token=desk.contributor, Accept="text/html").body.decode()
    assert f'action="{where}/withdrawal' in forms
    assert f'action="{where}/comments' in forms
    html = desk.ask("/doc/practice/a.html?lang=en").body.decode()
    proofs = html.split('<details class="proof contribution"')[1:]
    assert len(proofs) == 5  # title, description, objective, country, source
    for proof in proofs:
        told = " ".join(re.sub("<[^>]*>", " ", proof.partition("</details>")[0]).split())
        assert "Contribution A practice" in told
        assert "Sent by: Contributor" in told
        assert "Reviewed by: Curator" in told
    taken = desk.ask(f"{where}/withdrawal", b'{"reason": "Wrong."}', desk.contributor, Content_Type="application/json")
    assert taken.json["state"] == "withdrawn"
    for path in ("/id/practice/a", "/doc/practice/a", "/doc/practice/a.ttl", "/doc/practice/a.bib"):
        assert desk.ask(path).status == 410
    history = desk.ask(where, token=desk.contributor).json["history"]
    assert [event["event"] for event in history] == ["accept", "withdraw"]  # type: ignore[attr-defined]


def test_reading_during_publication(desk: Served) -> None:
    identifier = desk.send("b").json["id"]
    with ThreadPoolExecutor(4) as readers:
        done: list[bool] = []

        def read() -> set[int]:
            statuses = set()
            while not done:
                statuses.add(desk.ask("/doc/objective/9.ttl").status)
                statuses.add(desk.ask("/sparql?query=SELECT+(COUNT(*)+AS+?n)+WHERE+{+?s+a+gcm:Practice+}").status)
            return statuses

        reading = [readers.submit(read) for _ in range(4)]
        try:
            accepted = desk.decide(identifier, "accept")
            assert accepted.status == 200, accepted.body
            assert desk.ask("/doc/practice/b.ttl").status == 200
        finally:
            done.append(True)
        assert set().union(*(each.result() for each in reading)) == {200}


def test_nonconforming_data_are_reported_and_not_stored(desk: Served) -> None:
    before = desk.ask("/contributions", token=desk.curator).json
    bad = PRACTICE.replace("SLUG", "c").replace("country/PHL", "country/PHI").encode()
    answer = desk.ask("/contributions?title=Bad", bad, desk.contributor, Content_Type="text/turtle")
    assert answer.status == 422
    results = answer.json["report"]["results"]  # type: ignore[index]
    assert any("PHI" in json.dumps(result) for result in results)
    assert all(set(result["message"]) >= {"en", "fr"} for result in results)
    assert desk.ask("/contributions", token=desk.curator).json == before


def test_language_of_report_page(desk: Served) -> None:
    bad = PRACTICE.replace("SLUG", "c").replace("country/PHL", "country/PHI").encode()
    page = desk.ask("/validate?lang=es", bad, Accept="text/html", Content_Type="text/turtle").body.decode()
    assert "No existe ese país en este grafo." in page
    assert "Indique el país por su código ISO 3166 de tres letras" in page
    assert "There is no such country" not in page


SPELLED = ("country/PHL", "Philippines")

#: Addresses and headers, the Content-Type of the report, and parts of it.
REPORTS = [
    ("/validate", {"Accept": "application/json"}, "application/json", SPELLED),
    ("/validate", {"Accept": "text/turtle"}, "text/turtle; charset=utf-8", ("sh:ValidationReport",)),
    ("/validate", {"Accept": "application/ld+json"}, "application/ld+json", ("shacl#ValidationReport",)),
    ("/validate", {"Accept": "application/sarif+json"}, "application/sarif+json", ("helpUri",)),
    ("/validate", {"Accept": "text/plain", "Accept_Language": "fr"}, "text/plain; charset=utf-8", ("erreur",)),
    ("/validate", {"Accept": "text/html,*/*;q=0.1"}, "text/html; charset=utf-8", ("/shapes#Practice-country",)),
    ("/validate?format=json", {}, "application/json", ('"nearest"', *SPELLED)),
    ("/validate?format=turtle", {}, "text/turtle; charset=utf-8", ("sh:ValidationReport",)),
    ("/validate?format=jsonld", {}, "application/ld+json", ("http://www.w3.org/ns/shacl#ValidationReport",)),
    ("/validate?format=sarif", {}, "application/sarif+json", ("helpUri",)),
    ("/validate?format=text", {}, "text/plain; charset=utf-8", ("contribution.ttl:6:74: violation", *SPELLED)),
    ("/validate?format=github", {}, "text/plain; charset=utf-8",
     ("::error file=contribution.ttl,line=6,col=74::", *SPELLED)),
    ("/validate?format=html", {}, "text/html; charset=utf-8", ("/shapes#Practice-country", *SPELLED)),
    ("/validate?format=html&lang=zh", {}, "text/html; charset=utf-8", ("第 6 行，第 74 列",)),
    ("/validate?format=html&lang=ar", {}, "text/html; charset=utf-8",
     ("السطر \u20686\u2069، العمود \u206874\u2069",)),
    ("/contributions?title=Bad", {"Accept": "text/turtle"}, "text/turtle; charset=utf-8", ("sh:ValidationReport",)),
    ("/contributions?title=Bad&format=sarif", {}, "application/sarif+json", ("helpUri",)),
    ("/contributions?title=Bad&format=text&language=en", {"Accept_Language": "fr"}, "text/plain; charset=utf-8",
     ("contribution.ttl:6:74: erreur",)),
    ("/contributions?title=Bad&format=html", {}, "text/html; charset=utf-8", ("/shapes#Practice-country",)),
    ("/contributions?title=Bad&format=json", {}, "application/problem+json", ('"report"',)),
]  # fmt: skip


@pytest.mark.parametrize(("path", "headers", "content_type", "parts"), REPORTS)
def test_report_formats(
    desk: Served, path: str, headers: dict[str, str], content_type: str, parts: tuple[str, ...]
) -> None:
    body = PRACTICE.replace("SLUG", "g").replace("country/PHL", "country/Phillipines").encode()
    answer = desk.ask(path, body, desk.contributor, Content_Type="text/turtle", **headers)
    stored = path.startswith("/contributions")
    assert (answer.status, answer.headers["content-type"]) == (422 if stored else 200, content_type)
    assert answer.headers["cache-control"] == "no-store"
    assert [part for part in parts if part not in answer.body.decode()] == []
    assert not stored or "problem" in content_type or "Authorization" in answer.headers["vary"]


def test_unknown_report_format_returns_400(desk: Served) -> None:
    unknown = desk.ask("/validate?format=pdf", b"", Content_Type="text/turtle")
    assert (unknown.status, "github" in str(unknown.json["hint"])) == (400, True)


def test_repeated_request_returns_same_contribution(desk: Served) -> None:
    first = desk.send("d", Idempotency_Key="once")
    again = desk.send("d", Idempotency_Key="once")
    assert (first.status, again.status) == (201, 200)
    assert first.json["id"] == again.json["id"]
    assert desk.send("e", Idempotency_Key="once").status == 409


def patiently(desk: Served, slug: str, key: str) -> Reply:
    """Send a practice, and again as long as the server is busy checking others, as it asks for."""
    for _ in range(20):
        answer = desk.send(slug, Idempotency_Key=key)
        if answer.status != 429:
            break
        time.sleep(float(answer.headers["retry-after"]) / 10)
    return answer


def test_concurrent_requests_with_one_key(desk: Served) -> None:
    with ThreadPoolExecutor(6) as senders:
        same = list(senders.map(lambda _: patiently(desk, "many", "at-once"), range(6)))
        other = list(senders.map(lambda n: patiently(desk, f"many-{n}", "others"), range(6)))
    assert sorted(answer.status for answer in same) == [200] * 5 + [201]
    assert len({answer.json["id"] for answer in same}) == 1
    assert sorted(answer.status for answer in other) == [201] + [409] * 5  # never told that what is lost was kept


def test_permissions_of_roles(desk: Served) -> None:
    identifier = desk.send("f").json["id"]
    turtle = {"Content_Type": "text/turtle"}
    nobody = desk.ask("/contributions?title=x", b"x", **turtle)
    assert nobody.status == 401
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    assert desk.ask("/contributions?title=x", b"x", "gcm_000000000000_" + "a" * 43, **turtle).status == 401
    assert desk.ask("/contributions/review", token=desk.contributor).status == 403
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    review = f"/contributions/{identifier}/review"
    assert desk.ask(review, b"decision=accept", desk.contributor, **form).status == 403
    unknown = desk.ask(review, b"decision=accept", Accept="text/html", **form)
    assert unknown.status == 401
    assert desk.ask(review, b"decision=perhaps", desk.curator, **form).status == 400
    assert desk.ask(review, token=desk.contributor, Accept="text/html").status == 200  # its sender
    for unknown in (identifier, "01ARZ3NDEKTSV4RRFFQ69G5FAV"):  # a browser can show a token; neither is told apart
        asked = desk.ask(f"/contributions/{unknown}", Accept="text/html")
        assert asked.status == 401
        assert b'name="token"' in asked.body
        assert desk.ask(f"/contributions/{unknown}").status == 404
    basic = "Basic " + base64.b64encode(f"x:{desk.curator}".encode()).decode()
    assert desk.ask("/contributions/review", Authorization=basic).status == 200
    forged = desk.ask(review, b"decision=accept", Authorization=basic, Sec_Fetch_Site="cross-site", **form)
    assert forged.status == 403
    assert desk.ask(f"/contributions/{identifier}", token=desk.curator).json["state"] == "submitted"


@pytest.mark.parametrize("asked", ["", "/content", "/preview", "/comments text=x", "/withdrawal reason=x"])
def test_contribution_of_another_contributor_returns_404(desk: Served, asked: str) -> None:
    path, _, body = asked.partition(" ")
    place = f"/contributions/{desk.send('theirs').json['id']}"
    _, other = Tokens(desk.database).create(Role.CONTRIBUTOR, "Other", "https://example.org/other")
    refused = desk.ask(f"{place}{path}", body.encode() or None, other)
    unknown = desk.ask(f"/contributions/01ARZ3NDEKTSV4RRFFQ69G5FAV{path}", body.encode() or None, other)
    assert (refused.status, unknown.status) == (404, 404)
    assert set(refused.json) == set(unknown.json)
    assert desk.ask(place, token=desk.contributor).json["state"] == "submitted"


def test_own_contribution_of_a_curator_waits_for_another(desk: Served) -> None:
    sent = replace(desk, contributor=desk.curator).send("own").json["id"]
    for decision in ("accept", "reject"):
        refused = desk.decide(sent, decision)
        assert (refused.status, refused.json["detail"]) == (
            403, f"You sent contribution {sent} yourself; another curator decides on it.",
        )  # fmt: skip
    page = desk.ask(f"/contributions/{sent}/review", token=desk.curator, Accept="text/html").body
    assert b"You sent this contribution: another curator decides on it." in page
    assert b'value="accept"' not in page
    _, other = Tokens(desk.database).create(Role.CURATOR, "Other", "https://example.org/other-curator")
    assert replace(desk, curator=other).decide(sent, "accept").status == 200


def test_control_characters_return_400(desk: Served) -> None:
    assert desk.send("control", "/contributions?title=A%01B%00C").status == 400
    identifier = desk.send("control").json["id"]
    refused = desk.decide(identifier, "reject", "\ud800 is half a character")
    assert refused.status == 400
    assert "reason" in str(refused.json["detail"])


@pytest.mark.parametrize("what", ["comments", "withdrawal", "review"])
def test_nested_brackets_return_400(desk: Served, what: str) -> None:
    identifier = desk.send(f"brackets-{what}").json["id"]
    path, json = f"/contributions/{identifier}/{what}", "application/json"
    answer = desk.ask(path, b"[" * 100_000, desk.curator, Content_Type=json)
    assert (answer.status, answer.json["detail"]) == (400, "The body must be a JSON object of texts.")


@pytest.mark.parametrize(
    "path", ["/contributions?title=%ED%A0%80", "/contributions?title=x&name=a%FF.ttl", "/validate?name=a%FF.ttl"]
)
def test_ill_formed_parameters_return_400(desk: Served, path: str) -> None:
    answer = desk.send("ill-formed", path)
    assert (answer.status, answer.json["detail"]) == (400, "The address is not UTF-8, percent-encoded.")


def test_file_name_round_trip(desk: Served) -> None:
    sent = desk.send("accented", "/contributions?title=x&name=%C3%A9t%C3%A9.ttl")
    kept = desk.ask(f"{sent.headers['location']}/content", token=desk.contributor)
    disposition = kept.headers["content-disposition"]
    assert disposition == "attachment; filename=ete.ttl; filename*=UTF-8''%C3%A9t%C3%A9.ttl"


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (b"<http://a/b> <http://a/c>\n<d> .", {"Content_Type": "text/turtle"}, 400, "valid Turtle"),
        (b"\xe9", {"Content_Type": "text/turtle"}, 400, "UTF-8"),
        (b"a", {"Content_Type": "application/octet-stream"}, 400, "in which format"),
        (b"x", {"Content_Type": "text/turtle", "Content_Encoding": "gzip"}, 415, "gzip"),
        (b'{"@context": "http://127.0.0.1:1/"}', {"Content_Type": "application/ld+json"}, 400, "JSON-LD"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', {"Content_Type": "application/rdf+xml"}, 400, "DOCTYPE"),
        (b"<http://a/b> <http://a/c> " + b"(" * 900_000, {"Content_Type": "text/turtle"}, 400, ""),
        (b"#" * 10_500_000, {"Content_Type": "text/turtle"}, 413, "the limit is 10,485,760"),
    ],
)
@pytest.mark.parametrize("path", ["/validate", "/contributions?title=x"])
def test_unreadable_data_are_refused(
    desk: Served, path: str, body: bytes, headers: dict[str, str], status: int, said: str
) -> None:
    answer = desk.ask(path, body, desk.contributor, **headers)
    assert answer.status in {status, 422}
    assert said in str(answer.json["detail"])
    assert desk.ask("/health").status == 200


def announced(desk: Served, path: str, size: int, **headers: str) -> tuple[int, str]:
    """The answer to who says how much will come, and sends nothing yet: its status and body."""
    connection = http.client.HTTPConnection(urlsplit(desk.base).netloc, timeout=20)
    connection.putrequest("POST", path)
    for name, value in {"Content-Type": "text/turtle", "Content-Length": str(size), **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def test_body_of_100_megabytes_is_refused_before_reading(desk: Served) -> None:
    status, body = announced(desk, "/validate", 100 * 2**20)
    assert (status, json.loads(body)["status"]) == (413, 413)


def test_page_for_too_large_file(desk: Served) -> None:
    status, page = announced(desk, "/validate?lang=fr", 12_000_000, Accept="text/html,*/*;q=0.8")
    assert status == 413
    assert '<html lang="fr"' in page
    assert "<strong>413 Envoi trop volumineux</strong>" in page
    assert "What was sent is longer than 10 MB, the limit here." in page


def test_start_publishes_pending_decisions(desk: Served) -> None:
    identifier = str(desk.send("h").json["id"])
    ledger = Ledger(desk.database)
    curator = next(t.holder for t in Tokens(desk.database).all() if t.holder.role is Role.CURATOR)
    accepted = LedgerEvent(Verb.ACCEPT, curator, datetime.now(UTC), "Then it ended.")
    ledger.record(ledger.find(identifier), accepted, publishes=True)
    assert desk.ask("/doc/practice/h.ttl").status == 404
    with serving(desk.folder, **desk.settings):
        pass
    assert desk.ask("/doc/practice/h.ttl").status == 200
    assert ledger.pending() == []


def test_spreadsheet_from_template_to_publication(desk: Served) -> None:
    template = desk.ask("/contributions/template.xlsx?language=en")
    assert template.status == 200
    assert desk.ask("/contributions/template.xlsx?language=en", If_None_Match=template.headers["etag"]).status == 304
    book = load_workbook(io.BytesIO(template.body))
    page = book["Practice"]
    columns = {str(cell.value).partition(" *")[0].partition(" (*)")[0]: cell.column for cell in page[1]}
    cells = {
        "title [en]": "Mobile desk",
        "description [en]": "A desk on wheels.",
        "objective": "9",
        "country": "Filipinas",
    }
    for header, said in {**cells, "source": "https://example.org/"}.items():
        page.cell(2, columns[header], said)
    data = io.BytesIO()
    book.save(data)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    right = desk.ask("/validate", data.getvalue(), Content_Type=kind, Accept="application/json")
    assert (right.status, right.json["conforms"]) == (200, True)
    page.cell(2, columns["country"], "Phillipines")
    wrong = io.BytesIO()
    book.save(wrong)
    told = desk.ask("/validate?name=mine.xlsx", wrong.getvalue(), Content_Type=kind, Accept="application/json").json
    (result,) = [result for result in told["results"] if result["level"] == "violation"]  # type: ignore[attr-defined]
    place = {"source": "mine.xlsx sheet Practice", "line": 2, "column": columns["country"]}
    assert result["place"] == {**place, "cell": f"Practice!{column_letters(columns['country'])}2"}
    marked = desk.ask("/validate?name=mine.xlsx&format=xlsx", wrong.getvalue(), Content_Type=kind)
    assert (marked.status, marked.headers["content-type"]) == (200, kind)
    assert "filename=mine-checked.xlsx" in marked.headers["content-disposition"]
    comment = load_workbook(io.BytesIO(marked.body))["Practice"].cell(2, columns["country"]).comment
    assert comment is not None
    assert "There is no such country" in comment.text
    turtle = desk.ask("/validate?format=xlsx", b"<a:b> <a:c> <a:d> .", Content_Type="text/turtle")
    assert (turtle.status, "workbooks (.xlsx) only" in turtle.body.decode()) == (400, True)
    refused = desk.ask("/contributions?title=Desk", wrong.getvalue(), desk.contributor, Content_Type=kind)
    assert refused.status == 422
    sent = desk.ask("/contributions?title=Desk", data.getvalue(), desk.contributor, Content_Type=kind)
    assert sent.status == 201, sent.body
    decided = desk.ask(
        f"/contributions/{sent.json['id']}/review", b"decision=accept&reason=Right", desk.curator,
        Content_Type="application/x-www-form-urlencoded", Accept="application/json",
    )  # fmt: skip
    assert decided.status == 200, decided.body
    published = desk.ask("/doc/practice/mobile-desk.ttl")
    assert published.status == 200
    assert b"country:PHL" in published.body


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"PK\x03\x04"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(50)),
        ("a.csv", b"title [en]\nCaf\xe9\n"),
        ("a.csv", b""),
    ],
)
def test_unreadable_spreadsheet_returns_400(desk: Served, name: str, data: bytes) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n--x--\r\n' % (
        name.encode(),
        data,
    )
    answer = desk.ask("/validate", body, Content_Type="multipart/form-data; boundary=x", Accept="application/json")
    assert answer.status == 400
    assert answer.json["detail"]


def test_long_text_in_a_form(desk: Served) -> None:
    text = PRACTICE.replace("SLUG", "long").encode() + b"#" * 1_000_000
    parts = [(b"text", text), (b"title", b"Long"), (b"token", desk.contributor.encode())]
    body = b"".join(b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part for part in parts)
    headers = {"Content_Type": "multipart/form-data; boundary=x", "Accept": "application/json"}
    assert desk.ask("/validate", body + b"--x--\r\n", **headers).json["conforms"] is True
    assert desk.ask("/contributions", body + b"--x--\r\n", **headers).status == 201


def test_templates_by_class_and_language(desk: Served) -> None:
    french = desk.ask("/contributions/template.csv?class=organisation", Accept_Language="fr")
    assert french.headers["content-language"] == "fr"
    assert french.body.decode("utf-8-sig").startswith("nom [fr] (*);nom [en] (*);sigle [fr]")
    assert "attachment" in french.headers["content-disposition"]
    assert desk.ask("/contributions/template.csv?class=country").status == 400
    assert desk.ask("/contributions/template.csv?language=de").status == 400
    assert desk.ask("/contributions/template.ods").status == 404


def test_repeated_form_is_stored_once(desk: Served) -> None:
    fields = {
        "dct:title@en": "Night school", "dct:description@en": "Lessons in the evening.", "gcm:objective": "9",
        "gcm:country": "PHL", "dct:source": "https://example.org/", "key": "a-key", "do": "send",
    }  # fmt: skip
    form = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    wrong = desk.ask(
        "/contributions/form/practice",
        urlencode({**fields, "gcm:country": "Phillipines", "token": desk.contributor}).encode(),
        **form,
    )
    assert wrong.status == 422
    assert desk.contributor.encode() not in wrong.body
    nobody = desk.ask("/contributions/form/practice", urlencode(fields).encode(), **form)
    assert nobody.status == 401
    assert nobody.headers["www-authenticate"].startswith("Bearer")  # the form has a field for the token
    data = urlencode({**fields, "token": desk.contributor}).encode()
    first = desk.ask("/contributions/form/practice", data, **form)
    again = desk.ask("/contributions/form/practice", data, **form)
    assert (first.status, again.status) == (201, 200)
    assert first.headers["location"] == again.headers["location"]
    kept = desk.ask(f"{first.headers['location']}/content", token=desk.contributor)
    assert kept.body.startswith(b"dct:title@en,dct:description@en,dct:source,gcm:objective")
