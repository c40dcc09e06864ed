"""Do something in a process of its own: some queries kill the process that they run in."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

from gcmgraph.errors import GcmGraphError
from gcmgraph.processes.sandbox import end_with_parent
from gcmgraph.store.query_pool.worker import given_up


def in_own_process(work: Callable[[], str]) -> str:
    """What `work` gives, in a process that is forked for it; to be called before a store was opened in this one.

    Raises a `GcmGraphError` in the words of the one that `work` raises, `QueryRefusedError` where a signal ends the
    process, and `SystemExit` after any other failure, whose traceback that process shows.
    """
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        _work(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code < 0:
        raise given_up(-code)
    if code > 0:
        sys.exit(code)
    answer = pickle.loads(told)  # noqa: S301 - written by our own process
    if isinstance(answer, GcmGraphError):
        raise answer
    return str(answer)


def _work(work: Callable[[], str], writing: int) -> NoReturn:
    """Write what comes of it, and end: nothing else of this copy of the process may go on."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the engine would let a Ctrl-C wait for its end
        end_with_parent()
        answer: str | GcmGraphError
        try:
            answer = work()
        except GcmGraphError as error:
            answer = GcmGraphError(error.message, place=error.place, hint=error.hint)  # others cannot all be pickled
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)
