"""Limits that a process sets itself: a memory cap, no network, an end with its parent.

The network is closed by a seccomp filter (https://man7.org/linux/man-pages/man2/seccomp.2.html) that makes
`socket()` fail with EPERM, and `io_uring_setup()`, through which a socket can be opened without `socket()`. It needs no
privilege and works in containers. There is none but on Linux on x86-64 and arm64; elsewhere only the screening of
queries protects.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import resource
import signal
import struct
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_RETURN_ERRNO = 0x00050000
_RETURN_ALLOW = 0x7FFF0000
_RETURN_KILL = 0x80000000
_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

_LINUX = platform.system() == "Linux"

#: machine: (audit architecture, number of the `socket` system call)
_SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}

#: Number of the `io_uring_setup` system call, the same on both machines.
_IO_URING_SETUP = 425

#: Numbers from here on are calls of the x32 ABI of x86-64, which has a `socket` call of its own.
_X32 = 0x40000000

#: Environment of a process whose memory is capped: how glibc allocates
#: (https://sourceware.org/glibc/manual/latest/html_node/Memory-Allocation-Tunables.html).
#: By default it reserves up to 128 MB of address space for the arena of each thread, which the cap counts: the engine
#: opens a store with several, and some processes died at their first query. It caches 7 free pieces of a size, where
#: the engine frees many at once: with 100, joins and sorts take up to a fifth less time.
ALLOCATION = {"GLIBC_TUNABLES": "glibc.malloc.arena_max=1:glibc.malloc.tcache_count=100"}


class _Program(ctypes.Structure):
    """`struct sock_fprog` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def cap_memory(megabytes: int) -> None:
    """Limit the address space of this process to its present size and `megabytes` more."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0]) if _LINUX else 0
    limit = pages * resource.getpagesize() + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with_parent() -> None:
    """Have this process killed at the end of the thread or process that forked it (PR_SET_PDEATHSIG of prctl(2))."""
    if _LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def close_network() -> bool:
    """Forbid this process to open sockets and io_uring instances. False where that is not possible."""
    if not _LINUX or platform.machine() not in _SOCKET_CALLS:
        return False
    architecture, socket_call = _SOCKET_CALLS[platform.machine()]
    instructions = (
        (_LOAD_WORD, 0, 0, 4),  # the architecture
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _RETURN_KILL),
        (_LOAD_WORD, 0, 0, 0),  # the number of the call
        (_JUMP_EQUAL, 3, 0, socket_call),
        (_JUMP_EQUAL, 2, 0, _IO_URING_SETUP),
        (_JUMP_AT_LEAST, 1, 0, _X32),
        (_RETURN, 0, 0, _RETURN_ALLOW),
        (_RETURN, 0, 0, _RETURN_ERRNO | errno.EPERM),
    )
    return install_filter(instructions)


def install_filter(instructions: Sequence[tuple[int, int, int, int]]) -> bool:
    """Filter the system calls of this process by a program of BPF, in addition to earlier ones.

    False where that is not possible.
    """
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    program = _Program(len(instructions), code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program)) == 0)
