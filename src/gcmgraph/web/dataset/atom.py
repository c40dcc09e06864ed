"""The versions as a feed that readers follow (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.dcat_versions import version_iri, version_notes
from gcmgraph.publication.versions.history import Version
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.http.negotiation import Representation

ATOM = Representation("Atom", "atom", "application/atom+xml")

_NAMESPACE = "http://www.w3.org/2005/Atom"

#: When nothing was published yet.
_NEVER = "1970-01-01T00:00:00+00:00"


def feed(versions: Sequence[Version], addresses: Addresses) -> bytes:
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
        told = (
            version_notes(changes)[SOURCE_LANGUAGE]
            if changes and changes.previous
            else "The first version that is known."
        )
        _add(entry, "summary", told)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ET.Element, tag: str, content: str) -> None:
    ET.SubElement(parent, tag).text = content
