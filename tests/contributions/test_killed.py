"""Killed at any moment: what was acknowledged is there, what was not is whole or absent; writers of two servers."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from desk import ADDRESSES, Desk, key_of, open_desk, practice

from gcmgraph.contributions.contribution import LedgerEvent, State, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.graph_sending import graph_lines, send
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.sent_graphs import SentGraphs
from gcmgraph.integrity.server import prepare_folders
from gcmgraph.integrity.verification import Folders, verify
from gcmgraph.repository.layout import Repository
from gcmgraph.store.graph_store import GraphStore, Target
from gcmgraph.store.version_files import DUMP
from gcmgraph.validation.rules import Rules
from servers import oxigraph_server
from shared import copy_store

PROGRAM = Path(__file__).with_name("killed.py")

#: Every touch of the file system is too many to start a process for; these are spread over all of
#: them.
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

#: Two runs of one action may differ by a touch: none is to be killed so late that it ends before.
VARYING = 2


#: Does an action in a folder until its N-th touch of the file system. Its exit status, and its
#: touches if it lived.
Run = Callable[[Path, int, str, str], tuple[int, int]]


@pytest.fixture(scope="module")
def run(small_repository: Repository) -> Iterator[Run]:
    command = [sys.executable, str(PROGRAM), str(small_repository.root)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:

        def ended(folder: Path, last: int, action: str, identifier: str) -> tuple[int, int]:
            program.stdin.write(json.dumps([str(folder), last, action, identifier]) + "\n")
            program.stdin.flush()
            touches = 0
            for line in program.stdout:
                told, _, number = line.partition(" ")
                if told == "ended":
                    return int(number), touches
                touches = int(number)
            pytest.fail("the program that starts the others is gone")

        yield ended


def copied(folder: Path, to: Path) -> Path:
    """A copy of a store and ledger; the ledger's files are written anew, so they are copied whole."""
    to.mkdir()
    copy_store(folder / "store", to / "store")
    shutil.copytree(folder / "ledger", to / "ledger", symlinks=True)
    return to


def kills(
    run: Run,
    folder: Path,
    base: Path,
    action: str,
    identifier: str = "-",
    shares: tuple[float, ...] = SHARES,
) -> list[Path]:
    """Copies of a folder, in each of which the action was killed at another moment."""
    status, touches = run(copied(folder, base / "whole"), 10**9, action, identifier)
    assert (status, touches > len(shares) + VARYING) == (0, True)
    folders = []
    for last in sorted({max(1, round((touches - VARYING) * share)) for share in shares}):
        folders.append(copied(folder, base / str(last)))
        assert run(folders[-1], last, action, identifier)[0] == -signal.SIGKILL
    return folders


def restarted(folder: Path) -> Folders:
    """Do what a server does at its start, after which nothing unfinished is left."""
    folders = Folders(folder / "store", Database(folder / "ledger"), folder / "imports")
    prepare_folders(folders, ADDRESSES)
    assert not [
        path for path in (folder / "store").rglob("*") if path.name.startswith((".", "building-"))
    ]
    return folders


def test_killed_submission_is_stored_once_when_it_is_repeated(
    run: Run, desk: Desk, rules: Rules, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for folder in kills(
        run, tmp_path, tmp_path_factory.mktemp("kills"), "submit", shares=(0.0, 0.3, 0.7, 1.0)
    ):
        after = open_desk(folder, rules, desk.repository)
        assert len(after.ledger.identifiers()) <= 1
        again = after.sent(practice(), key="the key")  # the sender heard nothing, and sends again
        assert after.ledger.identifiers() == [again.id]
        assert after.ledger.content(again) == practice().data


@pytest.mark.exhaustive
@pytest.mark.usefixtures("whole_versions")
@pytest.mark.parametrize("action", ["accept", "accept in part", "withdraw"])
def test_killed_decision_is_recorded_or_not_at_all(
    run: Run,
    desk: Desk,
    rules: Rules,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    action: str,
) -> None:
    if action != "withdraw":
        sent = practice(more="; gcm:country country:KAZ")
        identifier, before, then = desk.sent(sent).id, State.SUBMITTED, State.ACCEPTED
    else:
        identifier, before, then = desk.accepted(practice()).id, State.ACCEPTED, State.WITHDRAWN
    seen = set()
    for folder in kills(run, tmp_path, tmp_path_factory.mktemp("kills"), action, identifier):
        folders = restarted(folder)
        after = open_desk(folder, rules, desk.repository)
        state = after.ledger.find(identifier).state
        assert state in {before, then}
        seen.add(state)
        after.store.open_current()  # the old or the new version, whole
        assert after.publication.catch_up()
        assert after.ledger.pending() == []
        assert verify(folders, ADDRESSES).damages == []
        assert after.store.current_version() == after.version_of_a_whole_build()
        if state is before:  # the curator heard nothing, and decides again
            if action != "withdraw":
                returned = (
                    {key_of(after, identifier): "Not sourced."}
                    if action == "accept in part"
                    else None
                )
                after.service.accept(identifier, after.curator, "Right.", returned)
            else:
                after.service.withdraw(identifier, after.sender, "No longer.")
            assert after.store.current_version() == after.version_of_a_whole_build()
    assert seen == {before, then}  # some were killed before the decision, some after it


@pytest.mark.exhaustive
@pytest.mark.usefixtures("whole_versions")
def test_killed_build_leaves_a_whole_version(
    run: Run, desk: Desk, rules: Rules, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    accepted = desk.sent(practice())
    decided = LedgerEvent(Verb.ACCEPT, desk.curator, accepted.submission.at, "")
    desk.ledger.record(accepted, decided)  # not yet shown when the build begins
    before = desk.store.current_version()
    for folder in kills(
        run, tmp_path, tmp_path_factory.mktemp("kills"), "build", shares=(0.1, 0.5, 0.9, 1.0)
    ):
        folders = restarted(folder)
        after = open_desk(folder, rules, desk.repository)
        whole = after.version_of_a_whole_build()
        assert after.store.current_version() in {before, whole}
        assert after.publication.catch_up()
        assert after.store.current_version() == whole
        assert verify(folders, ADDRESSES).damages == []
        assert after.ledger.pending() == []


def test_killed_sending_goes_on_with_the_graphs_that_lack(
    run: Run, desk: Desk, rules: Rules, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tmp_path_factory.mktemp("kills")
    graphs = graph_lines(desk.store.current_folder() / DUMP, ADDRESSES.graph(""))
    with oxigraph_server(base) as url:
        server = GraphStore(Target.of(url))
        status, touches = run(copied(tmp_path, base / "whole"), 10**9, "send", url)
        assert (status, set(server.graphs())) == (0, graphs.keys())
        for share in (0.3, 0.8):
            for graph in server.graphs():
                server.delete(graph)
            folder = copied(tmp_path, base / str(share))
            assert run(folder, round(touches * share), "send", url)[0] == -signal.SIGKILL
            assert set(server.graphs()) < graphs.keys()
            after = open_desk(folder, rules, desk.repository)
            sent = send(after.ledger.database, after.store, Target.of(url), ADDRESSES)
            assert sent is not None
            assert 0 < sent.written < len(graphs)
            assert set(server.graphs()) == graphs.keys()
            record = SentGraphs(after.ledger.database, url)
            assert record.state().version == after.store.current_version()


WRITERS = Path(__file__).with_name("killed_writers.py")

#: Transactions that are acknowledged to a writer before it is killed, and the seconds of one, at
#: most.
LIFE, SECONDS = 12, 0.004

#: What was done to a contribution, in order.
STEPS = ["sent", "commented", "accepted", "settled"]


@pytest.mark.exhaustive
def test_killed_writers_lose_no_acknowledged_change(location: str) -> None:
    kills = 50 if "://" in location else 200
    acknowledged: dict[str, str] = {}
    chance = random.Random(7)  # noqa: S311 - no secret
    command = [sys.executable, str(WRITERS), location]
    with ExitStack() as both:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        servers = [
            both.enter_context(subprocess.Popen(command, text=True, **pipes)) for _ in range(2)
        ]
        for _ in range(kills // 2):
            for server in servers:
                server.stdin.write(f"{chance.randrange(LIFE)} {chance.uniform(0.0001, SECONDS)}\n")
                server.stdin.flush()
            for server in servers:
                for line in iter(server.stdout.readline, "ended\n"):
                    verb, identifier = line.split()
                    acknowledged[identifier] = verb
    assert len(acknowledged) > kills
    database = Database(location)
    try:
        assert database.check() == []
        ledger = Ledger(database)
        pending, stored = set(ledger.pending()), ledger.identifiers()
        assert acknowledged.keys() <= set(stored)
        for identifier in stored:
            found = ledger.find(identifier)
            assert (len(ledger.content(found)), ledger.statements(found)) == (20_000, [])
            assert [event.verb for event in found.events] == [Verb.COMMENT, Verb.ACCEPT][
                : len(found.events)
            ]
            last = STEPS.index(acknowledged.get(identifier, "sent"))
            assert len(found.events) >= min(last, 2)
            assert found.state is (State.ACCEPTED if len(found.events) == 2 else State.SUBMITTED)
            assert last < 3 or identifier not in pending
        assert len(stored) <= len(acknowledged) + kills
    finally:
        database.close()
