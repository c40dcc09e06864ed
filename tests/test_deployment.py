"""Files that run the server elsewhere: lock files, systemd unit and container."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from click import Context, Group
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gcmgraph.cli.group import COMMANDS, main
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings

ROOT = Repository.find().root
UNIT = ROOT / "docs" / "deployment" / "gcmgraph.service"

needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="needs systemd-analyze: apt-get install systemd"
)


@needs_systemd
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/gcmgraph/.venv/bin/gcmgraph", "/bin/true"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_backup_has_the_database_and_imports(tmp_path: Path) -> None:
    home, program = tmp_path / "home", shutil.which("gcmgraph", path=Path(sys.executable).parent)
    (home / "imports").mkdir(parents=True)
    (home / "imports" / "a.csv").touch()
    script = (ROOT / "docs" / "deployment" / "backup.sh").read_text("utf-8")
    script = script.replace("/opt/gcmgraph/.venv/bin/gcmgraph", str(program)).replace("/var/lib/gcmgraph", str(home))
    environment = {**os.environ, "GCMGRAPH_CONTRIBUTIONS": str(home / "contributions")}
    for _ in range(2):  # the second one replaces that of the same day
        subprocess.run(["sh", "-c", script], env=environment, capture_output=True, check=True)
    [made] = (home / "backups").iterdir()
    with tarfile.open(made) as archive:
        assert {"imports/a.csv", "backup/contributions/MANIFEST"} <= set(archive.getnames())


@needs_systemd
def test_the_unit_exposes_little(tmp_path: Path) -> None:
    analyse = ["systemd-analyze", "security", "--offline=yes"]
    subprocess.run([*analyse, "--threshold=15", UNIT], capture_output=True, check=True)  # 1.5 of 10
    bare = tmp_path / UNIT.name
    bare.write_text("[Service]\nExecStart=/bin/true\n", "utf-8")
    assert subprocess.run([*analyse, "--threshold=15", bare], capture_output=True, check=False).returncode


def test_variables_are_settings() -> None:
    for file in (UNIT, ROOT / "Dockerfile"):
        named = set(re.findall(r"\bGCMGRAPH_(\w+)=", file.read_text("utf-8")))
        assert {"STORE", "CONTRIBUTIONS", "IMPORTS", "SOURCES"} <= named
        assert {name.lower() for name in named} <= {field.name for field in fields(Settings)}


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile", "README.md", "docs/deployment/gcmgraph.service"])
def test_commands_have_the_options_that_they_are_given(file: str) -> None:
    named = re.findall(r"\bgcmgraph (\w+)((?: [^\n|&;`]*)?)", (ROOT / file).read_text("utf-8"))
    commands = [(name, re.findall(r"(?<= )--[a-z-]+", rest)) for name, rest in named if name in COMMANDS]
    assert commands
    for name, given in commands:
        command = main.get_command(Context(main), name)
        known = {option for parameter in command.params for option in parameter.opts}
        assert isinstance(command, Group) or set(given) <= known, f"gcmgraph {name}"


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = {
    "requirements.txt": ["reader", "build"],
    "requirements-dev.txt": ["reader", "build", "postgresql", "parquet", "dev"],
}


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Versions by package, each with its number of hashes."""
    found = {}
    text = re.sub(r"^#.*\n", "", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
    for entry in text.replace("\\\n", " ").splitlines():
        requirement = Requirement(entry.split("--hash")[0])
        [pin] = requirement.specifier
        assert pin.operator == "=="
        found[canonicalize_name(requirement.name)] = (pin.version, entry.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_requirements_are_locked_with_hashes(name: str) -> None:
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for extra in LOCKS[name] for line in extras[extra])]
    entries = locked(name)
    assert not [package for package, (_, hashes) in entries.items() if not hashes]
    assert entries.items() <= locked("requirements-dev.txt").items()
    for requirement in map(Requirement, lines):
        if requirement.name == PROJECT["name"]:
            assert requirement.extras <= {*LOCKS[name]}
            continue
        assert requirement.specifier.contains(entries[canonicalize_name(requirement.name)][0]), requirement


def test_site_requires_no_extra() -> None:
    """The reader of documents, builds without downloads, PostgreSQL, Parquet and development have own requirements."""
    assert set(PROJECT["optional-dependencies"]) == {"reader", "build", "postgresql", "parquet", "dev"}
    names = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert {"flask", "rdflib", "pyshacl", "sparqlwrapper", "pyoxigraph", "granian"} <= names
    assert not {"pdfminer-six", "psycopg", "pyarrow"} & names
