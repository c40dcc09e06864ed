"""Processes that can be killed: their start, their limits, and the frames exchanged with them.

A process limits its own memory, network, files and new processes, and ends with its parent. System
calls are refused by seccomp filters (https://man7.org/linux/man-pages/man2/seccomp.2.html), files
by Landlock (https://docs.kernel.org/userspace-api/landlock.html, since Linux 5.13). Neither needs a
privilege, and both work in containers. There is no filter but on Linux on x86-64 and arm64;
elsewhere only the screening of queries protects.

A worker is a module run by an interpreter of its own, with a socket to the process that starts it.
The command is `python -m MODULE FD ARGUMENTS…`, where FD is the worker's end of the socket. Both
sides exchange frames of a head (JSON) and a body (bytes): `multiprocessing.Pipe` makes a selector
for each wait, which takes longer than a small query. Slots limit the number of requests to workers
that run and wait.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import pickle
import platform
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gcmgraph.platform.errors import GcmGraphError, recorded_error

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

_ALLOW = (_RETURN, 0, 0, 0x7FFF0000)
_KILL = (_RETURN, 0, 0, 0x80000000)
_ERROR = 0x00050000
_REFUSE = (_RETURN, 0, 0, _ERROR | errno.EPERM)

#: Offsets in `struct seccomp_data`: the number of the call, the architecture, the lower half of the
#: first argument, both halves of the third.
_NUMBER, _ARCHITECTURE, _FIRST, _THIRD, _THIRD_UPPER = 0, 4, 16, 32, 36

_LINUX = platform.system() == "Linux"

#: Audit architectures of the machines with filters, in the order of `_CALLS` and `_DENIED`.
_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

#: Numbers of calls on each machine.
#: https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git `prlimit64` also reads limits:
#: its third argument is a new limit or NULL.
_CALLS = {"socket": (41, 198), "clone": (56, 220), "tgkill": (234, 131), "prlimit64": (302, 261)}

#: Calls that start programs, or reach other processes or the system.
_DENIED = {
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "setrlimit": (160, 164),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "keyctl": (250, 219),
    "fork": (57, None),
    "vfork": (58, None),
}

#: Calls with one number on both machines. A socket can be opened through `io_uring_setup`; a filter
#: cannot read the flags of `clone3`.
_IO_URING_SETUP, _CLONE3 = 425, 435

_CLONE_THREAD = 0x10000

#: Numbers from here on are calls of the x32 ABI of x86-64, which has a `socket` call of its own.
_X32 = 0x40000000

#: Environment of a process whose memory is capped: how glibc allocates
#: (https://sourceware.org/glibc/manual/latest/html_node/Memory-Allocation-Tunables.html). By
#: default it reserves up to 128 MB of address space for the arena of each thread, which the cap
#: counts: the engine opens a store with several, and some processes died at their first query. It
#: caches 7 free pieces of a size, where the engine frees many at once: with 100, joins and sorts
#: take up to a fifth less time.
ALLOCATION = {"GLIBC_TUNABLES": "glibc.malloc.arena_max=1:glibc.malloc.tcache_count=100"}


#: An instruction of a filter: code, jump where it is true and where it is not, and value.
_Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    """`struct sock_fprog` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def cap_memory(megabytes: int) -> None:
    """Limit the address space of this process to its present size and `megabytes` more, never above its limit."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0]) if _LINUX else 0
    limit, (_, most) = (
        pages * resource.getpagesize() + megabytes * 1024 * 1024,
        resource.getrlimit(resource.RLIMIT_AS),
    )
    limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with_parent() -> None:
    """Have this process killed at the end of the thread or process that forked it (PR_SET_PDEATHSIG of prctl(2))."""
    if _LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def close_network() -> bool:
    """Forbid this process to open sockets and io_uring instances.

    False where that is not possible.
    """
    if (calls := _calls(_CALLS)) is None:
        return False
    machine = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, _MACHINES[platform.machine()]), _KILL]
    refused = [*_where(_IO_URING_SETUP, _REFUSE), *_where(calls["socket"], _REFUSE)]
    return _install_filter(
        [*machine, (_LOAD, 0, 0, _NUMBER), *refused, (_AT_LEAST, 0, 1, _X32), _REFUSE, _ALLOW]
    )


def give_up_processes() -> bool:
    """Forbid this process all of `_DENIED`, to fork, to signal others and to change limits.

    Threads and its own end stay possible. False where the calls cannot be refused.
    """
    denied, calls = _calls(_DENIED), _calls(_CALLS)
    if denied is None or calls is None:
        return False
    program = [(_LOAD, 0, 0, _NUMBER)]
    for number in denied.values():
        program += _where(number, _REFUSE)
    # glibc calls `clone` where there is no `clone3`
    program += _where(_CLONE3, (_RETURN, 0, 0, _ERROR | errno.ENOSYS))
    program += _where(
        calls["clone"], (_LOAD, 0, 0, _FIRST), (_ANY_BIT, 1, 0, _CLONE_THREAD), _REFUSE, _ALLOW
    )
    program += _where(
        calls["tgkill"], (_LOAD, 0, 0, _FIRST), (_EQUAL, 1, 0, os.getpid()), _REFUSE, _ALLOW
    )
    halves = [
        one
        for half in (_THIRD, _THIRD_UPPER)
        for one in ((_LOAD, 0, 0, half), (_EQUAL, 1, 0, 0), _REFUSE)
    ]
    return _install_filter([*program, *_where(calls["prlimit64"], *halves), _ALLOW])


def _where(number: int, *instructions: _Instruction) -> list[_Instruction]:
    """Instructions for the call of a number; others jump over them."""
    return [(_EQUAL, 0, len(instructions), number), *instructions]


def _calls(table: Mapping[str, tuple[int, int | None]]) -> dict[str, int] | None:
    """The numbers of the calls of a table on this machine; None on a machine without filters."""
    if not _LINUX or platform.machine() not in _MACHINES:
        return None
    machine = list(_MACHINES).index(platform.machine())
    return {
        name: number for name, numbers in table.items() if (number := numbers[machine]) is not None
    }


def _install_filter(instructions: Sequence[_Instruction]) -> bool:
    """Filter the system calls of this process by a program of BPF, in addition to earlier ones.

    False where that is not possible.
    """
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    program = _Program(len(instructions), code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program)) == 0)


_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_GET_VERSION = 1
_RULE_PATH_BENEATH = 1

_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3

#: Number of the rights to files that each version of the interface has; later versions add other
#: rights.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL = 16

#: Files of the C library and of the loader, which are read when they are first used.
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/etc/ld.so.cache")


def read_only_from_now(folders: Iterable[Path]) -> bool:
    """Let this process read files below these folders and those of the program, and write none.

    False where the system has no such rules. It holds for threads that start later.
    """
    if not _LINUX:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    version = libc.syscall(
        ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(_GET_VERSION)
    )
    if version < 1:
        return False
    handled = struct.pack("Q", (1 << _RIGHTS.get(version, _ALL)) - 1)
    rules = libc.syscall(
        ctypes.c_long(_CREATE_RULESET), handled, ctypes.c_size_t(len(handled)), ctypes.c_uint(0)
    )
    if rules < 0:
        return False
    try:
        program = {sys.prefix, sys.base_prefix, *(path for path in sys.path if path)}
        for path in (*_SYSTEM, *sorted(program), *map(str, folders)):
            with suppress(OSError):  # there is none
                rights, opened = (
                    _READ_FILE | (_READ_FOLDER if Path(path).is_dir() else 0),
                    os.open(path, os.O_PATH),
                )
                try:
                    rule = struct.pack("=Qi", rights, opened)
                    arguments = (
                        ctypes.c_int(rules),
                        ctypes.c_int(_RULE_PATH_BENEATH),
                        rule,
                        ctypes.c_uint(0),
                    )
                    libc.syscall(ctypes.c_long(_ADD_RULE), *arguments)
                finally:
                    os.close(opened)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(
            libc.syscall(ctypes.c_long(_RESTRICT_SELF), ctypes.c_int(rules), ctypes.c_uint(0)) == 0
        )
    finally:
        os.close(rules)


def return_freed_memory() -> None:
    """Return freed memory to the system; nothing happens where there is no glibc, which keeps all but a heap's end.

    https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


#: Seconds after a request's limit in which the parent, which can report the reason, is to end the
#: process.
GRACE = 1.0


class Worker:
    """One worker process.

    Its callers turn `OSError`, `EOFError` and `TimeoutError` into errors of their own.
    """

    def __init__(
        self,
        module: str,
        *arguments: str,
        kind: int = socket.SOCK_STREAM,
        capped: bool = False,
        quiet: bool = False,
    ) -> None:
        """Start the process. Raises `OSError` where there is no process or memory left.

        `capped`: it caps its memory, and allocates accordingly. `quiet`: its outputs are discarded.
        """
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, kind)
        output = subprocess.DEVNULL if quiet else None
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-m", module, str(theirs.fileno()), *arguments],
                    pass_fds=[theirs.fileno()],
                    env={**os.environ, **ALLOCATION} if capped else None,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                )
            except OSError:
                self.channel.close()
                raise

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def exchange(self, head: bytes, body: bytes, deadline: float) -> tuple[bytes, bytes]:
        """Send a frame and return the answer; raises as `receive` does."""
        _limit(self.channel, deadline)
        send_frame(self.channel, head, body)
        return self.receive(deadline)

    def receive(self, deadline: float) -> tuple[bytes, bytes]:
        """The next frame.

        Raises `TimeoutError` at the deadline (monotonic), `EOFError` or `OSError` for a hang-up.
        """
        first = await_frame(self.channel, deadline)
        if first is None:
            raise TimeoutError
        return finish_frame(self.channel, first, deadline)

    def wait(self, deadline: float) -> None:
        """Wait for the end of the process; at the deadline (monotonic), kill it."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    def kill(self) -> None:
        """Kill the process, and with it every process forked from it that called `end_with_parent`."""
        self._process.kill()

    def close(self) -> None:
        """Kill the process, wait for its end, and close the socket."""
        self.kill()
        self._process.wait()
        self.channel.close()


class Slots:
    """A limited number of slots, given in the order of arrival; `first` are before the others.

    For many threads.
    """

    def __init__(
        self, count: int, waiting: int, seconds: float, busy: Callable[[], Exception]
    ) -> None:
        """As many as `waiting` may wait, each for some seconds; `busy` makes the error for one without a slot."""
        self._free, self._most, self._seconds, self.busy = count, waiting, seconds, busy
        self._changed = threading.Condition()
        self._waiting: list[object] = []

    @property
    def full(self) -> bool:
        """Whether one more would be refused."""
        return not self._free and len(self._waiting) >= self._most

    @contextmanager
    def slot(self, *, first: bool = False) -> Iterator[None]:
        """Wait for a slot, which is free again after the block.

        Raises the error, at once where too many wait.
        """
        own = object()
        with self._changed:
            if self.full and not first:
                raise self.busy()
            self._waiting.insert(0 if first else len(self._waiting), own)
            try:
                if not self._changed.wait_for(
                    lambda: self._free and self._waiting[0] is own, self._seconds
                ):
                    raise self.busy()
                self._free -= 1
            finally:
                self._waiting.remove(own)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()


def request_once(
    module: str, arguments: tuple[object, ...], seconds: float, *errors: type[GcmGraphError]
) -> Any:
    """The answer of a process that is started for one request.

    It may go on afterwards, until its time is over.

    Raises one of the `errors` (`recorded_error`), and `EOFError` or `OSError` where there is no
    answer in time.
    """
    deadline = time.monotonic() + seconds
    process = Worker(module)
    try:
        outcome = json.loads(process.exchange(b"", pickle.dumps(arguments), deadline)[0])
    except (EOFError, OSError):
        process.kill()
        raise
    finally:
        process.channel.close()
        threading.Thread(target=process.wait, args=(deadline,), daemon=True).start()
    if "error" in outcome:
        raise recorded_error(outcome, *errors)
    return outcome["result"]


def answer_once(act: Callable[..., Iterator[object]]) -> None:
    """Answer the one request of the parent by the first value of `act`, or its error; then run it to its end."""
    channel, _ = start_arguments()
    if (frame := receive_frame(channel)) is None:
        return
    steps = act(*pickle.loads(frame[1]))  # noqa: S301 - written by our own process
    try:
        outcome = {"result": next(steps)}
    except GcmGraphError as error:
        outcome = error.record
    with channel, suppress(OSError):  # the parent may have ended meanwhile
        send_frame(channel, json.dumps(outcome).encode())
    for _ in steps:
        pass


def start_arguments() -> tuple[socket.socket, list[str]]:
    """The socket to the parent, and the other arguments."""
    return socket.socket(fileno=int(sys.argv[1])), sys.argv[2:]


def serve(
    channel: socket.socket,
    answer: Callable[[Any, bytes], tuple[dict[str, Any], bytes]],
    retires: Callable[[], bool] = lambda: False,
    after: Callable[[], object] = lambda: None,
) -> None:
    """Answer requests one at a time until the other side hangs up, or this process `retires`, as the head then states.

    The head of an error is its record, or `memory` where the memory does not suffice. `after` is
    called when an answer was sent.

    SIGALRM ends the process where a request takes longer than the `seconds` in its head, so that
    none outlives a parent that died.
    """
    while (frame := receive_frame(channel)) is not None:
        request = json.loads(frame[0])
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + GRACE)
        try:
            head, body = answer(request, frame[1])
        except GcmGraphError as error:
            head, body = error.record, b""
        except MemoryError:
            head, body = {"memory": True}, b""
        head["retiring"] = retires()
        send_frame(channel, json.dumps(head).encode(), body)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if head["retiring"]:
            return
        del head, body, frame
        after()


# --------------------------------------------------------------------------------------------------------------- frames

_LENGTHS = struct.Struct("!IQ")

#: Bodies of up to this many bytes are sent together with their head.
_SMALL = 64 * 1024


def send_frame(channel: socket.socket, head: bytes, body: bytes = b"") -> None:
    """Send a frame.

    Raises `OSError` where the other side is gone, `TimeoutError` where it does not read.
    """
    start = _LENGTHS.pack(len(head), len(body)) + head
    for part in (start + body,) if len(body) <= _SMALL else (start, body):
        channel.sendall(part)


def receive_frame(channel: socket.socket) -> tuple[bytes, bytes] | None:
    """The next frame, without a deadline; None where the other side hung up before one began."""
    first = channel.recv(_SMALL)
    return finish_frame(channel, first) if first else None


def await_frame(channel: socket.socket, deadline: float) -> bytes | None:
    """The first bytes of the next frame (`b""` for a hang-up); None at `deadline` (monotonic seconds)."""
    _limit(channel, deadline)
    try:
        return channel.recv(_SMALL)
    except TimeoutError:
        return None


def finish_frame(
    channel: socket.socket, first: bytes, deadline: float | None = None
) -> tuple[bytes, bytes]:
    """The frame that begins with `first`.

    Raises `EOFError` for a hang-up, `TimeoutError` at the deadline.
    """
    while len(first) < _LENGTHS.size:
        _limit(channel, deadline)
        if not first or not (received := channel.recv(_SMALL)):
            raise EOFError
        first += received
    head_length, body_length = _LENGTHS.unpack_from(first)
    start, end = _LENGTHS.size + head_length, _LENGTHS.size + head_length + body_length
    if len(first) >= end:
        return first[_LENGTHS.size : start], first[start:end]
    frame = bytearray(end)
    frame[: len(first)] = first
    filled, view = len(first), memoryview(frame)
    while filled < end:
        _limit(channel, deadline)
        if not (count := channel.recv_into(view[filled:])):
            raise EOFError
        filled += count
    return bytes(view[_LENGTHS.size : start]), bytes(view[start:end])


def _limit(channel: socket.socket, deadline: float | None) -> None:
    if deadline is not None:
        channel.settimeout(max(0.001, deadline - time.monotonic()))
