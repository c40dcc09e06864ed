"""Processes that query processes are forked from: `python -m gcmgraph.store.fork_server FD GRAPH_MB QUERIES_MB`.

A fork takes a few milliseconds where a new interpreter takes 200, and shares what is in memory
until it is written: the modules, and the memory graph. A process with threads cannot be forked.
Neither these processes nor their forks have a network.

The *first* process has no graph. It forks a *holder*, which loads the graph of the newest version
if that takes no more than GRAPH_MB megabytes, and then forks the query processes in its place; with the
next version, another holder takes over. All server processes share the socket FD, from which one of
these processes reads at a time. Messages are `load FOLDER`, and `fork MEGABYTES` with two sockets:
that of requests, and one on which the number of the new process is sent, 0 where there is none,
`outdated` where another graph is held, and at its end the exit status (a decimal as of
`os.waitstatus_to_exitcode`), or `over` where all query processes together took more than QUERIES_MB
megabytes, and it the most.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.platform.confinement import close_network, end_with_parent
from gcmgraph.platform.processes import start_arguments
from gcmgraph.store.query_process import (
    MemoryGraph,
    answer_requests,
    load_memory_graph,
    resident_megabytes,
)

#: Seconds from one graph to the next: versions that follow each other faster are not worth loading.
#: The first graph is loaded at once.
SETTLED = 5.0

#: Seconds after which a graph is loaded again whose holder was killed, as when the system ran out
#: of memory.
RECOVERED = 60.0

#: Seconds between two measurements of memory while queries run, and the part of the budget at which
#: a process ends: it grows on until the next measurement.
INTERVAL, PART = 0.02, 0.8

_LONGEST, _SOCKETS = 4096, 2
_READY, _STOP = b"ready", b"stop"


@dataclass
class _Query:
    """A query process that was forked here."""

    end: socket.socket
    #: shared with this process
    at_first: float
    over: bool = False


class Forker:
    """Forks query processes, reports their ends, and ends the largest where all take too much memory."""

    def __init__(
        self, control: socket.socket, max_query_megabytes: int, graph: MemoryGraph | None = None
    ) -> None:
        self.control = control
        self.selector = selectors.DefaultSelector()
        self._max_query_megabytes = max_query_megabytes
        self._graph = graph
        self._queries: dict[int, _Query] = {}
        self._died, self._wakeup = socket.socketpair()
        for end in (self._died, self._wakeup):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # so that it wakes up
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        self.selector.register(self._died, selectors.EVENT_READ, self._reap)
        self._open = True

    def accept(self) -> None:
        """Read messages of servers from now on."""
        if not self.accepting:
            self.selector.register(self.control, selectors.EVENT_READ, self._obey)

    def stop_accepting(self) -> None:
        """Read messages of servers no longer, and end idle query processes; busy ones are not used again."""
        if self.accepting:
            self.selector.unregister(self.control)
        for pid, query in self._queries.items():
            with suppress(OSError):  # the other side may have closed it
                query.end.send(b"outdated")
            os.kill(pid, signal.SIGTERM)

    @property
    def accepting(self) -> bool:
        """Whether messages of servers are read here."""
        return self.control in self.selector.get_map()

    def run(self) -> None:
        """Serve until all servers hang up; the end of this process ends every query."""
        while self._open and self.serves():
            for key, _ in self.selector.select(
                INTERVAL if self._queries and self._max_query_megabytes else self.seconds_left()
            ):
                act: Callable[[], None] = key.data
                act()
            self._measure()

    def serves(self) -> bool:
        """Whether there is something left to do."""
        return True

    def seconds_left(self) -> float | None:
        """Seconds until this process has something to do by itself."""
        return None

    def load(self, folder: Path) -> None:
        """Follow the message to load the graph of a folder."""
        raise NotImplementedError

    def ended(self, pid: int) -> None:
        """A process ended that is none of a query."""

    def become_child(self) -> None:
        """Let go of what is of this process alone, in a fork of it."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.selector.close()
        ends_of_queries = [query.end for query in self._queries.values()]
        for channel in (self._died, self._wakeup, *ends_of_queries):
            channel.close()
        end_with_parent()

    def _obey(self) -> None:
        """Follow the next message of a server."""
        message, sockets, _, _ = socket.recv_fds(self.control, _LONGEST, _SOCKETS)
        if not message:
            self._open = False
            return
        word, _, value = message.partition(b" ")
        if word == b"load":
            self.load(Path(os.fsdecode(value)))
            return
        channel, end = (socket.socket(fileno=descriptor) for descriptor in sockets)
        with channel:
            try:
                pid = os.fork()
            except OSError:
                pid = -1
            if pid == 0:
                self._become_query(channel, end, int(value))
        with suppress(OSError):  # the other side may have closed it
            end.send(str(max(pid, 0)).encode())
        if pid > 0:
            self._queries[pid] = _Query(end, resident_megabytes(os.getpid()))
        else:
            end.close()

    def _become_query(self, channel: socket.socket, end: socket.socket, megabytes: int) -> None:
        """Go on as a query process. Does not return."""
        try:
            self.become_child()
            end.close()
            self.close_links()
            answer_requests(channel, megabytes, self._graph)
        finally:
            os._exit(0)

    def close_links(self) -> None:
        """Close the sockets to other processes, in a query process."""
        self.control.close()

    def _reap(self) -> None:
        """Report the exit statuses of the processes that have ended."""
        with suppress(BlockingIOError):
            while self._died.recv(_LONGEST):
                pass
        with suppress(ChildProcessError):  # there is none left
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                query = self._queries.pop(ended[0], None)
                if query is None:
                    self.ended(ended[0])
                    continue
                with query.end, suppress(OSError):
                    query.end.send(
                        b"over" if query.over else str(os.waitstatus_to_exitcode(ended[1])).encode()
                    )

    def _measure(self) -> None:
        """End the largest query process where all are over the budget."""
        if not self._queries or not self._max_query_megabytes:
            return
        sizes = {
            pid: resident_megabytes(pid) - query.at_first for pid, query in self._queries.items()
        }
        largest = max(sizes, key=lambda pid: sizes[pid])
        if sum(size for size in sizes.values() if size > 0) > self._max_query_megabytes * PART:
            self._queries[largest].over = True
            os.kill(largest, signal.SIGKILL)


class Holder(Forker):
    """Forker with a graph in memory."""

    def __init__(
        self,
        control: socket.socket,
        link: socket.socket,
        max_query_megabytes: int,
        graph: MemoryGraph,
    ) -> None:
        super().__init__(control, max_query_megabytes, graph)
        self._link = link
        self.selector.register(link, selectors.EVENT_READ, self._stop)
        link.send(_READY)
        self.accept()

    def serves(self) -> bool:
        """Until another holder took over and the last query ended."""
        return self.accepting or bool(self._queries)

    def load(self, folder: Path) -> None:
        """Pass the message on."""
        self._link.send(os.fsencode(folder))

    def close_links(self) -> None:
        """See `Forker.close_links`."""
        super().close_links()
        self._link.close()

    def _stop(self) -> None:
        self._link.recv(_LONGEST)
        self.selector.unregister(self._link)
        self.stop_accepting()


class FirstForker(Forker):
    """Forker without a graph, and parent of the holders."""

    def __init__(
        self, control: socket.socket, max_graph_megabytes: int, max_query_megabytes: int
    ) -> None:
        super().__init__(control, max_query_megabytes)
        self._max_graph_megabytes = max_graph_megabytes
        self._sockets: dict[int, socket.socket] = {}  # by number of a holder
        self._holder: int | None = None
        self._next: int | None = None
        self._newest_folder: Path | None = None
        self._due: float | None = None
        self.accept()

    def load(self, folder: Path) -> None:
        """Load a graph when its version has settled; the first one at once."""
        if folder != self._newest_folder and self._max_graph_megabytes:
            self._due = time.monotonic() + (0.0 if self._newest_folder is None else SETTLED)
            self._newest_folder = folder

    def seconds_left(self) -> float | None:
        """Until a graph is to be loaded."""
        return None if self._due is None else max(0.0, self._due - time.monotonic())

    def serves(self) -> bool:
        """Fork a holder where one is due."""
        if self._due is not None and self._due <= time.monotonic():
            self._due = None
            self._fork_holder()
        return True

    def close_links(self) -> None:
        """See `Forker.close_links`."""
        super().close_links()
        for link in self._sockets.values():
            link.close()

    def ended(self, pid: int) -> None:
        """A holder ended: the current one was killed, the next one cannot hold its graph, or one was replaced."""
        if (link := self._sockets.pop(pid, None)) is not None:
            self.selector.unregister(link)
            link.close()
        if pid == self._next and self._holder is not None:
            self._sockets[self._holder].send(_STOP)  # its graph is outdated
        if pid == self._holder:
            self._due = time.monotonic() + RECOVERED
        if pid in {self._holder, self._next}:
            self._holder = self._next = None
            self.accept()

    def _fork_holder(self) -> None:
        channel, channel_of_holder = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            pid = os.fork()
        except OSError:
            return
        if pid == 0:
            try:
                self.become_child()
                channel.close()
                for link in self._sockets.values():
                    link.close()
                load_and_fork_queries(
                    self.control,
                    channel_of_holder,
                    self._newest_folder or Path(),
                    self._max_graph_megabytes,
                    self._max_query_megabytes,
                )
            finally:
                os._exit(0)
        channel_of_holder.close()
        self._next = pid
        self._sockets[pid] = channel
        self.selector.register(
            channel, selectors.EVENT_READ, lambda: self._read_holder_message(pid, channel)
        )

    def _read_holder_message(self, pid: int, link: socket.socket) -> None:
        """Read a message of a holder."""
        message = link.recv(_LONGEST)
        if message == _READY:
            self.stop_accepting()
            if self._holder is not None:
                self._sockets[self._holder].send(_STOP)
            self._holder, self._next = pid, None
        elif message:
            self.load(Path(os.fsdecode(message)))
        else:
            self._reap()


def load_and_fork_queries(
    control: socket.socket,
    link: socket.socket,
    folder: Path,
    max_graph_megabytes: int,
    max_query_megabytes: int,
) -> None:
    """Load a graph, and fork query processes that share it; nothing where it cannot be held."""
    graph = load_memory_graph(folder, max_graph_megabytes)
    if graph is not None:
        gc.collect()
        gc.freeze()  # objects that the collector leaves alone are not written, and stay shared
        Holder(control, link, max_query_megabytes, graph).run()


def main() -> None:
    """Serve until all servers hang up."""
    control, (max_graph_megabytes, max_query_megabytes) = start_arguments()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the server's to handle
    close_network()
    gc.collect()
    gc.freeze()
    FirstForker(control, int(max_graph_megabytes), int(max_query_megabytes)).run()


if __name__ == "__main__":
    main()
