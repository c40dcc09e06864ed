"""System calls that a process gives up (seccomp): new processes, other programs, and access to other processes.

There is no such filter but on Linux on x86-64 and arm64. https://man7.org/linux/man-pages/man2/seccomp.2.html
"""

from __future__ import annotations

import errno
import os
import platform

from gcmgraph.processes.sandbox import install_filter

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000
_ERROR = 0x00050000

#: Offsets in `struct seccomp_data`: the number of the call, the lower half of its first argument, both of the third.
_NUMBER, _FIRST, _THIRD, _THIRD_UPPER = 0, 16, 32, 36

_CLONE_THREAD = 0x10000

#: Numbers of calls by machine, in the order of `_NAMES`. https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git
_NAMES = (
    *("execve", "execveat", "ptrace", "kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    *("process_vm_readv", "process_vm_writev", "pidfd_send_signal", "pidfd_open", "pidfd_getfd"),
    *("setrlimit", "bpf", "perf_event_open", "userfaultfd", "unshare", "setns", "mount", "keyctl"),
)
_DENIED = {
    "x86_64": (
        59,
        322,
        101,
        62,
        200,
        129,
        297,
        310,
        311,
        424,
        434,
        438,
        160,
        321,
        298,
        323,
        272,
        308,
        165,
        250,
        57,
        58,
    ),
    "aarch64": (221, 281, 117, 129, 130, 138, 240, 270, 271, 424, 434, 438, 164, 280, 241, 282, 97, 268, 40, 219),
}

#: Numbers of `clone` and `tgkill`; `clone3`, whose flags a filter cannot read, has one number.
_CLONE = {"x86_64": 56, "aarch64": 220}
_TGKILL = {"x86_64": 234, "aarch64": 131}
_CLONE3 = 435

#: Number of `prlimit64`, which also reads limits: its third argument is a new limit or NULL.
_PRLIMIT = {"x86_64": 302, "aarch64": 261}


def give_up_processes() -> bool:
    """Forbid this process all of `_NAMES`, to fork, to signal others and to change limits.

    Threads and its own end stay possible.

    False where that is not possible.
    """
    machine = platform.machine()
    if machine not in _DENIED:
        return False
    refused = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    program = [(_LOAD, 0, 0, _NUMBER)]
    for number in _DENIED[machine]:
        program += [(_EQUAL, 0, 1, number), refused]
    # glibc calls `clone` where there is no `clone3`
    program += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    program += [(_EQUAL, 0, 4, _CLONE[machine]), (_LOAD, 0, 0, _FIRST), (_ANY_BIT, 1, 0, _CLONE_THREAD), refused]
    program += [(_RETURN, 0, 0, _ALLOW)]
    program += [(_EQUAL, 0, 3, _TGKILL[machine]), (_LOAD, 0, 0, _FIRST), (_EQUAL, 1, 0, os.getpid()), refused]
    program += [(_RETURN, 0, 0, _ALLOW)]
    program += [(_EQUAL, 0, 5, _PRLIMIT[machine]), (_LOAD, 0, 0, _THIRD), (_EQUAL, 1, 0, 0), refused]
    program += [(_LOAD, 0, 0, _THIRD_UPPER), (_EQUAL, 1, 0, 0), refused, (_RETURN, 0, 0, _ALLOW)]
    return install_filter(program)
