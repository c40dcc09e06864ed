"""Examples in docstrings (doctest): calls and their results."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"


def modules_with_examples() -> list[str]:
    """Names of the modules whose docstrings have an example."""
    names = []
    for file in sorted(SOURCE.rglob("*.py")):
        if ">>> " in file.read_text("utf-8"):
            path = file.parent if file.name == "__init__.py" else file.with_suffix("")
            names.append(".".join(path.relative_to(SOURCE).parts))
    return names


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_docstrings_give_the_stated_results(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > 0
    assert results.failed == 0
