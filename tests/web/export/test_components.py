"""The bill of materials: valid CycloneDX that names what is installed."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from gcmgraph.web.export.export import ExportResult
from gcmgraph.web.export.folder import EDITOR_LOCK, bill_of_materials


def named(document: bytes) -> dict[str, str]:
    return {component["purl"]: component["version"] for component in json.loads(document)["components"]}


def test_the_export_has_one_that_its_schema_accepts(exported: tuple[Path, ExportResult]) -> None:
    document = (exported[0] / "sbom.cdx.json").read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) is None
    assert document.encode() == bill_of_materials()


def test_python_packages_are_those_that_are_needed_to_run() -> None:
    found = named(bill_of_materials())
    for needed in ("flask", "werkzeug", "pyoxigraph", "pyyaml"):
        assert found[f"pkg:pypi/{needed}@{version(needed)}"] == version(needed)
    assert not [purl for purl in found if purl.startswith(("pkg:pypi/pytest@", "pkg:pypi/ruff@"))]


def test_every_dependency_is_a_component() -> None:
    document = json.loads(bill_of_materials())
    known = {component["bom-ref"] for component in document["components"]}
    edges = {entry["ref"]: entry["dependsOn"] for entry in document["dependencies"]}
    assert set(edges) - {f"pkg:pypi/gcmgraph@{version('gcmgraph')}"} == {
        ref for ref in known if ref.startswith("pkg:pypi/")
    }
    assert {target for targets in edges.values() for target in targets} <= known


def test_packages_of_the_editor_have_their_hash(tmp_path: Path) -> None:
    found = {entry["name"]: entry for entry in json.loads(bill_of_materials())["components"]}
    lock = json.loads(EDITOR_LOCK.read_text("utf-8"))["packages"]
    assert found["@codemirror/view"]["version"] == lock["node_modules/@codemirror/view"]["version"]
    assert found["@codemirror/view"]["purl"].startswith("pkg:npm/%40codemirror/view@")
    assert len(found["@codemirror/view"]["hashes"][0]["content"]) == 128
    assert "esbuild" not in found  # builds the editor and is no part of it
    assert not [purl for purl in named(bill_of_materials(tmp_path / "no.json")) if purl.startswith("pkg:npm/")]
