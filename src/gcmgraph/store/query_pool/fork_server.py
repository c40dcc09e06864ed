"""Process that query processes are forked from: `python -m gcmgraph.store.query_pool.fork_server FD [FOLDER MB]`.

A fork takes a few milliseconds where a new interpreter takes 200, and shares what is in memory until it is written:
the modules, and the memory graph. A process with threads cannot be forked. Neither this process nor its forks have a
network.

Messages on the socket FD: `fork MEGABYTES` comes with two sockets, one for the requests of the new process and one to
report its end (a decimal as of `os.waitstatus_to_exitcode`); the reply is its number. `kill NUMBER` ends a process and
`yield NUMBER` raises its niceness; neither has a reply. The first message from here is `holding`, or `empty` where
there is no memory graph.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
from contextlib import suppress
from pathlib import Path

from gcmgraph.processes.child import start_arguments
from gcmgraph.processes.sandbox import close_network, end_with_parent
from gcmgraph.store.query_pool.child import answer_requests
from gcmgraph.store.query_pool.memory_graph import NICENESS, MemoryGraph, load_memory_graph

#: Niceness added at each step; two steps are as far as other work in the background.
_STEP_BACK = NICENESS // 2

_LONGEST = 64
_SOCKETS = 2


class ForkServer:
    """Forks query processes, kills them, and reports their ends."""

    def __init__(self, control: socket.socket, graph: MemoryGraph | None) -> None:
        self._control = control
        self._graph = graph
        self._ends: dict[int, socket.socket] = {}  # process number to the socket that its end is reported on
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
                        self._report_ends()
                    elif not self._obey(selector):
                        for pid in self._ends:
                            os.kill(pid, signal.SIGKILL)
                        return

    def _obey(self, selector: selectors.BaseSelector) -> bool:
        """Follow the next message; False where the other side hung up."""
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
        """The number of a new query process; 0 where none can be forked."""
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
            answer_requests(channel, megabytes, self._graph)
        finally:
            os._exit(0)

    def _report_ends(self) -> None:
        """Report the exit codes of the processes that have ended."""
        with suppress(BlockingIOError):
            while self._died.recv(_LONGEST):
                pass
        with suppress(ChildProcessError):  # there is none left
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                with self._ends.pop(ended[0]) as end, suppress(OSError):  # the other side may have closed it
                    end.send(str(os.waitstatus_to_exitcode(ended[1])).encode())


def main() -> None:
    """Load the graph of FOLDER where it is given and takes no more than MB megabytes, then serve."""
    control, arguments = start_arguments()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the server's to handle
    close_network()
    graph = load_memory_graph(Path(arguments[0]), int(arguments[1])) if arguments else None
    with suppress(ConnectionError):
        control.send(b"holding" if graph else b"empty")
        if graph is None and arguments:
            return
        gc.collect()
        gc.freeze()  # objects that the collector leaves alone are not written, and stay shared
        ForkServer(control, graph).run()


if __name__ == "__main__":
    main()
