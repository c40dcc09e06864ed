"""Versions as JSON for programs, and as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict
from xml.etree import ElementTree as ET

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.dcat import version_iri, version_notes
from gcmgraph.publication.versions.changes import Resources
from gcmgraph.publication.versions.downloads import Download
from gcmgraph.publication.versions.history import Version as DatasetVersion
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import ATOM

_NAMESPACE = "http://www.w3.org/2005/Atom"

#: Date of a feed without versions.
_NEVER = "1970-01-01T00:00:00+00:00"


class File(TypedDict):
    """File to download."""

    iri: api.Address
    mediaType: str
    byteSize: api.Count
    sha256: str
    compression: NotRequired[str | None]


class Changed(TypedDict):
    """Numbers of statements."""

    added: api.Count
    removed: api.Count


class Version(TypedDict):
    """Version of the dataset, with what it changed."""

    version: str
    iri: api.Address
    published: api.Time
    previous: str | None
    statements: Changed | None
    graphs: dict[str, Changed]
    things: dict[str, Any]
    downloads: list[File]
    patches: list[File]


class Versions(TypedDict):
    """Page of the list of versions."""

    current: str
    versions: list[Version]


def version_json(version: DatasetVersion, addresses: Addresses, *, named: bool = False) -> Version:
    """A version as JSON; with the IRIs of its resources where `named`."""
    changes = version.changes
    return {
        "version": version.name,
        "iri": version_iri(addresses, version.name).value,
        "published": version.published.isoformat(),
        "previous": version.previous,
        "statements": {"added": changes.added, "removed": changes.removed} if version.previous and changes else None,
        "graphs": {name: {"added": added, "removed": removed} for name, (added, removed) in changes.graphs.items()}
        if changes
        else {},
        "things": {
            "added": _resources(changes.came, named),
            "removed": _resources(changes.went, named),
            "changed": _resources(changes.changed, named),
        }
        if changes
        else {},
        "downloads": [_download(dump, addresses) for dump in version.dumps],
        "patches": [_download(dump, addresses) for dump in version.patches],
    }


def _resources(kinds: Mapping[str, Resources], named: bool) -> dict[str, object]:
    if not named:
        return {kind: things.count for kind, things in kinds.items()}
    return {
        kind: {"count": things.count, "iris": things.iris, "complete": things.count == len(things.iris)}
        for kind, things in kinds.items()
    }


def _download(dump: Download, addresses: Addresses) -> File:
    return {
        "iri": addresses.base + dump.path,
        "mediaType": dump.format.media_type,
        "compression": dump.format.compression,
        "byteSize": dump.size,
        "sha256": dump.sha256,
    }


def versions_feed(versions: Sequence[DatasetVersion], addresses: Addresses) -> bytes:
    """A feed with an entry for each version, newest first. All addresses are under the base."""
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en"})
    _add(root, "id", f"{addresses.base}changes")
    _add(root, "title", "GCM Graph: versions of the dataset")
    _add(root, "updated", versions[0].published.isoformat() if versions else _NEVER)
    ET.SubElement(ET.SubElement(root, "author"), "name").text = "GCM Graph"
    ET.SubElement(root, "link", {"rel": "self", "type": ATOM.media_type, "href": f"{addresses.base}changes.atom"})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{addresses.base}changes.html"})
    for version in versions:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", version_iri(addresses, version.name).value)
        _add(entry, "title", f"Version {version.name}")
        _add(entry, "updated", version.published.isoformat())
        ET.SubElement(entry, "link", {"rel": "alternate", "href": version_iri(addresses, version.name).value})
        changes = version.changes
        known = changes if changes and changes.previous else None
        notes = version_notes(known)[SOURCE_LANGUAGE] if known else "The first version that is known."
        _add(entry, "summary", notes)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ET.Element, tag: str, content: str) -> None:
    ET.SubElement(parent, tag).text = content
