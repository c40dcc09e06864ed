"""Versions in DCAT 3 and PROV-O (https://www.w3.org/TR/vocab-dcat-3/#dataset-versions)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from gcmgraph.model.terms import IRI, Literal, Term, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.publication.versions.changes import Changes
from gcmgraph.publication.versions.downloads import Download
from gcmgraph.publication.versions.history import Version
from gcmgraph.translations.messages import Message

_NOTES = Message(
    "{added} statements added, {removed} removed; resources that are new: {new}, removed: {gone}, changed: {changed}."
)
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def version_iri(addresses: Addresses, name: str) -> IRI:
    """The IRI of a dataset version."""
    return IRI(f"{addresses.base}dataset/{name}")


def describe_version(version: Version, addresses: Addresses, titles: Sequence[Term] = ()) -> Iterator[Triple]:
    """The description of a version: dataset, previous version, changes, downloads."""
    v = Vocabulary(addresses)
    a, dataset, this = v("rdf:type"), IRI(f"{addresses.base}dataset"), version_iri(addresses, version.name)
    published = date_time(version.published)
    yield Triple(this, a, v("dcat:Dataset"))
    yield Triple(this, a, v("prov:Entity"))
    yield Triple(this, v("dcat:isVersionOf"), dataset)
    yield Triple(this, v("prov:specializationOf"), dataset)
    yield Triple(this, v("dcat:version"), Literal(version.name))
    yield Triple(this, v("owl:versionInfo"), Literal(version.name))
    yield Triple(this, v("dct:issued"), published)
    yield Triple(this, v("dct:license"), IRI(LICENCE))
    for title in titles:
        yield Triple(this, v("dct:title"), title)
    for dump in version.dumps:
        yield Triple(this, v("dcat:distribution"), IRI(addresses.base + dump.path))
        yield from describe_dump(dump, addresses, this)
    if version.changes is not None and version.changes.previous is not None:
        yield from _revision(v, version, version.changes, addresses, published)


def describe_dump(dump: Download, addresses: Addresses, version: IRI) -> Iterator[Triple]:
    """The description of a download, with size and checksum."""
    v = Vocabulary(addresses)
    file = IRI(addresses.base + dump.path)
    yield Triple(file, v("rdf:type"), v("dcat:Distribution"))
    yield Triple(file, v("dct:title"), Literal(dump.format.name))
    yield Triple(file, v("dcat:downloadURL"), file)
    yield Triple(file, v("dcat:accessURL"), version)
    yield Triple(file, v("dcat:mediaType"), IRI(MEDIA_TYPES + dump.format.media_type))
    if dump.format.compression:
        yield Triple(file, v("dcat:compressFormat"), IRI(MEDIA_TYPES + dump.format.compression))
    yield Triple(file, v("dct:issued"), date_time(dump.made))
    yield Triple(file, v("dct:license"), IRI(LICENCE))
    # DCAT 3, 6.8.23: an xsd:nonNegativeInteger
    yield Triple(file, v("dcat:byteSize"), typed(str(dump.size), "nonNegativeInteger"))
    yield from _checksum(v, dump, file)


def _checksum(v: Vocabulary, dump: Download, file: IRI) -> Iterator[Triple]:
    checksum = IRI(f"{file.value}#sha256")
    yield Triple(file, v("spdx:checksum"), checksum)
    yield Triple(checksum, v("rdf:type"), v("spdx:Checksum"))
    yield Triple(checksum, v("spdx:algorithm"), v("spdx:checksumAlgorithm_sha256"))
    yield Triple(checksum, v("spdx:checksumValue"), typed(dump.sha256, "hexBinary"))


def _revision(
    v: Vocabulary, version: Version, changes: Changes, addresses: Addresses, published: Literal
) -> Iterator[Triple]:
    """The revision as an activity: the version before, the time, and the patches."""
    this, previous = version_iri(addresses, version.name), version_iri(addresses, changes.previous or "")
    activity = IRI(f"{this.value}#revision")
    yield Triple(this, v("dcat:previousVersion"), previous)
    yield Triple(this, v("prov:wasRevisionOf"), previous)
    for language, notes in version_notes(changes).items():
        yield Triple(this, v("adms:versionNotes"), text(notes, language))
    yield Triple(this, v("prov:wasGeneratedBy"), activity)
    yield Triple(activity, v("rdf:type"), v("prov:Activity"))
    yield Triple(activity, v("prov:used"), previous)
    yield Triple(activity, v("prov:endedAtTime"), published)
    counts = {"added.nq.gz": changes.added, "removed.nq.gz": changes.removed}
    for patch in version.patches:
        file = IRI(addresses.base + patch.path)
        yield Triple(activity, v("prov:generated"), file)
        yield Triple(file, v("rdf:type"), v("prov:Entity"))
        yield Triple(file, v("rdf:type"), v("void:Dataset"))
        yield Triple(file, v("void:triples"), typed(str(counts[patch.format.name]), "integer"))
        yield from describe_dump(patch, addresses, this)


def version_notes(changes: Changes) -> dict[str, str]:
    """The changes of a version in a sentence, by language."""
    came, went, changed = (
        sum(things.count for things in kinds.values()) for kinds in (changes.came, changes.went, changes.changed)
    )
    return _NOTES.texts(added=changes.added, removed=changes.removed, new=came, gone=went, changed=changed)


def date_time(moment: datetime) -> Literal:
    """An xsd:dateTime in UTC."""
    return typed(moment.isoformat().replace("+00:00", "Z"), "dateTime")
