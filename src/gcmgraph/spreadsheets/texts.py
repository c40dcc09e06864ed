"""Texts of the template beside those of the shapes, in all languages of the interface (`texts.toml`)."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from gcmgraph.translations import TemplateMessage


def _messages(texts: Any) -> Any:
    """Texts as messages, in the lists and tables that they are in."""
    match texts:
        case str():
            return TemplateMessage(texts)
        case list():
            return tuple(map(_messages, texts))
    return {name: _messages(text) for name, text in texts.items()}


#: Messages by name, as the file has them: one, a tuple, or a table by kind of cell, need or property.
TEXTS = _messages(tomllib.loads((files("gcmgraph.spreadsheets") / "texts.toml").read_text("utf-8")))
