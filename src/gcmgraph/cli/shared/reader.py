"""The reader of documents, a package of its own that needs the extra `reader`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gcmgraph.errors import GcmGraphError

#: Modules without which the reader is not installed: itself, and what its extra installs.
_MODULES = frozenset({"gcmreader", "pdfminer"})


class NoReaderError(GcmGraphError):
    """The reader of documents is not installed."""


def import_reader(module: str) -> Any:
    """A module of `gcmreader`. Raises `NoReaderError`."""
    try:
        return import_module(f"gcmreader.{module}")
    except ModuleNotFoundError as error:
        if error.name not in _MODULES:
            raise
        raise NoReaderError(
            "The reader of documents is not installed.", hint="Install its extra: pip install 'gcmgraph[reader]'."
        ) from error
