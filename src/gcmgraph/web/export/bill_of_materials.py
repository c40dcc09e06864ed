"""Software components of an installation (CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/)."""

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
    """A CycloneDX 1.6 document in JSON.

    It lists this package, the Python packages that it requires, and npm packages of the editor.
    Equal installations give equal bytes. `editor_lock` may be missing, as where only the built
    editor is installed.
    """
    packages = _required_packages(_PACKAGE)
    purls = {name: _python_purl(package) for name, package in packages.items()}
    components = [
        _python_component(packages[name]) for name in sorted(packages) if name != _PACKAGE
    ]
    if editor_lock.is_file():
        components += _npm_components(editor_lock)
    dependencies = []
    for name, package in sorted(packages.items()):
        required_purls = {purls[required] for required in _requirements(package)}
        dependencies.append({"ref": purls[name], "dependsOn": sorted(required_purls)})
    application = {**_python_component(packages[_PACKAGE]), "type": "application"}
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": application},
        "components": components,
        "dependencies": dependencies,
    }
    serial = uuid5(NAMESPACE_URL, json.dumps(content, sort_keys=True))
    document = {"serialNumber": f"urn:uuid:{serial}", **content}
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def _required_packages(name: str) -> dict[str, Distribution]:
    """Installed distributions that one requires, itself included, by normalized name."""
    packages: dict[str, Distribution] = {}
    queue = [name]
    while queue:
        required = queue.pop()
        if required not in packages:
            packages[required] = distribution(required)
            queue += _requirements(packages[required])
    return packages


def _requirements(package: Distribution) -> Iterator[str]:
    """Normalized names of what a distribution requires here.

    Of optional parts, only the server of this package is included.
    """
    extra = "server" if package.metadata["Name"] == _PACKAGE else ""
    for line in package.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield canonicalize_name(requirement.name)


def _python_purl(package: Distribution) -> str:
    return _purl("pypi", canonicalize_name(package.metadata["Name"]), package.version)


def _python_component(package: Distribution) -> dict[str, Any]:
    name = canonicalize_name(package.metadata["Name"])
    expression = next(iter(package.metadata.get_all("License-Expression") or ()), None)
    licences = {"licenses": [{"expression": expression}]} if expression else {}
    return _component(_python_purl(package), name, package.version) | licences


def _npm_components(lock: Path) -> list[dict[str, Any]]:
    """Components of an npm lock file (version 2 or 3), with their SHA-512.

    Those for development only are left out.
    """
    components = []
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    for path, entry in sorted(packages.items()):
        if not path or entry.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        component = _component(_purl("npm", name, entry["version"]), name, entry["version"])
        algorithm, _, digest = entry.get("integrity", "").partition("-")
        if algorithm == "sha512":
            component["hashes"] = [{"alg": "SHA-512", "content": b64decode(digest).hex()}]
        if "license" in entry:
            component["licenses"] = [{"expression": entry["license"]}]
        components.append(component)
    return components


def _component(purl: str, name: str, version: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def _purl(kind: str, name: str, version: str) -> str:
    return f"pkg:{kind}/{quote(name, safe='/')}@{quote(version, safe='')}"
