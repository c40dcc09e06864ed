"""Lock files: every dependency with its version and hashes, the same ones to run and to develop."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gcmgraph.repository.layout import Repository

ROOT = Repository.find().root
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
def test_every_package_has_a_hash(name: str) -> None:
    entries = locked(name)
    assert entries
    assert not [package for package, (_, hashes) in entries.items() if not hashes]


@pytest.mark.parametrize("name", LOCKS)
def test_what_the_project_requires_is_locked(name: str) -> None:
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for extra in LOCKS[name] for line in extras[extra])]
    entries = locked(name)
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


def test_both_files_name_the_same_versions() -> None:
    running, developing = locked("requirements.txt"), locked("requirements-dev.txt")
    assert running.items() <= developing.items()
