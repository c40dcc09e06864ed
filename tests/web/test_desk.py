"""Desk of curators over HTTP: changes, preview, acceptance in part, queue, permissions; and in a real browser."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from desk_over_http import PRACTICE, Served
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from sqlalchemy import update
from test_accessibility import axe, needs_axe, problems
from werkzeug.test import encode_multipart

from attackers import Reply
from browsing import needs_chromium, run, set_width, wait
from gcmgraph.contributions.access import COOKIE_VALID, LINK_VALID, Tokens
from gcmgraph.contributions.contribution import Agent, LedgerEvent, Role, Verb
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.tables import LINKS

PAGE = {"Accept": "text/html"}
PREFIXES = """
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix country: <https://w3id.org/gcmgraph/id/country/> .
@prefix schema: <https://schema.org/> ."""
MORE = """gcm:country country:KAZ ; schema:startDate "2015-01"^^xsd:gYearMonth ;
  schema:funding [ a schema:MonetaryGrant ;
    schema:amount [ a schema:MonetaryAmount ; schema:value 75000000 ; schema:currency "USD" ] ] ; dct:source"""
FUNDED = PREFIXES + PRACTICE.replace("dct:source", MORE)


def send(desk: Served, slug: str, body: str = FUNDED) -> str:
    data = body.replace("SLUG", slug).encode()
    sent = desk.ask(
        "/contributions?title=A+practice", data, desk.contributor, Content_Type="text/turtle"
    )
    assert sent.status == 201, sent.body
    return str(sent.json["id"])


def keys(desk: Served, identifier: str) -> dict[str, str]:
    """The keys of the statements of a contribution, by the last part of their property."""
    told = desk.ask(
        f"/contributions/{identifier}/review", token=desk.curator, Accept="application/json"
    ).json
    found = {}
    for one in told["statements"]:  # type: ignore[attr-defined]
        found[re.split("[#/]", one["statement"].split(" ")[1].strip("<>"))[-1]] = one["key"]
    return found


def post(desk: Served, path: str, token: str, /, **fields: str) -> Reply:
    return desk.ask(path, urlencode(fields).encode(), token, **PAGE)


def test_changes_by_property(desk: Served) -> None:
    identifier = send(desk, "read")
    path = f"/contributions/{identifier}"
    text, own, french = (
        desk.ask(f"{path}?lang={language}", token=token, **PAGE).body.decode()
        for language, token in (
            ("en", desk.curator),
            ("en", desk.contributor),
            ("fr", desk.curator),
        )
    )
    part = text.partition('id="difference"')[2].partition("</section>")[0]
    shown = ("USD\N{NO-BREAK SPACE}75,000,000", "January 2015", "Philippines")
    assert [said for said in shown if said not in part] == []
    assert part.count('name="return-') >= 8
    assert 'name="return-' not in own
    assert all(f'href="{path}/preview?of=1&amp;lang=en"' in page for page in (text, own))
    assert "janvier 2015" in french


TITLE = f"""{PREFIXES} @prefix dct: <http://purl.org/dc/terms/> .
<https://w3id.org/gcmgraph/id/practice/SLUG> dct:title "Le service"@fr ;
    <http://www.w3.org/2004/02/skos/core#closeMatch> <https://example.org/close> ."""


def test_curator_reads_the_name_and_identifier_that_a_contribution_displaces(desk: Served) -> None:
    match = (
        FUNDED
        + "<https://w3id.org/gcmgraph/id/practice/SLUG> skos:exactMatch <https://example.org/exact> ."
    )
    prefix = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
    assert desk.decide(send(desk, "named", prefix + match), "accept").status == 200
    second = send(desk, "named", TITLE)
    text = desk.ask(f"/contributions/{second}?lang=en", token=desk.curator, **PAGE).body.decode()
    part = text.partition('id="difference"')[2].partition("</section>")[0]
    rows = {
        re.sub("<.*?>", "", row.partition("</th>")[0]).strip(): row
        for row in part.split("<tr>")[1:]
    }
    now, _, then = rows["Name (fr)"].partition("</td>")
    assert ("The practice named" in now, "Le service" in then) == (True, True)
    assert "Name (en)" not in rows
    now, _, then = next(row for row in rows.values() if "example.org/close" in row).partition(
        "</td>"
    )
    assert (
        "example.org/exact" in now,
        "example.org/close" in now,
        "example.org/close" in then,
    ) == (True, False, True)
    report = text.partition('id="report"')[2].partition("</section>")[0]
    assert "“The practice named”" in report
    assert "https://example.org/exact" in report


def test_stored_contribution_has_the_warnings_of_its_report(desk: Served) -> None:
    body = FUNDED.replace("SLUG", "odd").replace("The practice", "The \u200b practice").encode()
    sent = desk.ask("/contributions?title=A", body, desk.contributor, Content_Type="text/turtle")
    assert sent.status == 201
    messages = [result["message"]["en"] for result in sent.json["warnings"]]  # type: ignore[index]
    assert any("invisible characters" in message for message in messages)


def test_identifier_that_a_contribution_repeats_leads_to_the_published_resource(
    desk: Served,
) -> None:
    target = "http://metadata.un.org/sdg/10.7"
    item = "http://www.wikidata.org/entity/Q928"
    addresses = {
        uri: desk.ask(f"/resolve?uri={uri}", **PAGE).headers.get("location", "")
        for uri in ("PHL", target)
    }
    assert all(addresses.values()), "each leads to one resource"
    matches = f"""<https://w3id.org/gcmgraph/id/practice/SLUG> skos:notation "PHL" ;
        skos:relatedMatch <{item}> , <{target}> ."""
    claimed = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> ." + FUNDED + matches
    assert desk.decide(send(desk, "claim", claimed), "accept").status == 200
    for uri, address in addresses.items():
        assert desk.ask(f"/resolve?uri={uri}", **PAGE).headers.get("location") == address
    own = desk.ask(f"/resolve?uri={item}", **PAGE)
    assert own.headers["location"].startswith("/doc/practice/claim")


def test_changes_by_a_successor(desk: Served) -> None:
    first = send(desk, "before")
    assert desk.decide(first, "accept").status == 200
    changed = FUNDED.replace("The practice SLUG", "A new title").replace("SLUG", "before").encode()
    path = f"/contributions?title=Again&supersedes={first}"
    second = desk.ask(path, changed, desk.contributor, Content_Type="text/turtle").json["id"]
    text = desk.ask(f"/contributions/{second}?lang=en", token=desk.curator, **PAGE).body.decode()
    part = text.partition('id="difference"')[2].partition("</section>")[0]
    now, _, then = next(row for row in part.split("<tr>")[1:] if "A new title" in row).partition(
        "</td>"
    )
    assert ('class="removed"' in now, "The practice before" in now) == (True, True)
    assert ('class="added"' in then, "A new title" in then) == (True, True)


def test_request_for_changes_and_corrected_file(desk: Served) -> None:
    first = send(desk, "asked")
    asked = {
        f"return-{keys(desk, first)['startDate']}": "Which year?",
        "decision": "ask",
        "reason": "See the year.",
    }
    assert post(desk, f"/contributions/{first}/review", desk.curator, **asked).status == 303
    (event,) = desk.ask(f"/contributions/{first}", token=desk.contributor).json["history"]  # type: ignore[misc]
    assert (event["event"], event["returned"][0]["place"]) == ("ask", "contribution.ttl:10:46")
    page = desk.ask(f"/contributions/{first}?lang=fr", token=desk.contributor, **PAGE).body.decode()
    said = ("modifications demandées", "contribution.ttl:10:46", "Which year?")
    assert [part for part in said if part not in page] == []
    assert f'name="supersedes" value="{first}"' in page
    changed = FUNDED.replace("SLUG", "asked").replace("2015-01", "2016-02").encode()
    path = f"/contributions?title=Again&supersedes={first}"
    second = desk.ask(path, changed, desk.contributor, Content_Type="text/turtle").json["id"]
    assert desk.ask(path, changed, desk.contributor, Content_Type="text/turtle").status == 409
    french = desk.ask(
        f"{path}&lang=fr", changed, desk.contributor, Content_Type="text/turtle", **PAGE
    ).body.decode()
    assert "a déjà pris la place" in french
    moved = desk.ask(f"/contributions/{first}?lang=en", token=desk.contributor, **PAGE)
    assert (moved.status, moved.headers["location"]) == (303, f"/contributions/{second}?lang=en")
    text = desk.ask(f"/contributions/{second}?lang=en", token=desk.curator, **PAGE).body.decode()
    part = text.partition('id="revisions"')[2].partition("</section>")[0]
    changes = re.findall(r'<li class="(\w+)">(.*?)</li>', re.sub("</?bdi>", "", part))
    assert changes == [("removed", "January 2015"), ("added", "February 2016")]
    assert "asked for changes: <bdi>See the year.</bdi>" in text


def linked(desk: Served, slug: str) -> str:
    """The link to the state of a new contribution that was sent in a browser."""
    body = urlencode(
        {"title": "A", "text": FUNDED.replace("SLUG", slug), "token": desk.contributor}
    ).encode()
    page = desk.ask("/contributions?lang=en", body, **PAGE).body.decode()
    return re.search(r'href="(/contributions/status/[^"]+)"', page)[1]


def change_links(desk: Served, **values: object) -> None:
    with desk.database.writing() as rows:
        rows.execute(update(LINKS).values(**values))


def test_link_to_the_state_works_once_for_one_contribution(desk: Served) -> None:
    link = linked(desk, "linked")
    used = desk.ask(link, **PAGE)
    path, cookie = used.headers["location"], used.headers["set-cookie"].partition(";")[0]
    assert used.headers["referrer-policy"] == "same-origin"
    other = f"/contributions/{send(desk, 'other')}"
    assert [desk.ask(one, Cookie=cookie, **PAGE).status for one in (path, path, other)] == [
        200,
        200,
        401,
    ]
    assert (
        desk.ask(f"{path.partition('?')[0]}/withdrawal", b"reason=No", Cookie=cookie, **PAGE).status
        == 401
    )
    again = desk.ask(link, **PAGE)
    assert (again.status, "set-cookie" in again.headers) == (303, False)
    assert desk.ask("/contributions/status/lnk_0", **PAGE).status == 404
    change_links(desk, redeemed=datetime.now(UTC) - COOKIE_VALID)
    assert desk.ask(path, Cookie=cookie, **PAGE).status == 401


def test_used_link_to_the_state_opens_nothing(desk: Served) -> None:
    link = linked(desk, "used")
    path = desk.ask(link, **PAGE).headers["location"].partition("?")[0]
    code = link.partition("?")[0].rpartition("/")[2]
    for value in (code, code.replace("lnk_", "sts_"), "sts_000000000000_" + "A" * 43):
        forged = {"Cookie": f"gcmgraph_status={value}"}
        pages = (path, f"{path}/content", f"{path}/preview", f"{path}/review")
        assert [desk.ask(page, **forged, **PAGE).status for page in pages] == [401] * 4


def test_link_to_the_state_ends_after_days(desk: Served) -> None:
    link = linked(desk, "late")
    change_links(desk, created=datetime.now(UTC) - LINK_VALID)
    late = desk.ask(link, **PAGE)
    assert (late.status, "set-cookie" in late.headers) == (303, False)


def test_preview_publishes_nothing(desk: Served) -> None:
    identifier = send(desk, "previewed")
    version = desk.ask("/health").json["version"]
    path = f"/contributions/{identifier}/preview"
    shown = desk.ask(f"{path}?of=1&lang=en", token=desk.curator, **PAGE)
    assert (shown.status, shown.headers["cache-control"]) == (200, "no-store")
    text = shown.body.decode()
    said = ("Preview: this is not published.", "The practice previewed", "75,000,000", "Kazakhstan")
    assert [
        part for part in (*said, '<meta name="robots" content="noindex">') if part not in text
    ] == []
    assert "/feedback?page=/doc" not in text
    partly = post(
        desk, path, desk.curator, **{f"return-{keys(desk, identifier)['funding']}": "No source."}
    )
    assert (partly.status, b"75,000,000" in partly.body) == (200, False)
    assert desk.ask("/doc/practice/previewed", **PAGE).status == 404
    assert desk.ask("/health").json["version"] == version
    assert desk.ask(path, **PAGE).status == 401
    assert desk.ask(f"{path}?of=9", token=desk.curator, **PAGE).status == 400
    assert post(desk, path, desk.curator, **{"return-0123456789ab": "x"}).status == 400


def test_acceptance_in_part(desk: Served) -> None:
    identifier = send(desk, "partly")
    found, path = keys(desk, identifier), f"/contributions/{identifier}/review"
    none = {f"return-{key}": "" for key in found.values()}
    assert post(desk, path, desk.curator, decision="accept", reason=" ", **none).status == 400
    for name in ("return-", "return-zzz", "return-0123456789abc"):
        body = json.dumps({"decision": "accept", "reason": "Right.", name: "Wrong."}).encode()
        unknown = desk.ask(path, body, desk.curator, Content_Type="application/json")
        assert (unknown.status, "is the key of no statement" in str(unknown.json["detail"])) == (
            400,
            True,
        )
    refused = post(
        desk,
        path,
        desk.curator,
        decision="accept",
        reason="Right.",
        **{f"return-{found['title']}": "No."},
    )
    assert refused.status == 409
    given = {**none, f"return-{found['funding']}": "No <b>source</b>."}
    done = post(desk, path, desk.curator, decision="accept", reason="The rest is right.", **given)
    assert (done.status, done.headers["location"]) == (303, f"/contributions/{identifier}/review")
    page = desk.ask("/doc/practice/partly?lang=en", **PAGE).body.decode()
    assert ("Kazakhstan" in page, "75,000,000" in page) == (True, False)
    history = desk.ask(f"/contributions/{identifier}", token=desk.contributor).json["history"]
    assert len(history[0]["returned"]) == 6  # type: ignore[index]
    seen = desk.ask(
        f"/contributions/{identifier}?lang=en", token=desk.contributor, **PAGE
    ).body.decode()
    listed = seen.partition("Returned to the sender:")[2].partition("</ul>")[0]
    returned = " ".join(re.sub("<[^>]*>", " ", listed).split())
    assert returned.startswith(
        "The practice partly"
    )  # names, not addresses; a grant with its values, once
    assert returned.count("75,000,000") == returned.count("No &lt;b&gt;source&lt;/b&gt;.") == 1
    assert (
        desk.ask(f"/contributions/{identifier}/preview", token=desk.curator, **PAGE).status == 409
    )


def test_queue_by_age_with_remarks(desk: Served) -> None:
    identifier = send(desk, "queued")
    remark = desk.ask(
        "/feedback",
        json.dumps({"reason": "A wrong name"}).encode(),
        Content_Type="application/json",
    )
    assert remark.status == 201
    text = desk.ask("/contributions/review?lang=en", token=desk.curator, **PAGE).body.decode()
    assert re.search(r"less than 1 day: [1-9]", text)
    assert f"/contributions/{identifier}?lang=en" in text
    assert f"{remark.json['href']}?lang=en" in text


def main_button(page: str) -> list[str]:
    """The decisions whose buttons are not quiet, on the page of a contribution."""
    buttons = page.partition('id="decide"')[2].partition("</form>")[0]
    return re.findall(r'name="decision" value="(\w+)">', buttons)


def test_page_of_a_waiting_contribution_has_one_main_button_and_marks_what_is_required(
    desk: Served,
) -> None:
    path = f"/contributions/{send(desk, 'main')}?lang=en"
    page = desk.ask(path, token=desk.curator, **PAGE).body.decode()
    assert main_button(page) == ["accept"]
    form = page.partition('<section aria-labelledby="act">')[2].partition("</section>")[0]
    labels = re.findall(r'<label for="(\w+)">[^<]*<span class="note">\(required\)', form)
    assert labels == ["reason", "withdrawal"]


def test_main_button_asks_for_changes_where_a_contribution_conflicts(desk: Served) -> None:
    first = send(desk, "twice")
    second = send(desk, "twice", FUNDED.replace("2015-01", "2016-02"))
    assert desk.decide(first, "accept").status == 200
    page = desk.ask(f"/contributions/{second}?lang=en", token=desk.curator, **PAGE).body.decode()
    assert "error to correct" in page or "errors to correct" in page
    assert main_button(page) == ["ask"]


def test_queue_shows_decisions_that_are_not_published_yet(desk: Served) -> None:
    identifier = send(desk, "pending")
    ledger = Ledger(desk.database)
    curator = Agent("token", Role.CURATOR, "Curator", "https://example.org/curator")
    accepted = LedgerEvent(Verb.ACCEPT, curator, datetime.now(UTC), "Right.")
    ledger.record(ledger.find(identifier), accepted)
    path = "/contributions/review?lang=en"
    waiting = desk.ask(path, token=desk.curator, **PAGE).body.decode()
    part = waiting.partition('aria-labelledby="pending"')[2].partition("</section>")[0]
    assert identifier in part
    assert "being published" in part.partition("<table>")[2]


def test_permissions_of_roles(desk: Served) -> None:
    identifier = desk.send("f").json["id"]
    review, accept = f"/contributions/{identifier}/review", b"decision=accept"
    for token in ("", "gcm_000000000000_" + "a" * 43):
        nobody = desk.ask("/contributions?title=x", b"x", token, Content_Type="text/turtle")
        assert (nobody.status, nobody.headers["www-authenticate"][:6]) == (401, "Bearer")
    assert desk.ask("/contributions/review", token=desk.contributor).status == 403
    assert desk.ask(review, accept, desk.contributor).status == 403
    assert desk.ask(review, accept, **PAGE).status == 401
    assert desk.ask(review, b"decision=perhaps", desk.curator).status == 400
    assert desk.ask(review, token=desk.contributor, **PAGE).status == 200  # its sender
    for unknown in (
        identifier,
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    ):  # a browser can show a token; neither is told apart
        asked = desk.ask(f"/contributions/{unknown}", **PAGE)
        assert (asked.status, b'name="token"' in asked.body) == (401, True)
        assert desk.ask(f"/contributions/{unknown}").status == 404
    basic = "Basic " + base64.b64encode(f"x:{desk.curator}".encode()).decode()
    assert desk.ask("/contributions/review", Authorization=basic).status == 200
    assert desk.ask(review, accept, Authorization=basic, Sec_Fetch_Site="cross-site").status == 403
    assert desk.ask(f"/contributions/{identifier}", token=desk.curator).json["state"] == "submitted"


def test_contribution_of_another_contributor_returns_404(desk: Served) -> None:
    place = f"/contributions/{desk.send('theirs').json['id']}"
    _, other = Tokens(desk.database).create(Role.CONTRIBUTOR, "Other", "https://example.org/other")
    for path in ("", "/content", "/preview", "/comments", "/withdrawal"):
        body = b"text=x" if path in {"/comments", "/withdrawal"} else None
        refused = desk.ask(f"{place}{path}", body, other)
        unknown = desk.ask(f"/contributions/01ARZ3NDEKTSV4RRFFQ69G5FAV{path}", body, other)
        assert (refused.status, unknown.status) == (404, 404)
        assert set(refused.json) == set(unknown.json)
    assert desk.ask(place, token=desk.contributor).json["state"] == "submitted"


def test_rejected_contribution_of_another_contributor_returns_404(desk: Served) -> None:
    identifier = desk.send("rejected-of-another").json["id"]
    desk.decide(identifier, "reject")
    _, other = Tokens(desk.database).create(Role.CONTRIBUTOR, "Other", "https://example.org/other")
    for path in ("", "/content"):
        assert desk.ask(f"/contributions/{identifier}{path}", token=other).status == 404
        assert desk.ask(f"/contributions/{identifier}{path}", token=desk.contributor).status == 200


def test_own_contribution_of_a_curator_waits_for_another(desk: Served) -> None:
    sent = replace(desk, contributor=desk.curator).send("own").json["id"]
    for decision in ("accept", "ask", "reject"):
        refused = desk.decide(sent, decision)
        detail = f"You sent contribution {sent} yourself; another curator decides on it."
        assert (refused.status, refused.json["detail"]) == (403, detail)
    page = desk.ask(f"/contributions/{sent}/review", token=desk.curator, Accept="text/html").body
    assert b"You sent this contribution: another curator decides on it." in page
    assert b'value="accept"' not in page
    _, other = Tokens(desk.database).create(
        Role.CURATOR, "Other", "https://example.org/other-curator"
    )
    assert replace(desk, curator=other).decide(sent, "reject").json["state"] == "rejected"


def test_ill_formed_texts_and_accented_names(desk: Served) -> None:
    for path in (
        "/contributions?title=%ED%A0%80",
        "/contributions?title=x&name=a%FF.ttl",
        "/validate?name=a%FF.ttl",
    ):
        answer = desk.send("ill-formed", path)
        assert (answer.status, answer.json["detail"]) == (
            400,
            "The address is not UTF-8, percent-encoded.",
        )
    assert desk.send("control", "/contributions?title=A%01B%00C").status == 400
    identifier = desk.send("control").json["id"]
    refused = desk.decide(identifier, "reject", "\ud800 is half a character")
    assert (refused.status, "reason" in str(refused.json["detail"])) == (400, True)
    for what in ("comments", "withdrawal", "review"):
        path = f"/contributions/{identifier}/{what}"
        answer = desk.ask(path, b"[" * 100_000, desk.curator, Content_Type="application/json")
        assert (answer.status, answer.json["detail"]) == (
            400,
            "The body must be a JSON object of texts.",
        )
    sent = desk.send("accented", "/contributions?title=x&name=%C3%A9t%C3%A9.ttl")
    kept = desk.ask(f"{sent.headers['location']}/content", token=desk.contributor).headers[
        "content-disposition"
    ]
    assert kept == "attachment; filename=ete.ttl; filename*=UTF-8''%C3%A9t%C3%A9.ttl"


def test_templates_by_class_and_language(desk: Served) -> None:
    french = desk.ask("/contributions/template.csv?class=organisation", Accept_Language="fr")
    assert french.headers["content-language"] == "fr"
    assert french.body.decode("utf-8-sig").startswith("nom [fr] (*);nom [en] (*);sigle [fr]")
    assert "attachment" in french.headers["content-disposition"]
    for path, status in (("csv?class=country", 400), ("csv?language=de", 400), ("ods", 404)):
        assert desk.ask(f"/contributions/template.{path}").status == status


def test_repeated_form_is_stored_once(desk: Served) -> None:
    fields = {
        "dct:title@en": "Night school", "dct:description@en": "Lessons in the evening.", "gcm:objective": "9",
        "gcm:country": "PHL", "dct:source": "https://example.org/", "key": "a-key", "do": "send",
    }  # fmt: skip
    token = {"token": desk.contributor}
    wrong = post(
        desk, "/contributions/form/practice", "", **fields | token | {"gcm:country": "Phillipines"}
    )
    assert (wrong.status, desk.contributor.encode() in wrong.body) == (422, False)
    nobody = post(desk, "/contributions/form/practice", "", **fields)
    assert nobody.status == 401
    assert nobody.headers["www-authenticate"].startswith(
        "Bearer"
    )  # the form has a field for the token
    first, again = (
        post(desk, "/contributions/form/practice", "", **fields | token) for _ in range(2)
    )
    assert (first.status, again.status) == (201, 200)
    assert first.headers["location"] == again.headers["location"]
    kept = desk.ask(f"{first.headers['location']}/content", token=desk.contributor)
    assert kept.body.startswith(b"dct:title@en,dct:description@en,dct:source,gcm:objective")


def test_long_text_in_a_form(desk: Served) -> None:
    text = PRACTICE.replace("SLUG", "long") + "#" * 1_000_000
    _, body = encode_multipart(
        {"text": text, "title": "Long", "token": desk.contributor}, boundary="x"
    )
    headers = {"Content_Type": "multipart/form-data; boundary=x", "Accept": "application/json"}
    assert desk.ask("/validate", body, **headers).json["conforms"] is True
    assert desk.ask("/contributions", body, **headers).status == 201


def test_nonconforming_data_are_reported_and_not_stored(desk: Served) -> None:
    before = desk.ask("/contributions", token=desk.curator).json
    bad = PRACTICE.replace("SLUG", "c").replace("country/PHL", "country/PHI").encode()
    answer = desk.ask("/contributions?title=Bad", bad, desk.contributor, Content_Type="text/turtle")
    results = answer.json["report"]["results"]  # type: ignore[index]
    assert (answer.status, any("PHI" in json.dumps(result) for result in results)) == (422, True)
    assert all(set(result["message"]) >= {"en", "fr"} for result in results)
    assert desk.ask("/contributions", token=desk.curator).json == before


#: A fixture.
__all__ = ["axe"]


PHONE, DESKTOP = 375, 1280

#: Names of pages that only the exhaustive half opens.
REST = ("new", "preview", "remarks", "remark", "form", "token")


@pytest.fixture(scope="module")
def pages(desk: Served) -> dict[str, str]:
    """Paths of the pages: of a new practice, and of one that replaces a published one."""
    first = send(desk, "shown")
    assert desk.decide(first, "accept").status == 200
    changed = FUNDED.replace("The practice SLUG", "A new title").replace("75000000", "50000000")
    body = changed.replace("SLUG", "shown").encode()
    path = f"/contributions?title=Again&supersedes={first}"
    second = desk.ask(path, body, desk.contributor, Content_Type="text/turtle").json["id"]
    note = {
        "reason": "The name is wrong.",
        "email": "reader@example.org",
        "page": "/doc/practice/shown",
    }
    remark = desk.ask("/feedback", json.dumps(note).encode(), Content_Type="application/json").json[
        "href"
    ]
    return {
        "new": f"/contributions/{send(desk, 'fresh')}",
        "successor": f"/contributions/{second}",
        "preview": f"/contributions/{second}/preview",
        "queue": "/contributions/review",
        "remarks": "/feedback/review",
        "remark": str(remark),
        "form": "/feedback?page=/doc/practice/shown",
        "token": "/contributions/token",
    }


@pytest.fixture(scope="module")
def _signed_in(browser: Chrome, desk: Served) -> None:
    """The curator's token, written into the field of the page that requires it."""
    browser.get(f"{desk.base}/contributions/review?lang=en")
    browser.find_element(By.ID, "token").send_keys(desk.curator + Keys.ENTER)
    wait(browser).until(
        lambda _: browser.find_element(By.TAG_NAME, "h1").text == "Waiting for review"
    )


def _open(browser: Chrome, desk: Served, path: str, language: str, width: int) -> None:
    set_width(browser, width)
    browser.get(f"{desk.base}{path}{'&' if '?' in path else '?'}lang={language}")


@needs_chromium
@needs_axe
@pytest.mark.usefixtures("axe", "_signed_in")
@pytest.mark.parametrize(
    ("language", "width"),
    [pytest.param("en", DESKTOP, marks=pytest.mark.exhaustive), ("ar", PHONE)],
)
@pytest.mark.parametrize(
    "name",
    ["successor", "queue", *(pytest.param(name, marks=pytest.mark.exhaustive) for name in REST)],
)
def test_accessibility_and_width_of_desk_pages(
    browser: Chrome, desk: Served, pages: dict[str, str], name: str, language: str, width: int
) -> None:
    _open(browser, desk, pages[name], language, width)
    run(browser, "unfold")
    assert problems(browser) == []
    assert run(browser, "tooWide") == []


@needs_chromium
@pytest.mark.usefixtures("_signed_in")
def test_return_of_a_value(browser: Chrome, desk: Served) -> None:
    identifier = send(desk, "clicked")
    _open(browser, desk, f"/contributions/{identifier}", "en", DESKTOP)
    value = next(
        item
        for item in browser.find_elements(By.CSS_SELECTOR, "li.added")
        if "Kazakhstan" in item.text
    )
    value.find_element(By.CSS_SELECTOR, "details.return > summary").click()
    value.find_element(By.CSS_SELECTOR, "details.return input").send_keys("Not in the report.")
    browser.find_element(By.ID, "reason").send_keys("The rest is right.")
    browser.find_element(By.CSS_SELECTOR, '#decide button[value="accept"]').click()
    wait(browser).until(
        lambda _: "Not in the report." in browser.find_element(By.ID, "content").text
    )
    history = desk.ask(f"/contributions/{identifier}", token=desk.curator).json["history"]
    assert [one["reason"] for one in history[0]["returned"]] == ["Not in the report."]  # type: ignore[index]
