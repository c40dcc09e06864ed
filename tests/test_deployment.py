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
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click import Context, Group
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from databases import Cluster
from gcmgraph.cli.group import COMMANDS, main
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.validation.rules import Rules
from shared import copy_store
from tests.contributions.desk import open_desk, practice

ROOT = Repository.find().root
UNIT = ROOT / "docs" / "deployment" / "gcmgraph.service"

needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="needs systemd-analyze: apt-get install systemd"
)


@needs_systemd
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(
        UNIT.read_text("utf-8").replace("/opt/gcmgraph/.venv/bin/gcmgraph", "/bin/true"), "utf-8"
    )
    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def directives(unit: Path) -> dict[str, list[str]]:
    """The values of the directives of a unit file."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def test_server_backup_and_commands_have_the_same_settings(tmp_path: Path) -> None:
    units = [directives(UNIT), directives(UNIT.with_name("gcmgraph-backup.service"))]
    for name in ("User", "Group", "UMask", "WorkingDirectory", "Environment"):
        assert units[0][name] == units[1][name], name
    assert not [value for unit in units for value in unit["Environment"] if "GCMGRAPH_" in value]
    [folder], [user] = units[0]["WorkingDirectory"], units[0]["User"]
    command = UNIT.with_name("gcmgraph").read_text("utf-8")
    assert f"\ncd {folder}\n" in command
    assert f"runuser -u {user} --" in command
    read = Settings.read({}, UNIT.with_name("gcmgraph.toml"))
    for path in (read.store, read.contributions, read.imports, read.sources):
        assert path.startswith("/var/lib/gcmgraph/")
    assert units[1]["ReadWritePaths"] == ["/var/lib/gcmgraph"]


class Backup:
    """The script of the backup, in a folder in place of /var/lib/gcmgraph."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "imports").mkdir(parents=True)
        (home / "imports" / "a.csv").touch()

    def run(self, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run the script with these settings."""
        script = UNIT.with_name("backup.sh").read_text("utf-8")
        script = script.replace("/opt/gcmgraph/.venv/bin", str(Path(sys.executable).parent))
        script = script.replace("/var/lib/gcmgraph", str(self.home))
        settings = {
            "imports": str(self.home / "imports"),
            "store": str(self.home / "store"),
            **settings,
        }
        lines = [f'{name} = "{value}"\n' for name, value in settings.items()]
        (self.home / "gcmgraph.toml").write_text("".join(lines), "utf-8")
        return subprocess.run(
            ["sh", "-c", script], cwd=self.home, capture_output=True, text=True, check=False
        )

    def archives(self) -> set[str]:
        """The names in the folder of backups."""
        return {file.name for file in (self.home / "backups").iterdir()}

    def make_old(self, *, days: range) -> set[str]:
        """Make archives of some days ago."""
        (self.home / "backups").mkdir(exist_ok=True)
        names = set()
        for day in days:
            time = datetime.now(UTC) - timedelta(days=day)
            archive = self.home / "backups" / f"backup-{time:%Y-%m-%d}.tar.gz"
            with tarfile.open(archive, "w:gz"):
                pass
            os.utime(archive, (time.timestamp(), time.timestamp()))
            names.add(archive.name)
        return names


def test_backup_has_the_database_and_imports(tmp_path: Path) -> None:
    backup = Backup(tmp_path / "home")
    (backup.home / "store").mkdir()
    for _ in range(2):  # the second one replaces that of the same day
        done = backup.run(contributions=str(backup.home / "contributions"))
        assert done.returncode == 0, done.stderr
    [made] = (backup.home / "backups").iterdir()
    with tarfile.open(made) as archive:
        assert {"imports/a.csv", "backup/contributions/MANIFEST"} <= set(archive.getnames())
    assert (backup.home / "store" / "backed-up").is_file()


def test_backup_without_what_is_published_fails_and_deletes_nothing(
    tmp_path: Path,
    rules: Rules,
    small_repository: Repository,
    small_store: Path,
    postgresql: Cluster,
) -> None:
    backup = Backup(tmp_path / "home")
    copy_store(small_store, backup.home / "store")
    location = postgresql.new_database()
    desk = open_desk(backup.home, rules, small_repository, location)
    identifier = desk.accepted(practice()).id
    old = backup.make_old(days=range(40, 50))
    failed = backup.run(contributions=str(backup.home / "contributions"))
    assert failed.returncode == 1
    [sentence] = failed.stderr.splitlines()
    assert (
        f"that are not in {backup.home / 'contributions' / 'contributions.sqlite'}: {identifier}."
        in sentence
    )
    assert "nothing was exported" in sentence
    assert backup.archives() == old
    assert not (backup.home / "store" / "backed-up").exists()
    done = backup.run(database=location)
    assert (done.returncode, "1 contribution" in done.stdout) == (0, True), done.stderr


def test_backup_of_much_less_than_the_last_one_fails(tmp_path: Path) -> None:
    backup = Backup(tmp_path / "home")
    tokens = Tokens(Database(tmp_path / "right"))
    for number in range(10):
        tokens.create(Role.CONTRIBUTOR, f"Sender {number}", f"https://example.org/{number}")
    assert backup.run(contributions=str(tmp_path / "right")).returncode == 0
    [name] = backup.archives()
    before = (backup.home / "backups" / name).read_bytes()
    failed = backup.run(contributions=str(tmp_path / "wrong"))
    assert (failed.returncode, backup.archives()) == (1, {name})
    [sentence] = failed.stderr.splitlines()
    assert (
        f"{name} has 12; nothing was archived." in sentence
    )  # ten tokens, what is public, and the manifest
    assert (backup.home / "backups" / name).read_bytes() == before


def test_newest_archives_stay_whatever_their_age(tmp_path: Path) -> None:
    backup = Backup(tmp_path / "home")
    old, newer = backup.make_old(days=range(31, 41)), backup.make_old(days=range(1, 4))
    assert backup.run(contributions=str(backup.home / "contributions")).returncode == 0
    kept_old = backup.archives() & old
    assert newer < backup.archives()
    assert kept_old == set(
        sorted(old, reverse=True)[:3]
    )  # the seven newest are today's, three newer ones and these


@needs_systemd
def test_the_unit_exposes_little(tmp_path: Path) -> None:
    analyse = ["systemd-analyze", "security", "--offline=yes"]
    subprocess.run([*analyse, "--threshold=15", UNIT], capture_output=True, check=True)  # 1.5 of 10
    bare = tmp_path / UNIT.name
    bare.write_text("[Service]\nExecStart=/bin/true\n", "utf-8")
    assert subprocess.run(
        [*analyse, "--threshold=15", bare], capture_output=True, check=False
    ).returncode
    report = subprocess.run([*analyse, UNIT], capture_output=True, text=True, check=True).stdout
    level = re.search(r"Overall exposure level for gcmgraph.service: ([\d.]+)", report)
    assert level
    guide = (ROOT / "docs" / "install.md").read_text("utf-8")
    assert f"`systemd-analyze security gcmgraph` gives {level[1]} of 10" in guide


def test_variables_are_settings() -> None:
    named = set(re.findall(r"\bGCMGRAPH_(\w+)=", (ROOT / "Dockerfile").read_text("utf-8")))
    assert {"STORE", "CONTRIBUTIONS", "IMPORTS", "SOURCES"} <= named
    assert {name.lower() for name in named} <= {field.name for field in fields(Settings)}


@pytest.mark.parametrize(
    "file", ["Makefile", "Dockerfile", "README.md", "docs/deployment/gcmgraph.service"]
)
def test_commands_have_the_options_that_they_are_given(file: str) -> None:
    named = re.findall(r"\bgcmgraph (\w+)((?: [^\n|&;`]*)?)", (ROOT / file).read_text("utf-8"))
    commands = [
        (name, re.findall(r"(?<= )--[a-z-]+", rest)) for name, rest in named if name in COMMANDS
    ]
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
        assert requirement.specifier.contains(entries[canonicalize_name(requirement.name)][0]), (
            requirement
        )


def test_site_requires_no_extra() -> None:
    """The reader of documents, builds without downloads, PostgreSQL, Parquet and development have own requirements."""
    assert set(PROJECT["optional-dependencies"]) == {
        "reader",
        "build",
        "postgresql",
        "parquet",
        "dev",
    }
    names = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert {"flask", "rdflib", "pyshacl", "sparqlwrapper", "pyoxigraph", "granian"} <= names
    assert not {"pdfminer-six", "psycopg", "pyarrow"} & names
