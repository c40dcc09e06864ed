"""The installed program, run as a user runs it, without the settings of whoever runs the tests; its commands here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

PROGRAM = Path(sys.executable).with_name("gcmgraph")
ROOT = Path(__file__).parents[1]


def run(
    *arguments: object, folder: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
        timeout=600,
    )


def run_here(*arguments: object, **environment: str) -> Result:
    """Run a command in this process, in a tenth of the time."""
    from gcmgraph.cli.group import main  # noqa: PLC0415 - not for tests that run the program alone

    return CliRunner().invoke(
        main, [*map(str, arguments)], env={"LC_ALL": "C.UTF-8", **environment}
    )
