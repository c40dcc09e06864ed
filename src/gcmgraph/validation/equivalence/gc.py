"""Python's search for cyclic garbage goes through all objects again and again, also through millions that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cycles_left() -> Iterator[None]:
    """Leave cyclic garbage alone until the end of the block.

    What was made by then is not searched any more, until `searched_again`. Both act on the whole process.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if enabled:
            gc.enable()


def searched_again() -> None:
    """Let all objects be searched for cyclic garbage again."""
    gc.unfreeze()
