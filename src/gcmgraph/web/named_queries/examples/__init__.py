"""Questions to start from, as `.rq` files beside this one; their first lines say in words what is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

_TITLE = re.compile(r"# (\w\w): (.*)")


@dataclass(frozen=True)
class Example:
    """A query with its question in each language."""

    questions: Mapping[str, str]
    query: str


def read_examples() -> list[Example]:
    """All example questions, in the order of their file names."""
    texts = [
        f.read_text("utf-8") for f in sorted(files(__name__).iterdir(), key=lambda f: f.name) if f.name.endswith(".rq")
    ]
    return [Example(dict(_TITLE.findall(text)), _TITLE.sub("", text).strip()) for text in texts]
