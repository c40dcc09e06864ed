"""Templates compiled once for all processes, beside the compiled modules of this package."""

from __future__ import annotations

import pickle
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, compiler
from jinja2.bccache import Bucket


class CompiledTemplates(FileSystemBytecodeCache):
    """Stores compiled templates where Python stores compiled modules, under the same conditions.

    Nothing is stored where nothing may be written (`PYTHONDONTWRITEBYTECODE`, a folder of another user). Templates
    compiled by another release of Jinja, or with other options, are compiled anew.
    """

    def __init__(self, environment: Environment) -> None:
        """`environment`: its options are final."""
        folder = Path(cache_from_source(__file__)).parent
        super().__init__(str(folder), f"template-%s.{sys.implementation.cache_tag}")
        installed = Path(compiler.__file__).stat()
        options = (
            environment.trim_blocks,
            environment.lstrip_blocks,
            bool(environment.finalize),
            sorted(environment.extensions),
        )
        self._compiler = f"{installed.st_size} {installed.st_mtime_ns} {options}"

    def get_source_checksum(self, source: str) -> str:
        """A digest of the source and of the compiler with its options."""
        return super().get_source_checksum(f"{self._compiler}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a template. Jinja compiles it where its file is missing, cut, or compiled from another source."""
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store a template, readable for those who can read this module."""
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            folder = Path(self.directory)
            folder.mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)
            (folder / (self.pattern % bucket.key)).chmod(Path(__file__).stat().st_mode & 0o666)
