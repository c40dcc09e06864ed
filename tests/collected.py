"""Files that were collected beside the checkout (or above it, where that is one of several), and rows of tables."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from gcmgraph.repository.layout import Repository

ROOT = Repository.find().root
SHARED = next(
    (found for above in ROOT.parents if (found := above / "shared").is_dir()),
    ROOT.parent / "shared",
)
UN, GUIDANCE = SHARED / "un", SHARED / "guidance"

needs_un = pytest.mark.skipif(not UN.is_dir(), reason="needs ../shared/un")
needs_guidance = pytest.mark.skipif(not GUIDANCE.is_dir(), reason="needs ../shared/guidance")


def read_rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, by column."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def runs_of_words(text: str) -> list[tuple[str, ...]]:
    """All runs of eight words of a text: one in common with a source counts as copied from it."""
    words = re.findall(r"[\w']+", text.casefold().replace("’", "'"))
    return [tuple(words[start : start + 8]) for start in range(len(words) - 7)]
