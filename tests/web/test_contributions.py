"""Contributions over HTTP: the real server, real tokens, a small dataset; disks that are full or read-only."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from urllib.parse import quote
from urllib.request import urlopen

import desk_over_http
import pytest
from desk_over_http import (
    FORM,
    PRACTICE,
    PUBLISHED_WITHIN,
    STORES,
    STORES_HERE,
    Served,
    desk_here,
    filled_template,
    reading,
    serving,
    tokens_in,
)
from flask.testing import FlaskClient

from attackers import Reply
from disks import disk, full, read_only
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import LedgerEvent, Role, Submission, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.recorded_versions import RecordedVersion, RecordedVersions
from gcmgraph.contributions.version_derivation import publish_decisions
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.web.http.formats import XLSX
from processes import until
from serving import Application, started
from shared import copy_store

#: Statuses of decisions that were made, now or before.
DECIDED = {200, 202, 409}

#: The same on each store.
ON_EACH = pytest.mark.parametrize("desk", STORES, indirect=True, scope="module")
ON_EACH_HERE = pytest.mark.parametrize("desk", STORES_HERE, indirect=True, scope="module")


@ON_EACH
def test_contribution_from_submission_to_withdrawal(desk: Served) -> None:
    sent = desk.send("a")
    identifier, where = sent.json["id"], sent.headers["location"]
    assert (sent.status, where) == (201, f"/contributions/{identifier}")
    assert [desk.ask(path).status for path in (where, "/doc/practice/a.ttl")] == [
        404,
        404,
    ]  # nothing is public yet
    assert desk.ask(where, token=desk.contributor).json["state"] == "submitted"
    assert (
        desk.ask(f"{where}/content", token=desk.curator).body
        == PRACTICE.replace("SLUG", "a").encode()
    )
    review = desk.ask(
        f"{where}/review?lang=en", token=desk.curator, Accept="text/html"
    ).body.decode()
    assert "The practice a</a>" in review  # the heading names what is not published yet
    assert desk.decide(identifier, "accept").json["state"] == "accepted"
    page = desk.ask("/doc/practice/a.ttl")
    assert (page.status, b"The practice a" in page.body) == (200, True)
    assert desk.ask(where).headers["location"] == f"/id/contribution/{identifier}"
    assert (
        desk.ask(f"{where}?lang=ar").headers["location"] == f"/id/contribution/{identifier}?lang=ar"
    )
    published = desk.ask(f"/doc/contribution/{identifier}.html?lang=en").body.decode()
    assert (
        f'href="{where}/review?lang=en"' in published
    )  # where a browser asks for the sender's token
    assert b'name="token"' in desk.ask(f"{where}/review", Accept="text/html").body
    forms = desk.ask(f"{where}/review", token=desk.contributor, Accept="text/html").body.decode()
    assert all(f'action="{where}/{name}' in forms for name in ("withdrawal", "comments"))
    origins = (
        desk.ask("/doc/practice/a.html?lang=en")
        .body.decode()
        .split('<details class="evidence-details contribution"')[1:]
    )
    assert len(origins) == 5  # title, description, objective, country, source
    for origin in origins:
        text = " ".join(re.sub("<[^>]*>", " ", origin.partition("</details>")[0]).split())
        assert all(
            phrase in text
            for phrase in (
                "Contribution A practice",
                "Sent by: Contributor",
                "Reviewed by: Curator",
            )
        )
    assert desk.withdraw(identifier).json["state"] == "withdrawn"
    for path in ("/id/practice/a", "/doc/practice/a", "/doc/practice/a.ttl", "/doc/practice/a.bib"):
        assert desk.ask(path).status == 410
    history = desk.ask(where, token=desk.contributor).json["history"]
    assert [event["event"] for event in history] == ["accept", "withdraw"]  # type: ignore[attr-defined]


def test_sent_file_is_stored_in_no_cache(desk: Served) -> None:
    identifier = desk.send("file-of-no-cache").json["id"]
    answer = desk.ask(f"/contributions/{identifier}/content", token=desk.contributor)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "Authorization" in answer.headers["vary"]


def test_decision_that_takes_longer_is_answered_with_the_address_of_its_state(
    desk_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_over_http, "publish_here", lambda ledger, store: lambda: None)
    with desk_here(desk_store, tmp_path) as desk:
        identifiers = [desk.send(slug).json["id"] for slug in ("one", "two")]
        answer = desk.begin_decision(identifiers[0], "accept")
        assert (answer.status, answer.json["state"], answer.json["pending"]) == (
            202,
            "accepted",
            True,
        )
        state = f"/contributions/{identifiers[0]}"
        assert answer.headers["location"] == state
        form = {"Accept": "text/html", "Content_Type": FORM}
        page = desk.ask(
            f"/contributions/{identifiers[1]}/review?lang=fr",
            b"decision=accept&reason=x",
            desk.curator,
            **form,
        )
        assert (page.status, page.headers["location"]) == (202, f"/contributions/{identifiers[1]}")
        assert (
            f'<a href="/contributions/{identifiers[1]}/review?lang=fr">Voir si elle est publiée</a>'
            in page.body.decode()
        )
        assert desk.ask(state, token=desk.curator).json["pending"] is True
        assert desk.ask("/doc/practice/one.ttl").status == 404
        publish_decisions(Ledger(desk.database), StoreFolder(tmp_path / "store"), Addresses())
        assert "pending" not in desk.ask(state, token=desk.curator).json
        assert [desk.ask(f"/doc/practice/{slug}.ttl").status for slug in ("one", "two")] == [
            200,
            200,
        ]
        withdrawn = desk.ask(
            f"{state}/withdrawal", b'{"reason": "x"}', desk.curator, Content_Type="application/json"
        )
        assert (withdrawn.status, withdrawn.headers["location"]) == (202, state)


def test_decision_is_sent_to_a_sparql_server(
    desk_store: Path, tmp_path: Path, oxigraph_url: str
) -> None:
    copy_store(desk_store, tmp_path / "store")
    made = tokens_in(Database(tmp_path / "ledger"))
    question = quote(
        "ASK { GRAPH ?g { ?practice <http://purl.org/dc/terms/title> 'The practice sent'@en } }"
    )
    with serving(tmp_path, publish_to=oxigraph_url) as address:
        desk = Served(address, *made, tmp_path)
        assert desk.decide(desk.send("sent").json["id"], "accept").status == 200
        asked = f"{oxigraph_url}?query={question}"
        until(lambda: b"true" in urlopen(asked, timeout=20).read(), PUBLISHED_WITHIN)  # noqa: S310 - loopback
        state = (
            "gcmgraph_publish_failing 0\n",
            "gcmgraph_publish_behind 0\n",
            "gcmgraph_publish_union 0\n",
        )
        until(
            lambda: all(line in desk.ask("/metrics").body.decode() for line in state),
            PUBLISHED_WITHIN,
        )


def test_curators_see_that_no_version_reaches_the_sparql_server(
    desk_store: Path, tmp_path: Path
) -> None:
    copy_store(desk_store, tmp_path / "store")
    made = tokens_in(Database(tmp_path / "ledger"))
    with serving(tmp_path, publish_to="http://127.0.0.1:9/query") as address:  # nothing listens
        desk = Served(address, *made, tmp_path)
        until(
            lambda: (
                b"has received no new version since"
                in desk.ask(
                    "/contributions/review?lang=en", token=desk.curator, Accept="text/html"
                ).body
            ),
            PUBLISHED_WITHIN,
        )


def test_version_that_another_server_made_leads_to_the_current_one(desk: Served) -> None:
    elsewhere = "0123456789abcdef"
    RecordedVersions(desk.database).add(
        RecordedVersion("elsewhere", 1, elsewhere, datetime.now(UTC), {})
    )
    current = desk.ask("/health").json["version"]
    for path in ("/dataset/{}", "/dataset/{}.ttl", "/dumps/{}", "/dumps/{}/gcmgraph.nq.gz"):
        moved = desk.ask(path.format(elsewhere))
        assert (moved.status, moved.headers.get("location")) == (302, path.format(current))
        assert moved.headers["cache-control"] == "no-store"
        assert desk.ask(path.format("f" * 16)).status == 404
        assert desk.ask(path.format(current)).status == 200


@ON_EACH
def test_reading_during_publication(desk: Served) -> None:
    identifier = desk.send("b").json["id"]
    count = "/sparql?query=SELECT+(COUNT(*)+AS+?n)+WHERE+{+?s+a+gcm:Practice+}"
    with reading(desk, "/doc/objective/9.ttl", count) as found:
        accepted = desk.decide(identifier, "accept")
        assert accepted.status == 200, accepted.body
        assert desk.ask("/doc/practice/b.ttl").status == 200
    assert {status for _, status in found} == {200}


@ON_EACH_HERE
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


@ON_EACH
def test_concurrent_requests_with_one_key(desk: Served) -> None:
    with ThreadPoolExecutor(6) as senders:
        same = list(senders.map(lambda _: patiently(desk, "many", "at-once"), range(6)))
        other = list(senders.map(lambda n: patiently(desk, f"many-{n}", "others"), range(6)))
    assert sorted(answer.status for answer in same) == [200] * 5 + [201]
    assert len({answer.json["id"] for answer in same}) == 1
    assert (
        sorted(answer.status for answer in other) == [201] + [409] * 5
    )  # never told that what is lost was kept


@ON_EACH
@pytest.mark.exhaustive
def test_start_publishes_pending_decisions(desk: Served) -> None:
    identifier = str(desk.send("h").json["id"])
    ledger = Ledger(desk.database)
    curator = next(t.holder for t in Tokens(desk.database).all() if t.holder.role is Role.CURATOR)
    accepted = LedgerEvent(Verb.ACCEPT, curator, datetime.now(UTC), "Then it ended.")
    ledger.record(ledger.find(identifier), accepted)
    assert desk.ask("/doc/practice/h.ttl").status == 404
    with serving(desk.folder, **desk.settings):
        pass
    assert desk.ask("/doc/practice/h.ttl").status == 200
    assert ledger.pending() == []


@ON_EACH_HERE
def test_spreadsheet_from_template_to_publication(desk: Served) -> None:
    template = desk.ask("/contributions/template.xlsx?language=en")
    assert template.status == 200
    assert (
        desk.ask(
            "/contributions/template.xlsx?language=en", If_None_Match=template.headers["etag"]
        ).status
        == 304
    )
    data, _ = filled_template(template.body, "Filipinas")
    sent = desk.ask(
        "/contributions?title=Desk", data, desk.contributor, Content_Type=XLSX.media_type
    )
    assert sent.status == 201, sent.body
    assert desk.decide(sent.json["id"], "accept", "Right").status == 200
    published = desk.ask("/doc/practice/mobile-desk.ttl")
    assert (published.status, b"country:PHL" in published.body) == (200, True)


ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


#: Runs a server to which permissions apply, though the tests may run as root.
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@contextmanager
def without_permission(folder: Path) -> Iterator[None]:
    before = folder.stat().st_mode
    folder.chmod(0)
    yield
    folder.chmod(before)


def test_a_full_ledger_is_a_503_and_readers_do_not_notice(
    store_folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, application: Application
) -> None:
    with disk(tmp_path / "ledger", "1m") as folder:
        curator, token = Tokens(Database(folder)).create(
            Role.CURATOR, "A Curator", "https://example.org/curator"
        )
        sent = Submission(
            ID, curator, datetime.now(UTC), "A title", "en", "a.ttl", "text/turtle", "0"
        )
        Ledger(Database(folder)).add(sent, b"", b"", b"{}")
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        for fault, reason in (
            (full, "No space left on device"),
            (read_only, "Read-only file system"),
        ):
            client = application(store_folder, contributions=str(folder)).test_client(
                use_cookies=False
            )

            def comment(client: FlaskClient = client) -> tuple[int, str | None]:
                answer = client.post(
                    f"/contributions/{ID}/comments", data={"text": "A comment."}, headers=headers
                )
                return answer.status_code, answer.headers.get("Retry-After")

            with fault(folder):
                assert comment() == (503, "10")
                assert client.get(f"/contributions/{ID}", headers=headers).status_code == 200
                assert client.get("/").status_code == 200
            assert (200, None) in (comment(), comment())  # a file opened meanwhile is opened anew
            assert {reason in record.getMessage() for record in caplog.records} == {True}
            caplog.clear()


@pytest.mark.exhaustive
def test_disk_faults_are_one_sentence_and_end_without_a_new_start(
    small_store: Path, tmp_path: Path
) -> None:
    with ExitStack() as disks:
        store, ledger, temporary = (
            disks.enter_context(disk(tmp_path / name, size))
            for name, size in (("store", "100m"), ("ledger", "4m"), ("tmp", "1m"))
        )
        copytree(
            small_store, store / "store", symlinks=True
        )  # another disk, to which nothing can be linked
        made = tokens_in(Database(ledger / "ledger"))
        settings = {"contributions": str(ledger / "ledger"), "workers": 2}
        command = (*UNPRIVILEGED, "env", f"TMPDIR={temporary}")
        with started(store / "store", before=command, **settings) as (address, server):
            desk = Served(address, *made, tmp_path)
            faults: list[tuple[str, AbstractContextManager[None]]] = [
                ("a-full-store", full(store)),
                ("a-full-ledger", full(ledger)),
                ("full-temporary-files", full(temporary)),
                ("a-read-only-ledger", read_only(ledger)),
                ("a-read-only-store", read_only(store)),
                ("no-permission", without_permission(ledger / "ledger")),
            ]
            for name, fault in faults:
                waiting = desk.send(f"before-{name}").json["id"]
                with fault:
                    answers = _writes(desk, name, waiting)
                    assert {answer.status for answer in answers} <= {200, 201, 202, 503}, name
                    assert all(
                        "retry-after" in answer.headers
                        for answer in answers
                        if answer.status == 503
                    ), name
                    unnoticed = {
                        "full-temporary-files",
                        "a-read-only-ledger",
                        "no-permission",
                    }  # by open files
                    assert name in unnoticed or {202, 503} & {
                        answer.status for answer in answers
                    }, name
                    paths = ("/", "/health", "/id/objective/9", "/sparql?query=ASK{}")
                    assert [desk.ask(path).status for path in paths] == [200, 200, 303, 200], name
                # it may have been decided meanwhile, and 503 while the server publishes that
                until(
                    lambda waiting=waiting: desk.begin_decision(waiting, "accept").status in DECIDED
                )  # type: ignore[misc]
                assert desk.send(f"after-{name}").status == 201, name
            shown = desk.ask("/contributions?state=accepted", token=desk.curator).json[
                "contributions"
            ]
            assert isinstance(shown, list)
            assert len(shown) == len(faults)
            until(lambda: not Ledger(desk.database).pending())
            server.terminate()
            log = server.communicate(timeout=20)[0].decode()
    assert "Traceback" not in log
    reasons = ("No space left on device", "Read-only file system", "Permission denied")
    assert [reason for reason in reasons if reason not in log] == []


def _writes(desk: Served, name: str, waiting: object) -> list[Reply]:
    comment = json.dumps({"text": "A comment."}).encode()
    return [
        desk.send(f"during-{name}"),
        desk.ask(
            f"/contributions/{waiting}/comments",
            comment,
            desk.curator,
            Content_Type="application/json",
        ),
        desk.begin_decision(waiting, "accept"),
    ]
