"""Files that a process may read; it may write none (https://docs.kernel.org/userspace-api/landlock.html).

It needs no privilege. Linux has it since 5.13, where it is turned on.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_GET_VERSION = 1
_RULE_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3

#: Number of the rights to files that each version of the interface has; later versions add other rights.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL = 16

#: Files of the C library and of the loader, which are read when they are first used.
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/etc/ld.so.cache")


def read_only_from_now(folders: Iterable[Path]) -> bool:
    """Let this process read files below these folders and those of the program, and write none.

    False where the system has no such rules. It holds for threads that start later.
    """
    if platform.system() != "Linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    version = libc.syscall(ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(_GET_VERSION))
    if version < 1:
        return False
    handled = struct.pack("Q", (1 << _RIGHTS.get(version, _ALL)) - 1)
    rules = libc.syscall(ctypes.c_long(_CREATE_RULESET), handled, ctypes.c_size_t(len(handled)), ctypes.c_uint(0))
    if rules < 0:
        return False
    try:
        program = {sys.prefix, sys.base_prefix, *(path for path in sys.path if path)}
        for path in (*_SYSTEM, *sorted(program), *map(str, folders)):
            _allow(libc, rules, path)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(libc.syscall(ctypes.c_long(_RESTRICT_SELF), ctypes.c_int(rules), ctypes.c_uint(0)) == 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str) -> None:
    """Allow to read below a path, where there is one."""
    try:
        opened = os.open(path, os.O_PATH)
    except OSError:
        return
    try:
        rights = _READ_FILE | (_READ_FOLDER if Path(path).is_dir() else 0)
        rule = struct.pack("=Qi", rights, opened)
        libc.syscall(
            ctypes.c_long(_ADD_RULE), ctypes.c_int(rules), ctypes.c_int(_RULE_PATH_BENEATH), rule, ctypes.c_uint(0)
        )
    finally:
        os.close(opened)
