"""Tables of packages to check link sets against."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from gcmgraph.linking.link_checks import read_checks
from gcmgraph.linking.targets import read_target
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from tools.link_targets import PACKAGES, write_table


def wheel(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(
            "eurovoc/en_labels.py", 'labels = {\n  "7": "kites",\n  "c_1": "caf\\u00e9, tea"\n}\n'
        )


def tarball(path: Path) -> None:
    items = {"_meta": {}, "wikidata": {"Q7": {"label": "Kites", "logos": {}}, "Q8": {"logos": {}}}}
    data = json.dumps(items).encode()
    with tarfile.open(path, "w:gz") as file:
        member = tarfile.TarInfo("package/dist/wikidata/wikidata.min.json")
        member.size = len(data)
        file.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize(
    ("name", "make", "labels"),
    [
        (
            "eurovoc",
            wheel,
            {"http://eurovoc.europa.eu/7": "kites", "http://eurovoc.europa.eu/c_1": "café, tea"},
        ),
        ("wikidata", tarball, {"http://www.wikidata.org/entity/Q7": "Kites"}),
    ],
)
def test_table_of_a_package(
    tmp_path: Path, name: str, make: object, labels: dict[str, str]
) -> None:
    assert callable(make)
    file, out = tmp_path / "package", tmp_path / "out.csv"
    make(file)
    with pytest.raises(SystemExit, match="SHA-256 differs"):
        write_table(PACKAGES[name], file, out)
    known = replace(PACKAGES[name], sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    write_table(known, file, out)
    assert {iri: entity.label for iri, entity in read_target(str(out)).entities.items()} == labels


def test_recorded_checks_name_these_tables() -> None:
    against = " ".join(
        check.against for check in read_checks(Repository.find().link_checks, Addresses())
    )
    assert [
        package.name for package in PACKAGES.values() if f"{package.name}.csv" not in against
    ] == []
