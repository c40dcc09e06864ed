"""A version as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.dcat_versions import version_iri
from gcmgraph.publication.versions.changes import Resources
from gcmgraph.publication.versions.downloads import Download
from gcmgraph.publication.versions.history import Version


def told(version: Version, addresses: Addresses, *, named: bool = False) -> dict[str, object]:
    """What is known of a version; with the IRIs of the things where `named`."""
    changes = version.changes
    return {
        "version": version.name,
        "iri": version_iri(addresses, version.name).value,
        "published": version.published.isoformat(),
        "previous": version.previous,
        "statements": {"added": changes.added, "removed": changes.removed} if version.previous and changes else None,
        "graphs": {name: {"added": came, "removed": went} for name, (came, went) in changes.graphs.items()}
        if changes
        else {},
        "things": {
            "added": _things(changes.came, named),
            "removed": _things(changes.went, named),
            "changed": _things(changes.changed, named),
        }
        if changes
        else {},
        "downloads": [_file(dump, addresses) for dump in version.dumps],
        "patches": [_file(dump, addresses) for dump in version.patches],
    }


def _things(kinds: Mapping[str, Resources], named: bool) -> dict[str, object]:
    if not named:
        return {kind: things.count for kind, things in kinds.items()}
    return {
        kind: {"count": things.count, "iris": things.iris, "complete": things.count == len(things.iris)}
        for kind, things in kinds.items()
    }


def _file(dump: Download, addresses: Addresses) -> dict[str, object]:
    return {
        "iri": addresses.base + dump.path,
        "mediaType": dump.format.media_type,
        "compression": dump.format.compression,
        "byteSize": dump.size,
        "sha256": dump.sha256,
    }
