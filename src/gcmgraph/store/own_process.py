"""Go on in a process of one's own: some queries kill the process that they run in."""

from __future__ import annotations

import os
import signal
import sys

from gcmgraph.store.confinement import end_with_parent
from gcmgraph.store.query_worker import given_up


def enter_own_process() -> None:
    """Go on in a process that is forked for it; the one there was waits for its end, and ends with its exit status.

    To be called before a store is opened, and while no threads run. Raises `QueryRefusedError` in the process that
    waits, where a signal ends the other.
    """
    if (pid := os.fork()) == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the engine would let a Ctrl-C wait for its end
        end_with_parent()
        return
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code < 0:
        raise given_up(-code)
    sys.exit(code)
