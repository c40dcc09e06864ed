"""Templates compiled once for all processes, beside the compiled modules of this package.

To compile those of one page takes 0.2 s of CPU time in each server process, to read them compiled a tenth of that.
"""

from __future__ import annotations

import pickle
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from threading import get_native_id

from jinja2 import BytecodeCache, Environment, compiler
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Keeps what templates were compiled to where Python keeps what modules were compiled to, and on its terms.

    Nothing is kept where nothing may be written (`PYTHONDONTWRITEBYTECODE`, a folder of somebody else's). What another
    release of Jinja compiled, or with other options, is compiled anew.
    """

    def __init__(self, environment: Environment) -> None:
        """`environment`: its options are not changed any more."""
        self._folder = Path(cache_from_source(__file__)).parent
        installed = Path(compiler.__file__).stat()
        options = environment.trim_blocks, environment.lstrip_blocks, sorted(environment.extensions)
        self._compiler = f"{installed.st_size} {installed.st_mtime_ns} {options}"

    def get_source_checksum(self, source: str) -> str:
        """What is compiled is told by its source and by what compiles it."""
        return super().get_source_checksum(f"{self._compiler}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a template; Jinja compiles it where it is not there, is cut, or was compiled of another source."""
        with suppress(OSError, EOFError, pickle.UnpicklingError), self._file(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template; who reads it meanwhile finds the old one or the new one, whole."""
        if sys.dont_write_bytecode:
            return
        whole = self._file(bucket)
        part = whole.with_name(f"{whole.name}.{get_native_id()}")
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                part.write_bytes(bucket.bytecode_to_string())
                part.replace(whole)
            finally:
                part.unlink(missing_ok=True)  # where the disk is full

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"template-{bucket.key}.{sys.implementation.cache_tag}"
