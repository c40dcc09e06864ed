"""Software components of this installation as a CycloneDX bill of materials.

https://cyclonedx.org/docs/1.6/json/ is the format, https://github.com/package-url/purl-spec that of the identifiers.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: Packages of the query editor, which is part of the installation as one built file.
EDITOR_LOCK = Path(__file__).parents[1] / "frontend" / "package-lock.json"

_PACKAGE = "gcmgraph"


def bill_of_materials(editor_lock: Path = EDITOR_LOCK) -> bytes:
    """A CycloneDX 1.6 document in JSON: this package, the Python packages it needs, and npm packages of the editor.

    Equal installations give equal bytes. `editor_lock` may be missing, as where only the built editor is installed.
    """
    found = _needed(_PACKAGE)
    ours = found.pop(_PACKAGE)
    components = [_python_component(found[name]) for name in sorted(found)]
    if editor_lock.is_file():
        components += _npm_components(editor_lock)
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**_python_component(ours), "type": "application"}},
        "components": components,
        "dependencies": [
            {"ref": _purl("pypi", name, found.get(name, ours).version), "dependsOn": sorted(_references(name, found))}
            for name in sorted([*found, _PACKAGE])
        ],
    }
    serial = uuid5(NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return json.dumps({"serialNumber": f"urn:uuid:{serial}", **content}, indent=2, ensure_ascii=False).encode()


def _needed(name: str) -> dict[str, Distribution]:
    """Installed distributions that one needs, itself included, by normalized name."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = distribution(name)
            waiting += _requirements(found[name])
    return found


def _requirements(package: Distribution) -> Iterator[str]:
    """Normalized names of what a distribution requires here; other optional parts than the server are left out."""
    for line in package.requires or ():
        requirement = Requirement(line)
        extra = "server" if package.metadata["Name"] == _PACKAGE else ""
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield canonicalize_name(requirement.name)


def _references(name: str, found: dict[str, Distribution]) -> set[str]:
    package = found.get(name) or distribution(name)
    return {_purl("pypi", needed, found[needed].version) for needed in _requirements(package)}


def _python_component(package: Distribution) -> dict[str, Any]:
    name = canonicalize_name(package.metadata["Name"])
    expression = next(iter(package.metadata.get_all("License-Expression") or ()), None)
    licences = {"licenses": [{"expression": expression}]} if expression else {}
    return _component(_purl("pypi", name, package.version), name, package.version) | licences


def _npm_components(lock: Path) -> list[dict[str, Any]]:
    """Components of an npm lock file (version 2 or 3) that are not for development only, with their SHA-512."""
    found = []
    for path, entry in sorted(json.loads(lock.read_text("utf-8"))["packages"].items()):
        if not path or entry.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        component = _component(_purl("npm", name, entry["version"]), name, entry["version"])
        algorithm, _, digest = entry.get("integrity", "").partition("-")
        if algorithm == "sha512":
            component["hashes"] = [{"alg": "SHA-512", "content": b64decode(digest).hex()}]
        if "license" in entry:
            component["licenses"] = [{"expression": entry["license"]}]
        found.append(component)
    return found


def _component(purl: str, name: str, version: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def _purl(kind: str, name: str, version: str) -> str:
    return f"pkg:{kind}/{quote(name, safe='/')}@{quote(version, safe='')}"
