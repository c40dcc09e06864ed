"""Limits that a process sets itself: memory, network, files, new processes, and its parent's end.

System calls are refused by seccomp filters (https://man7.org/linux/man-pages/man2/seccomp.2.html),
files by Landlock (https://docs.kernel.org/userspace-api/landlock.html, since Linux 5.13). Neither
needs a privilege, and both work in containers. There is no filter but on Linux on x86-64 and arm64;
elsewhere only the screening of queries protects.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

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

#: Offsets in `struct seccomp_data`.
_NUMBER = 0
_ARCHITECTURE = 4
_FIRST_ARGUMENT = 16  # the lower half
_THIRD_ARGUMENT = 32
_THIRD_ARGUMENT_UPPER = 36

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
_IO_URING_SETUP = 425
_CLONE3 = 435

_CLONE_THREAD = 0x10000

#: Numbers from here on are calls of the x32 ABI of x86-64, which has a `socket` call of its own.
_X32 = 0x40000000

#: Calls of Landlock, and their arguments.
_CREATE_RULESET = 444
_ADD_RULE = 445
_RESTRICT_SELF = 446
_GET_VERSION = 1
_RULE_PATH_BENEATH = 1
_READ_FILE = 1 << 2
_READ_FOLDER = 1 << 3

#: Number of the rights to files that each version of the interface has; later versions add other
#: rights.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL_RIGHTS = 16

#: Files of the C library and of the loader, which are read when they are first used.
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/etc/ld.so.cache")

#: An instruction of a filter: code, jump where it is true and where it is not, and value.
_Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    """`struct sock_fprog` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def cap_memory(megabytes: int) -> None:
    """Limit the address space to its present size and `megabytes` more, never above its limit."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0]) if _LINUX else 0
    limit = pages * resource.getpagesize() + megabytes * 1024 * 1024
    _, hard_limit = resource.getrlimit(resource.RLIMIT_AS)
    if hard_limit != resource.RLIM_INFINITY:
        limit = min(limit, hard_limit)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def return_freed_memory() -> None:
    """Return freed memory to the system.

    Does nothing without glibc, which retains all but the end of a heap:
    https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim:
        malloc_trim(0)


def end_with_parent() -> None:
    """Have this process killed at the end of the thread or process that forked it.

    By PR_SET_PDEATHSIG of prctl(2).
    """
    if _LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def close_network() -> bool:
    """Forbid this process to open sockets and io_uring instances.

    False where that is not possible.
    """
    calls = _calls_of_machine(_CALLS)
    if calls is None:
        return False
    return _install_filter(
        [
            (_LOAD, 0, 0, _ARCHITECTURE),
            (_EQUAL, 1, 0, _MACHINES[platform.machine()]),
            _KILL,
            (_LOAD, 0, 0, _NUMBER),
            *_if_call(_IO_URING_SETUP, _REFUSE),
            *_if_call(calls["socket"], _REFUSE),
            (_AT_LEAST, 0, 1, _X32),
            _REFUSE,
            _ALLOW,
        ]
    )


def give_up_processes() -> bool:
    """Forbid this process all of `_DENIED`, to fork, to signal others and to change limits.

    Threads and its own end stay possible. False where the calls cannot be refused.
    """
    denied_calls = _calls_of_machine(_DENIED)
    calls = _calls_of_machine(_CALLS)
    if denied_calls is None or calls is None:
        return False
    program = [(_LOAD, 0, 0, _NUMBER)]
    for number in denied_calls.values():
        program += _if_call(number, _REFUSE)
    # glibc calls `clone` where there is no `clone3`
    program += _if_call(_CLONE3, (_RETURN, 0, 0, _ERROR | errno.ENOSYS))
    program += _if_call(
        calls["clone"],
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        _REFUSE,
        _ALLOW,
    )
    program += _if_call(
        calls["tgkill"],
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_EQUAL, 1, 0, os.getpid()),
        _REFUSE,
        _ALLOW,
    )
    program += _if_call(
        calls["prlimit64"],
        (_LOAD, 0, 0, _THIRD_ARGUMENT),
        (_EQUAL, 1, 0, 0),
        _REFUSE,
        (_LOAD, 0, 0, _THIRD_ARGUMENT_UPPER),
        (_EQUAL, 1, 0, 0),
        _REFUSE,
    )
    return _install_filter([*program, _ALLOW])


def _if_call(number: int, *instructions: _Instruction) -> list[_Instruction]:
    """Instructions for the call of a number; others jump over them."""
    return [(_EQUAL, 0, len(instructions), number), *instructions]


def _calls_of_machine(table: Mapping[str, tuple[int, int | None]]) -> dict[str, int] | None:
    """The numbers of the calls of a table on this machine; None on a machine without filters."""
    if not _LINUX or platform.machine() not in _MACHINES:
        return None
    column = list(_MACHINES).index(platform.machine())
    numbers = {name: row[column] for name, row in table.items()}
    return {name: number for name, number in numbers.items() if number is not None}


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
    handled_rights = struct.pack("Q", (1 << _RIGHTS.get(version, _ALL_RIGHTS)) - 1)
    ruleset = libc.syscall(
        ctypes.c_long(_CREATE_RULESET),
        handled_rights,
        ctypes.c_size_t(len(handled_rights)),
        ctypes.c_uint(0),
    )
    if ruleset < 0:
        return False
    try:
        folders_of_program = {sys.prefix, sys.base_prefix, *(path for path in sys.path if path)}
        for path in (*_SYSTEM, *sorted(folders_of_program), *map(str, folders)):
            with suppress(OSError):  # there is none
                _permit_reading(libc, ruleset, path)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        status = libc.syscall(
            ctypes.c_long(_RESTRICT_SELF), ctypes.c_int(ruleset), ctypes.c_uint(0)
        )
        return bool(status == 0)
    finally:
        os.close(ruleset)


def _permit_reading(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    """Add the rule that a file, or all below a folder, can be read. Raises `OSError`."""
    rights = _READ_FILE
    if Path(path).is_dir():
        rights |= _READ_FOLDER
    descriptor = os.open(path, os.O_PATH)
    try:
        libc.syscall(
            ctypes.c_long(_ADD_RULE),
            ctypes.c_int(ruleset),
            ctypes.c_int(_RULE_PATH_BENEATH),
            struct.pack("=Qi", rights, descriptor),
            ctypes.c_uint(0),
        )
    finally:
        os.close(descriptor)
