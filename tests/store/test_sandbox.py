"""The limits of a query process, tried from inside a process that has set them itself."""

from __future__ import annotations

import errno
import platform
import subprocess
import sys

import pytest

CHILD = """
import ctypes, errno, sys
from gcmgraph.processes import close_network

libc = ctypes.CDLL(None, use_errno=True)
call = [int(argument) for argument in sys.argv[1:]]

def tried():
    ctypes.set_errno(0)
    return ctypes.get_errno() if libc.syscall(*call) < 0 else 0

before = tried()
print(before, close_network(), tried())
"""

#: Tries to raise a limit as `setrlimit(2)` of glibc does, before and after the process has set its limits.
LIMITS = """
import resource
from gcmgraph.processes import give_up_processes

soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))
print(give_up_processes(), resource.getrlimit(resource.RLIMIT_STACK) == (soft, hard))
resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))
"""

IO_URING_SETUP = 425
AF_INET, SOCK_STREAM = 2, 1
X32_SOCKET = 0x40000000 + 41


def tried(*call: int) -> tuple[int, int]:
    """The error numbers of a system call in a child, before and after it closes its network."""
    command = [sys.executable, "-c", CHILD, *map(str, call)]
    before, closed, after = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    if closed == "False":
        pytest.skip("needs Linux on x86-64 or arm64, which has the filter")
    return int(before), int(after)


def test_io_uring() -> None:
    before, after = tried(IO_URING_SETUP, 0, 0)
    if before in {errno.ENOSYS, errno.EPERM}:
        pytest.skip("needs a kernel with io_uring")
    assert after == errno.EPERM


def test_both_calls_for_a_socket() -> None:
    if platform.machine() != "x86_64":
        pytest.skip("needs x86-64, whose number of the call this is")
    assert tried(41, AF_INET, SOCK_STREAM, 0) == (0, errno.EPERM)
    before, after = tried(X32_SOCKET, AF_INET, SOCK_STREAM, 0)
    assert before in {0, errno.ENOSYS}  # few kernels have the x32 ABI
    assert after == errno.EPERM


def test_limits_are_read_and_not_changed() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITS], capture_output=True, text=True, check=False)
    if done.stdout.startswith("False"):
        pytest.skip("needs Linux on x86-64 or arm64, which has the filter")
    assert done.stdout == "True True\n"
    assert "PermissionError" in done.stderr or "not allowed to raise" in done.stderr


def test_memory_stays_below_the_limit_of_a_process() -> None:
    limit = 2**33
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))"
    capped = "from gcmgraph.processes import cap_memory; cap_memory(2**24)"
    shown = "print(*resource.getrlimit(resource.RLIMIT_AS))"
    command = [sys.executable, "-c", "\n".join((limited, capped, shown))]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert found == [str(limit)] * 2
