"""Python's search for cyclic garbage, which visits millions of objects that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause garbage collection until the end of the block.

    Objects made by then are not searched until `collection_resumed`. Both affect the whole process.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if enabled:
            gc.enable()


def collection_resumed() -> None:
    """Search all objects again."""
    gc.unfreeze()
