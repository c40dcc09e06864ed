"""Process that contributions are read and validated in: `python -m … FD STORE ROOT BASE MEGABYTES NICENESS`.

It has no network and a memory cap.
"""

from __future__ import annotations

import functools
import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

from gcmgraph.contributions.checking.local import LocalChecker
from gcmgraph.contributions.checking.port import Request
from gcmgraph.contributions.content import Content
from gcmgraph.errors import GcmGraphError, RdfSyntaxError, StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.ipc import send_frame
from gcmgraph.processes.sandbox import cap_memory, close_network
from gcmgraph.processes.worker import serve, start_arguments
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.store.versions import StoreFolder
from gcmgraph.validation.rules import Basis, load_rules


def main() -> None:
    """Answer requests until the other side hangs up."""
    channel, (folder, root, base, megabytes, niceness) = start_arguments()
    os.nice(int(niceness))
    store, repository, addresses = StoreFolder(Path(folder)), Repository.find(root), Addresses(base)

    @functools.lru_cache(maxsize=1)
    def opened(version: str) -> Store:
        return store.open_current()

    rules = functools.cache(lambda: load_rules(repository, addresses))
    checker = LocalChecker(lambda: opened(store.current_version() or ""), rules, addresses)
    rules()
    cap_memory(int(megabytes))
    close_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the server's to handle
    send_frame(channel, b"{}")  # ready
    serve(channel, functools.partial(_answer, checker))


def _answer(checker: LocalChecker, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        if "most" in head:
            found = checker.names(Content(body, head["name"]), head["heading"], head["most"])
            return {"count": found.count}, json.dumps(found.names).encode()
        verdict = checker.check(read_request(head, body))
    except GcmGraphError as error:
        kind = next((k.__name__ for k in (RdfSyntaxError, StoreError) if isinstance(error, k)), "ContributionError")
        place = error.place and [error.place.source, error.place.line, error.place.column, error.place.sheet]
        return {"error": kind, "message": error.message, "hint": error.hint, "place": place}, b""
    except MemoryError:
        return {"error": "MemoryError"}, b""
    report, written = verdict.report.encode(), verdict.written.encode()
    lengths = [len(report), len(written), len(verdict.marked)]
    return {"conforms": verdict.conforms, "lengths": lengths}, report + written + verdict.marked + verdict.statements


def read_request(head: dict[str, Any], body: bytes) -> Request:
    """The request of a frame of `CheckWorker`."""
    length = int(head["removed"])
    removed = tuple(parse_quads(body[:length], N_QUADS, source="removed"))
    whole = Path(head["whole"]) if head["whole"] else None
    basis, mark = Basis(head["basis"]), bool(head["mark"])
    request = Request(None, removed, str(head["format"]), str(head["language"]), basis, mark, whole=whole)
    if head["name"] is None:
        return request
    return replace(request, content=Content(body[length:], str(head["name"]), str(head["media_type"])))


if __name__ == "__main__":
    main()
