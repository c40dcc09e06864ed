"""Versions of the dataset and their files in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from gcmgraph.publication.metadata.dcat import version_iri
from gcmgraph.publication.versions.changes import Resources
from gcmgraph.publication.versions.history import DatasetVersion, Download
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.web.http import api


class File(TypedDict):
    """File to download."""

    iri: api.Address
    mediaType: str
    byteSize: api.Count
    sha256: str
    compression: NotRequired[str | None]


class DownloadableFile(File):
    """File to download, with its address at this server and its date."""

    href: str
    made: api.Time


class DownloadsJson(TypedDict):
    """Files by version."""

    current: str
    versions: dict[str, list[DownloadableFile]]


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
    statements: Changed | None = None
    graphs: dict[str, Changed] = {}
    resources: dict[str, dict[str, object]] = {}
    if changes is not None:
        if version.previous:
            statements = {"added": changes.added, "removed": changes.removed}
        graphs = {
            name: {"added": added, "removed": removed}
            for name, (added, removed) in changes.graphs.items()
        }
        resources = {
            "added": _resources(changes.came, named),
            "removed": _resources(changes.went, named),
            "changed": _resources(changes.changed, named),
        }
    return {
        "version": version.name,
        "iri": version_iri(addresses, version.name).value,
        "published": version.published.isoformat(),
        "previous": version.previous,
        "statements": statements,
        "graphs": graphs,
        "things": resources,
        "downloads": [_file(dump, addresses) for dump in version.dumps],
        "patches": [_file(patch, addresses) for patch in version.patches],
    }


def _resources(resources_by_kind: Mapping[str, Resources], named: bool) -> dict[str, object]:
    """The numbers of resources by kind; with their IRIs where `named`."""
    if not named:
        return {kind: resources.count for kind, resources in resources_by_kind.items()}
    return {
        kind: {
            "count": resources.count,
            "iris": resources.iris,
            "complete": resources.count == len(resources.iris),
        }
        for kind, resources in resources_by_kind.items()
    }


def _file(download: Download, addresses: Addresses) -> File:
    return {
        "iri": addresses.base + download.path,
        "mediaType": download.format.media_type,
        "compression": download.format.compression,
        "byteSize": download.size,
        "sha256": download.sha256,
    }


def downloadable_file(
    download: Download, addresses: Addresses, script_root: str
) -> DownloadableFile:
    """A download as JSON, with its address below the root of this server."""
    return {
        "iri": addresses.base + download.path,
        "href": f"{script_root}/{download.path}",
        "mediaType": download.format.media_type,
        "byteSize": download.size,
        "sha256": download.sha256,
        "made": download.created.isoformat(),
    }
