"""Desk of curators over HTTP: changes, preview, acceptance in part, queue."""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from desk_over_http import PRACTICE, Served

from attackers import Reply

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
    sent = desk.ask("/contributions?title=A+practice", data, desk.contributor, Content_Type="text/turtle")
    assert sent.status == 201, sent.body
    return str(sent.json["id"])


def keys(desk: Served, identifier: str) -> dict[str, str]:
    """The keys of the statements of a contribution, by the last part of their property."""
    told = desk.ask(f"/contributions/{identifier}/review", token=desk.curator, Accept="application/json").json
    found = {}
    for one in told["statements"]:  # type: ignore[attr-defined]
        found[re.split("[#/]", one["statement"].split(" ")[1].strip("<>"))[-1]] = one["key"]
    return found


def post(desk: Served, path: str, token: str, **fields: str) -> Reply:
    return desk.ask(path, urlencode(fields).encode(), token, **PAGE)


def test_changes_by_property(desk: Served) -> None:
    identifier = send(desk, "read")
    text = desk.ask(f"/contributions/{identifier}?lang=en", token=desk.curator, **PAGE).body.decode()
    part = text.partition('id="difference"')[2].partition("</section>")[0]
    assert "USD\N{NO-BREAK SPACE}75,000,000" in part or "USD 75,000,000" in part
    assert "January 2015" in part
    assert "Philippines" in part
    assert part.count('name="return-') >= 8
    for own in desk.ask(f"/contributions/{identifier}?lang=en", token=desk.contributor, **PAGE).body.decode(), text:
        assert f'href="/contributions/{identifier}/preview?of=1&amp;lang=en"' in own
    sender = desk.ask(f"/contributions/{identifier}", token=desk.contributor, **PAGE).body
    assert b'name="return-' not in sender
    french = desk.ask(f"/contributions/{identifier}?lang=fr", token=desk.curator, **PAGE).body.decode()
    assert "janvier 2015" in french


def test_changes_by_a_successor(desk: Served) -> None:
    first = send(desk, "before")
    assert desk.decide(first, "accept").status == 200
    changed = FUNDED.replace("The practice SLUG", "A new title").replace("SLUG", "before").encode()
    path = f"/contributions?title=Again&supersedes={first}"
    second = desk.ask(path, changed, desk.contributor, Content_Type="text/turtle").json["id"]
    text = desk.ask(f"/contributions/{second}?lang=en", token=desk.curator, **PAGE).body.decode()
    part = text.partition('id="difference"')[2].partition("</section>")[0]
    row = next(row for row in part.split("<tr>")[1:] if "A new title" in row)
    now, _, then = row.partition("</td>")
    assert 'class="removed"' in now
    assert "The practice before" in now
    assert 'class="added"' in then
    assert "A new title" in then


def test_request_for_changes_and_corrected_file(desk: Served) -> None:
    first = send(desk, "asked")
    asked = {f"return-{keys(desk, first)['startDate']}": "Which year?", "decision": "ask", "reason": "See the year."}
    assert post(desk, f"/contributions/{first}/review", desk.curator, **asked).status == 303
    (event,) = desk.ask(f"/contributions/{first}", token=desk.contributor).json["history"]  # type: ignore[misc]
    assert (event["event"], event["returned"][0]["place"]) == ("ask", "contribution.ttl:10:46")
    page = desk.ask(f"/contributions/{first}?lang=fr", token=desk.contributor, **PAGE).body.decode()
    assert [
        part for part in ("modifications demandées", "contribution.ttl:10:46", "Which year?") if part not in page
    ] == []
    assert f'name="supersedes" value="{first}"' in page
    changed = FUNDED.replace("SLUG", "asked").replace("2015-01", "2016-02").encode()
    path = f"/contributions?title=Again&supersedes={first}"
    second = desk.ask(path, changed, desk.contributor, Content_Type="text/turtle").json["id"]
    assert desk.ask(path, changed, desk.contributor, Content_Type="text/turtle").status == 409
    french = desk.ask(f"{path}&lang=fr", changed, desk.contributor, Content_Type="text/turtle", **PAGE).body.decode()
    assert "a déjà pris la place" in french
    moved = desk.ask(f"/contributions/{first}?lang=en", token=desk.contributor, **PAGE)
    assert (moved.status, moved.headers["location"]) == (303, f"/contributions/{second}?lang=en")
    text = desk.ask(f"/contributions/{second}?lang=en", token=desk.curator, **PAGE).body.decode()
    part = text.partition('id="revisions"')[2].partition("</section>")[0]
    assert re.findall(r'<li class="(\w+)">(.*?)</li>', re.sub("</?bdi>", "", part)) == [
        ("removed", "January 2015"),
        ("added", "February 2016"),
    ]
    assert "asked for changes: <bdi>See the year.</bdi>" in text
    assert desk.decide(second, "accept").json["state"] == "accepted"


def test_link_to_the_state_works_once_for_one_contribution(desk: Served) -> None:
    body = urlencode({"title": "A", "text": FUNDED.replace("SLUG", "linked"), "token": desk.contributor}).encode()
    page = desk.ask("/contributions?lang=en", body, **PAGE).body.decode()
    link = re.search(r'href="(/contributions/status/[^"]+)"', page)
    assert link is not None
    used = desk.ask(link[1], **PAGE)
    path, cookie = used.headers["location"], used.headers["set-cookie"].partition(";")[0]
    assert used.headers["referrer-policy"] == "same-origin"
    other = f"/contributions/{send(desk, 'other')}"
    assert [desk.ask(one, Cookie=cookie, **PAGE).status for one in (path, path, other)] == [200, 200, 401]
    assert desk.ask(f"{path.partition('?')[0]}/withdrawal", b"reason=No", Cookie=cookie, **PAGE).status == 401
    again = desk.ask(link[1], **PAGE)
    assert (again.status, "set-cookie" in again.headers) == (303, False)
    assert desk.ask("/contributions/status/lnk_0", **PAGE).status == 404


def test_private_feed_until_it_is_ended(desk: Served) -> None:
    identifier = send(desk, "fed")
    asked = {f"return-{keys(desk, identifier)['startDate']}": "Month?", "decision": "ask", "reason": "Which <year>?"}
    post(desk, f"/contributions/{identifier}/review", desk.curator, **asked)
    json_of = {"Accept": "application/json"}
    first, second = (
        urlsplit(str(desk.ask("/contributions/feed?lang=fr", b"", desk.contributor, **json_of).json["href"]))
        for _ in range(2)
    )
    old, new = (f"/contributions{one.path.partition('/contributions')[2]}?{one.query}" for one in (first, second))
    assert desk.ask(old).status == 404  # a new address ends the one before it
    feed = ElementTree.fromstring(desk.ask(new).body)  # noqa: S314 - of our server
    name = "{http://www.w3.org/2005/Atom}"
    (entry,) = [one for one in feed.iter(f"{name}entry") if identifier in (one.findtext(f"{name}content") or "")]
    assert "modifications" in (entry.findtext(f"{name}title") or "")
    assert "Which <year>?\ncontribution.ttl:10:46: Month?\n" in (entry.findtext(f"{name}content") or "")
    ended = desk.ask("/contributions/feed", urlencode({"do": "end"}).encode(), desk.contributor, **json_of).json
    assert (ended["href"], desk.ask(new).status) == (None, 404)


def test_preview_publishes_nothing(desk: Served) -> None:
    identifier = send(desk, "previewed")
    version = desk.ask("/health").json["version"]
    path = f"/contributions/{identifier}/preview"
    shown = desk.ask(f"{path}?of=1&lang=en", token=desk.curator, **PAGE)
    assert shown.status == 200
    text = shown.body.decode()
    assert "Preview: this is not published." in text
    assert "The practice previewed" in text
    assert "75,000,000" in text
    assert "Kazakhstan" in text
    assert '<meta name="robots" content="noindex">' in text
    assert "/feedback?page=/doc" not in text
    assert shown.headers["cache-control"] == "no-store"
    partly = post(desk, path, desk.curator, **{f"return-{keys(desk, identifier)['funding']}": "No source."})
    assert partly.status == 200
    assert "75,000,000" not in partly.body.decode()
    assert desk.ask("/doc/practice/previewed", **PAGE).status == 404
    assert desk.ask("/health").json["version"] == version
    assert desk.ask(path, **PAGE).status == 401
    assert desk.ask(f"{path}?of=9", token=desk.curator, **PAGE).status == 400
    assert post(desk, path, desk.curator, **{"return-0123456789ab": "x"}).status == 400


def test_acceptance_in_part(desk: Served) -> None:
    identifier = send(desk, "partly")
    found = keys(desk, identifier)
    path = f"/contributions/{identifier}/review"
    none = {f"return-{key}": "" for key in found.values()}
    assert post(desk, path, desk.curator, decision="accept", reason=" ", **none).status == 400
    refused = post(desk, path, desk.curator, decision="accept", reason="Right.", **{f"return-{found['title']}": "No."})
    assert refused.status == 409
    given = {**none, f"return-{found['funding']}": "No <b>source</b>."}
    done = post(desk, path, desk.curator, decision="accept", reason="The rest is right.", **given)
    assert (done.status, done.headers["location"]) == (303, f"/contributions/{identifier}/review")
    page = desk.ask("/doc/practice/partly?lang=en", **PAGE).body.decode()
    assert "Kazakhstan" in page
    assert "75,000,000" not in page
    history = desk.ask(f"/contributions/{identifier}", token=desk.contributor).json["history"]
    assert len(history[0]["returned"]) == 6  # type: ignore[index]
    seen = desk.ask(f"/contributions/{identifier}?lang=en", token=desk.contributor, **PAGE).body.decode()
    assert "No &lt;b&gt;source&lt;/b&gt;." in seen
    returned = " ".join(
        re.sub("<[^>]*>", " ", seen.partition("Returned to the sender:")[2].partition("</ul>")[0]).split()
    )
    assert returned.startswith("The practice partly")  # names, not addresses; a grant with its values, once
    assert returned.count("75,000,000") == returned.count("No &lt;b&gt;source") == 1
    assert desk.ask(f"/contributions/{identifier}/preview", token=desk.curator, **PAGE).status == 409


def test_queue_by_age_with_remarks(desk: Served) -> None:
    identifier = send(desk, "queued")
    remark = desk.ask("/feedback", json.dumps({"reason": "A wrong name"}).encode(), Content_Type="application/json")
    assert remark.status == 201
    text = desk.ask("/contributions/review?lang=en", token=desk.curator, **PAGE).body.decode()
    assert re.search(r"less than 1 day: [1-9]", text)
    assert f"/contributions/{identifier}?lang=en" in text
    assert f"{remark.json['href']}?lang=en" in text


@pytest.mark.parametrize("name", ["return-", "return-zzz", "return-0123456789abc"])
def test_unknown_statement_returns_400(desk: Served, name: str) -> None:
    identifier = send(desk, f"unknown-{len(name)}")
    body = json.dumps({"decision": "accept", "reason": "Right.", name: "Wrong."}).encode()
    answer = desk.ask(f"/contributions/{identifier}/review", body, desk.curator, Content_Type="application/json")
    assert answer.status == 400
    assert "is the key of no statement" in str(answer.json["detail"])
