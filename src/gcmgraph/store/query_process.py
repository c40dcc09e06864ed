"""The process that strangers' queries run in: `python -m gcmgraph.store.query_process FD MEGABYTES`.

It reads requests from the socket FD and answers them, one at a time, until that is closed. It kills itself by
SIGALRM when a query runs too long, so that no query outlives a server that died.
"""

from __future__ import annotations

import functools
import json
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from gcmgraph.errors import QuerySyntaxError, StoreError
from gcmgraph.store.confinement import cap_memory, close_network
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.port import UNION, QueryDataset, Wanted
from gcmgraph.store.screening import screen

#: Seconds after the limit in which the parent, which can say why, is to end a query.
GRACE = 1.0


def main() -> None:
    """Answer requests until the other side hangs up."""
    channel: Connection[bytes, bytes] = Connection(int(sys.argv[1]))
    cap_memory(int(sys.argv[2]))
    close_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the server's to handle
    while True:
        try:
            request = json.loads(channel.recv_bytes())
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + GRACE)
        head, body = _answer(request)
        channel.send_bytes(json.dumps(head).encode())
        channel.send_bytes(body)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    query = request["query"]
    try:
        screening = screen(query)
        if screening.service:
            return {"outcome": "service"}, b""
        dataset = _dataset(request["dataset"], screening.dataset_clause)
        store = _opened(request["folder"])
        answer = store.serialized(query, Wanted(**request["wanted"]), dataset, request["prefixes"])
    except QuerySyntaxError as error:
        place = error.place
        return {
            "outcome": "syntax",
            "message": error.message,
            "line": place and place.line,
            "column": place and place.column,
        }, b""
    except StoreError as error:
        return {"outcome": "failed", "message": error.message}, b""
    except MemoryError:
        return {"outcome": "memory"}, b""
    if answer is None:
        return {"outcome": "not acceptable"}, b""
    media_type, body = answer
    return {"outcome": "answered", "media_type": media_type}, body


def _dataset(asked: dict[str, list[str]] | None, dataset_clause: bool) -> QueryDataset:
    if asked is not None:
        return QueryDataset(
            union=False,
            given=True,
            default_graphs=tuple(asked["default"]),
            named_graphs=tuple(asked["named"]),
        )
    return QueryDataset(union=False) if dataset_clause else UNION


@functools.lru_cache(maxsize=1)
def _opened(folder: str) -> EmbeddedStore:
    """The store of a version. One is kept open: all requests ask for the newest but while it changes."""
    return EmbeddedStore.open(Path(folder), read_only=True)


if __name__ == "__main__":
    main()
