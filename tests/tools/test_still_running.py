"""`make run` in a fresh clone: long steps that print nothing are reported while they run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from shared import ROOT

SCRIPT = ROOT / "tools" / "still_running.sh"

#: In place of Python and of the program that it installs: waits where these take long, until the
#: test opens the other end of a named pipe.
SLOW_PROGRAM = """#!/bin/sh
case "$*" in
  *"-m venv"*) mkdir -p .venv/bin && cp python .venv/bin/python && cp python .venv/bin/gcmgraph ;;
  *--requirement*) read -r line < installed ;;
  build*) read -r line < built ;;
esac
"""


def test_make_run_reports_slow_steps_while_they_run(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(SCRIPT.parent, tmp_path / "tools")
    frontend = tmp_path / "src" / "gcmgraph" / "web" / "frontend"
    frontend.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        (frontend / name).touch()
    (tmp_path / "python").write_text(SLOW_PROGRAM, "utf-8")
    (tmp_path / "python").chmod(0o755)
    (tmp_path / "bin").mkdir()  # all programs of this step but npm
    for program in ("sh", "make", "sleep", "mkdir", "cp", "touch", "timeout"):
        path = shutil.which(program)
        assert path is not None
        (tmp_path / "bin" / program).symlink_to(path)
    for step in ("installed", "built"):
        os.mkfifo(tmp_path / step)
    environment = {"PATH": str(tmp_path / "bin"), "SECONDS_BETWEEN_LINES": "0.02"}
    command = ["timeout", "20", "make", "run", f"PYTHON={tmp_path / 'python'}"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        for text, step in (("installing", "installed"), ("building the graph", "built")):
            assert f"… still {text}\n" in run.stdout
            (tmp_path / step).write_text("\n", "utf-8")
    assert run.returncode == 0


def test_exit_status_and_output_are_those_of_the_command() -> None:
    command = [SCRIPT, "still printing", "sh", "-c", "echo printed; exit 3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, "printed\n", "")
