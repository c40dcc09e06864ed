"""Function called once in a forked process, because it may kill the process that it runs in."""

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


class KilledError(Exception):
    """A signal ended the process."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by signal {number}")
        self.signal = number


def run_in_fork(work: Callable[[], str]) -> str:
    """The result of `work`, called in a forked process; to be used before a store is opened in this one.

    Raises a `GcmGraphError` with the message of the one that `work` raises, `KilledError`, and `SystemExit` after any
    other failure, whose traceback the forked process prints.
    """
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        _work(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        pickled = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code < 0:
        raise KilledError(-code)
    if code > 0:
        sys.exit(code)
    result = pickle.loads(pickled)  # noqa: S301 - written by our own process
    if isinstance(result, GcmGraphError):
        raise result
    return str(result)


def _work(work: Callable[[], str], writing: int) -> NoReturn:
    """Write the result and end: nothing else of this copy of the process may go on."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the engine delays Ctrl-C until it is done
        end_with_parent()
        result: str | GcmGraphError
        try:
            result = work()
        except GcmGraphError as error:
            result = GcmGraphError(error.message, place=error.place, hint=error.hint)  # not every subclass is picklable
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(result, pipe)
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)
