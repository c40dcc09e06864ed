"""The bill of materials: valid CycloneDX that names what is installed."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from gcmgraph.web.export.export import ExportResult
from gcmgraph.web.export.folder import EDITOR_LOCK, bill_of_materials


def test_bill_of_materials(exported: tuple[Path, ExportResult], tmp_path: Path) -> None:
    text = (exported[0] / "sbom.cdx.json").read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert text.encode() == bill_of_materials()
    document = json.loads(text)
    found = {component["purl"]: component for component in document["components"]}
    for needed in ("flask", "werkzeug", "pyoxigraph", "pyyaml"):
        assert found[f"pkg:pypi/{needed}@{version(needed)}"]["version"] == version(needed)
    assert not [purl for purl in found if purl.startswith(("pkg:pypi/pytest@", "pkg:pypi/ruff@"))]
    known = {component["bom-ref"] for component in document["components"]}
    edges = {entry["ref"]: entry["dependsOn"] for entry in document["dependencies"]}
    assert set(edges) - {f"pkg:pypi/gcmgraph@{version('gcmgraph')}"} == {
        ref for ref in known if ref.startswith("pkg:pypi/")
    }
    assert {target for targets in edges.values() for target in targets} <= known
    names = {component["name"]: component for component in found.values()}
    lock = json.loads(EDITOR_LOCK.read_text("utf-8"))["packages"]
    view = names["@codemirror/view"]
    assert view["version"] == lock["node_modules/@codemirror/view"]["version"]
    assert view["purl"].startswith("pkg:npm/%40codemirror/view@")
    assert len(view["hashes"][0]["content"]) == 128
    assert "esbuild" not in names  # builds the editor and is no part of it
    assert b"pkg:npm/" not in bill_of_materials(tmp_path / "no.json")
