"""The process that strangers' contributions are read and validated in: `python -m … FD STORE ROOT BASE MEGABYTES`.

It answers requests from the socket FD one at a time until that is closed. It has no network and a memory cap, and kills
itself by SIGALRM when a check runs past its limit, so that none outlives a server that died.
"""

from __future__ import annotations

import functools
import json
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path

from gcmgraph.contributions.checking.local import LocalChecker
from gcmgraph.contributions.checking.port import Request
from gcmgraph.contributions.content import Content
from gcmgraph.errors import GcmGraphError, RdfSyntaxError, StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.ipc import receive_frame, send_frame
from gcmgraph.processes.sandbox import cap_memory, close_network
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import StoreFolder
from gcmgraph.validation.checks.rules import load_rules

#: Seconds after the limit in which the parent, which can say why, is to end a check.
GRACE = 1.0


def main() -> None:
    """Answer requests until the other side hangs up."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    store, repository, addresses = StoreFolder(Path(sys.argv[2])), Repository.find(sys.argv[3]), Addresses(sys.argv[4])

    @functools.lru_cache(maxsize=1)
    def opened(version: str) -> EmbeddedStore:
        return store.open_current()

    rules = functools.cache(lambda: load_rules(repository, addresses))
    checker = LocalChecker(lambda: opened(store.current_version() or ""), rules, addresses)
    rules()
    cap_memory(int(sys.argv[5]))
    close_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the server's to handle
    send_frame(channel, b"{}")  # ready
    while (frame := receive_frame(channel)) is not None:
        head = json.loads(frame[0])
        signal.setitimer(signal.ITIMER_REAL, head["seconds"] + GRACE)
        answer, body = _answer(checker, head, frame[1])
        send_frame(channel, json.dumps(answer).encode(), body)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(checker: LocalChecker, head: dict[str, object], body: bytes) -> tuple[dict[str, object], bytes]:
    request = read_request(head, body)
    try:
        verdict = checker.check(request)
    except GcmGraphError as error:
        kind = next((k.__name__ for k in (RdfSyntaxError, StoreError) if isinstance(error, k)), "ContributionError")
        place = error.place and [error.place.source, error.place.line, error.place.column]
        return {"error": kind, "message": error.message, "hint": error.hint, "place": place}, b""
    except MemoryError:
        return {"error": "MemoryError"}, b""
    report, written = verdict.report.encode(), verdict.written.encode()
    lengths = [len(report), len(written)]
    return {"conforms": verdict.conforms, "lengths": lengths}, report + written + verdict.statements


def read_request(head: dict[str, object], body: bytes) -> Request:
    """The request that a frame holds; see `CheckWorker`."""
    length = int(str(head["removed"]))
    removed = tuple(parse_quads(body[:length], N_QUADS, source="removed"))
    request = Request(None, removed, str(head["format"]), str(head["language"]))
    if head["name"] is None:
        return request
    return replace(request, content=Content(body[length:], str(head["name"]), str(head["media_type"])))


if __name__ == "__main__":
    main()
