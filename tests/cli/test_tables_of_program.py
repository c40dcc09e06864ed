"""Invalid rows of the tables of kinds, properties and facets: a build reports file and line in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared import ROOT

FACETS = "publication/lists/facets.csv"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program."""
    folder = tmp_path_factory.mktemp("src") / "gcmgraph"
    left_out = shutil.ignore_patterns("frontend", "static", "__pycache__")
    shutil.copytree(ROOT / "src" / "gcmgraph", folder, ignore=left_out)
    return folder


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        (
            "model/properties.csv",
            "gcm:nothing,,practice 10,,,,,",
            "'gcm:nothing' is no term of the ontology.",
        ),
        (
            "model/properties.csv",
            "schema:agent,,practice ten,,,,,",
            "The box 'practice ten' is not the name of a kind",
        ),
        (
            FACETS,
            "practise,agent,Agent,organisation/,schema:agent,,,",
            "No kind is called 'practise'.",
        ),
        (
            FACETS,
            "practice,agent,Agent,organisation/,schema:agent,,,much",
            "The weight 'much' is no number.",
        ),
        (
            FACETS,
            "practice,agent,Agent,organisation/",
            "The row has 4 cells; the table has 8 columns.",
        ),
    ],
)
def test_invalid_row_is_reported_with_its_line(
    package: Path, tmp_path: Path, table: str, row: str, message: str
) -> None:
    valid = (package / table).read_text("utf-8")
    (package / table).write_text(f"{valid}{row}\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "gcmgraph",
        "build",
        "--root",
        str(ROOT),
        "--store",
        str(tmp_path),
    ]
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    built = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    (package / table).write_text(valid, "utf-8")
    line = len(valid.splitlines()) + 1
    assert f"src/gcmgraph/{table}:{line}: {message}" in built.stderr
    assert (built.returncode, "Traceback" in built.stderr) == (1, False)
