"""How the memory of a server process is allocated.

glibc gives each thread an arena of its own, up to eight for each core, and what is freed in one serves no thread of
another. A server process answers in many threads: with each dataset version another one builds lists, fills caches,
lets go of them, and every arena grows to the most that was ever needed in it.
https://sourceware.org/glibc/manual/latest/html_node/The-GNU-Allocator.html
"""

from __future__ import annotations

import ctypes

#: Arenas of a process. Two threads seldom allocate at the same moment: most of the time one has the interpreter.
ARENAS = 2

_M_ARENA_MAX = -8  # malloc.h


def share_arenas() -> bool:
    """Let all threads of this process, and of those forked from it, share `ARENAS`; False where there is no glibc.

    It must come before there are threads: an arena that is there stays.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_M_ARENA_MAX, ARENAS) == 1
