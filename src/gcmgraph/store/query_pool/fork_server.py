"""Process that query processes are forked from: `python -m gcmgraph.store.query_pool.fork_server FD [FOLDER MB]`.

A fork takes a few milliseconds where a new interpreter takes 200, and shares what is in memory until it is written:
the modules, and the graph where one is held. It may only be made while there are no threads. There is no network
here, nor in what is forked.

Messages on the socket FD: `fork MEGABYTES` with two sockets, one for the requests of the new process and one to tell
how it ended (a decimal, as `os.waitstatus_to_exitcode` gives), is answered by its number. `kill NUMBER` ends one and
`yield NUMBER` lets others run before it, each time more; neither is answered. The first message from here is
`holding`, or `empty` where no graph is held.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from gcmgraph.processes.sandbox import close_network, end_with_parent
from gcmgraph.store.query_pool.child import answer_requests
from gcmgraph.store.query_pool.memory_graph import NICENESS, HeldGraph, hold

#: So much further a query process steps back each time; twice is as far as other work in the background.
_STEP_BACK = NICENESS // 2

_LONGEST = 64
_SOCKETS = 2


class Nursery:
    """Forks query processes, kills them, and tells how they ended."""

    def __init__(self, control: socket.socket, held: HeldGraph | None) -> None:
        self._control = control
        self._held = held
        self._ends: dict[int, socket.socket] = {}  # process number to the socket that its end is told on
        self._died, self._wakeup = socket.socketpair()
        for end in (self._died, self._wakeup):
            end.setblocking(False)

    def run(self) -> None:
        """Serve until the other side hangs up, then end every process."""
        signal.signal(signal.SIGCHLD, lambda *_: None)  # so that it wakes up
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._died, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._died:
                        self._tell_ends()
                    elif not self._obey(selector):
                        for pid in self._ends:
                            os.kill(pid, signal.SIGKILL)
                        return

    def _obey(self, selector: selectors.BaseSelector) -> bool:
        """Do what the next message says; False where there is none to come."""
        message, sockets, _, _ = socket.recv_fds(self._control, _LONGEST, _SOCKETS)
        if not message:
            return False
        word, number = message.split()
        if word == b"fork":
            self._control.send(str(self._fork(selector, sockets, int(number))).encode())
        elif int(number) in self._ends:  # else it has ended, and another may have its number
            if word == b"kill":
                os.kill(int(number), signal.SIGKILL)
            else:
                niceness = os.getpriority(os.PRIO_PROCESS, int(number))
                os.setpriority(os.PRIO_PROCESS, int(number), niceness + _STEP_BACK)
        return True

    def _fork(self, selector: selectors.BaseSelector, sockets: list[int], megabytes: int) -> int:
        """The number of a new query process, 0 where there can be none."""
        channel, end = (socket.socket(fileno=descriptor) for descriptor in sockets)
        with channel:
            try:
                pid = os.fork()
            except OSError:
                end.close()
                return 0
            if pid == 0:
                self._become_query_process(selector, channel, end, megabytes)
        self._ends[pid] = end
        return pid

    def _become_query_process(
        self, selector: selectors.BaseSelector, channel: socket.socket, end: socket.socket, megabytes: int
    ) -> None:
        """Go on as a query process. Does not return."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            selector.close()
            for other in (self._control, self._died, self._wakeup, end, *self._ends.values()):
                other.close()
            end_with_parent()
            answer_requests(channel, megabytes, self._held)
        finally:
            os._exit(0)

    def _tell_ends(self) -> None:
        """Tell how the processes ended that have."""
        with suppress(BlockingIOError):
            while self._died.recv(_LONGEST):
                pass
        with suppress(ChildProcessError):  # there is none left
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                with self._ends.pop(ended[0]) as end, suppress(OSError):  # nobody may want to know
                    end.send(str(os.waitstatus_to_exitcode(ended[1])).encode())


def main() -> None:
    """Hold the graph of FOLDER if it is given and takes no more than MEGABYTES, then serve."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the server's to handle
    close_network()
    held = None
    if sys.argv[2:]:
        held = hold(Path(sys.argv[2]), int(sys.argv[3]))
    with suppress(ConnectionError):
        control.send(b"holding" if held else b"empty")
        if held is None and sys.argv[2:]:
            return
        gc.collect()
        gc.freeze()  # what is never looked at is never written, and so stays shared
        Nursery(control, held).run()


if __name__ == "__main__":
    main()
