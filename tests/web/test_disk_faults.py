"""A server whose disks are full, read-only or without permission: writers get 503, readers do not notice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from desk_over_http import Served
from flask.testing import FlaskClient

from attackers import Reply
from disks import disk, full, read_only
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role, Submission
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from processes import until
from serving import Application, started

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
        curator, token = Tokens(Database(folder)).create(Role.CURATOR, "A Curator", "https://example.org/curator")
        sent = Submission(ID, curator, datetime.now(UTC), "A title", "en", "a.ttl", "text/turtle", "0")
        Ledger(Database(folder)).add(sent, b"", [], b"{}")
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        for fault, reason in ((full, "No space left on device"), (read_only, "Read-only file system")):
            client = application(store_folder, contributions=str(folder)).test_client(use_cookies=False)

            def comment(client: FlaskClient = client) -> tuple[int, str | None]:
                answer = client.post(f"/contributions/{ID}/comments", data={"text": "A comment."}, headers=headers)
                return answer.status_code, answer.headers.get("Retry-After")

            with fault(folder):
                assert comment() == (503, "10")
                assert client.get(f"/contributions/{ID}", headers=headers).status_code == 200
                assert client.get("/").status_code == 200
            assert (200, None) in (comment(), comment())  # a file opened meanwhile is opened anew
            assert {reason in record.getMessage() for record in caplog.records} == {True}
            caplog.clear()


@pytest.mark.exhaustive
def test_disk_faults_are_one_sentence_and_end_without_a_new_start(small_store: Path, tmp_path: Path) -> None:
    with ExitStack() as disks:
        store, ledger, temporary = (
            disks.enter_context(disk(tmp_path / name, size))
            for name, size in (("store", "100m"), ("ledger", "4m"), ("tmp", "1m"))
        )
        copytree(small_store, store / "store", symlinks=True)  # another disk, to which nothing can be linked
        tokens = Tokens(Database(ledger / "ledger"))
        made = [tokens.create(role, role.title(), f"https://example.org/{role}")[1] for role in Role]
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
                    assert all("retry-after" in answer.headers for answer in answers if answer.status == 503), name
                    unnoticed = {"full-temporary-files", "a-read-only-ledger", "no-permission"}  # by open files
                    assert name in unnoticed or {202, 503} & {answer.status for answer in answers}, name
                    paths = ("/", "/health", "/id/objective/9", "/sparql?query=ASK{}")
                    assert [desk.ask(path).status for path in paths] == [200, 200, 303, 200], name
                # it may have been decided meanwhile, and 503 while the server publishes that
                until(lambda waiting=waiting: desk.decide(waiting, "accept").status in {200, 409})  # type: ignore[misc]
                assert desk.send(f"after-{name}").status == 201, name
            shown = desk.ask("/contributions?state=accepted", token=desk.curator).json["contributions"]
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
        desk.ask(f"/contributions/{waiting}/comments", comment, desk.curator, Content_Type="application/json"),
        desk.decide(waiting, "accept"),
    ]
