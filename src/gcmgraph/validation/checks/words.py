"""Words and terms of the checks (`words.toml`)."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

#: The tables of the file by name.
WORDS: dict[str, Any] = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))
