"""DCAT and PROV-O descriptions of the dataset and its versions, by DCAT-AP.

https://www.w3.org/TR/vocab-dcat-3/

Portals of public data in Europe harvest descriptions that follow this profile: a catalogue, a
contact, coverage, and values from lists of the EU's Publications Office, each with its class
(https://semiceu.github.io/DCAT-AP/releases/3.0.1/). The statements are in `dcat.trig`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gcmgraph.publication.metadata.catalogue import CataloguePart
from gcmgraph.publication.metadata.void import LICENCE, DatasetFacts, date_time
from gcmgraph.publication.tables import METADATA_SUFFIX, TABLES
from gcmgraph.publication.versions.changes import Changes, Resources
from gcmgraph.publication.versions.history import DatasetVersion, Download
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple, Values, Vocabulary, text, typed
from gcmgraph.translations import SOURCE_LANGUAGE, Message

_EU = "http://publications.europa.eu/resource/authority/"

#: Codes of languages in the list of the Publications Office, by BCP 47.
_LANGUAGES = {
    "ar": "ARA",
    "en": "ENG",
    "es": "SPA",
    "fr": "FRA",
    "pt": "POR",
    "ru": "RUS",
    "zh": "ZHO",
}

#: The register for other languages of two letters.
_OTHER_LANGUAGES = "http://id.loc.gov/vocabulary/iso639-1/"

#: Codes of file types, by media type.
_FILE_TYPES = {
    "text/csv": "CSV",
    "application/n-quads": "RDF_N_QUADS",
    "application/trig": "RDF_TRIG",
    "text/turtle": "RDF_TURTLE",
}

KEYWORDS = (Message("migration"), Message("human mobility"), Message("sustainable development"))
WORLD = Message("World")
_CATALOGUE = Message("Datasets of GCM Graph")
_CONTACT = Message("Operator of this site")
TERMS_OF_PARTS = Message(
    "Parts are data of other producers with terms of their own, which are stated with each part."
)

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

_NOTES = Message(
    "{added} statements added, {removed} removed; resources that are new: {new}, "
    "removed: {gone}, changed: {changed}."
)


def language_iri(tag: str) -> IRI | None:
    """The IRI of a language (BCP 47); None for one of three letters that is not in the list."""
    if tag in _LANGUAGES:
        return IRI(f"{_EU}language/{_LANGUAGES[tag]}")
    return IRI(_OTHER_LANGUAGES + tag) if len(tag) == 2 else None


@dataclass(frozen=True)
class FileContent:
    """The bytes of a file: number, and SHA-256 in hexadecimal."""

    size: int
    sha256: str


def _templates(addresses: Addresses) -> Templates:
    return Templates("publication/metadata/dcat.trig", addresses, licence=IRI(LICENCE))


def describe_in_dcat(
    facts: DatasetFacts,
    parts: Sequence[CataloguePart],
    contents: Mapping[str, FileContent],
    addresses: Addresses,
) -> Iterator[Triple]:
    """The description of `{base}dataset` for portals.

    Catalogue, dataset with its parts, service, versions, downloads. `contents` are those of the
    files of the parts and of the tables, by address below the base.
    """
    triples = [*_statements(facts, parts, addresses), *facts.theme_names]
    for path, content in contents.items():
        triples += _content(IRI(addresses.base + path), content, addresses)
    yield from triples
    classes = {triple.subject: triple.object for triple in _templates(addresses).fill("classes")}
    for triple in triples:
        if triple.predicate in classes and isinstance(triple.object, IRI):
            yield from Vocabulary(addresses).about(
                triple.object, ("rdf:type", classes[triple.predicate])
            )


def _statements(
    facts: DatasetFacts, parts: Sequence[CataloguePart], addresses: Addresses
) -> Iterator[Triple]:
    """The statements, without the classes of values."""
    yield from _dataset(facts, parts, addresses)
    yield from _tables(addresses)
    for part in parts:
        yield from _part(part, addresses)
    for version in _versions(facts):
        yield from describe_version(version, addresses)
        yield from _file_types(version, facts, addresses)


def _versions(facts: DatasetFacts) -> list[DatasetVersion]:
    """The current version, if it has files, and earlier ones."""
    current = [facts.current] if facts.current else []
    return [*current, *facts.earlier]


def _dataset(
    facts: DatasetFacts, parts: Sequence[CataloguePart], addresses: Addresses
) -> Iterator[Triple]:
    """The catalogue, the dataset and the service."""
    base = addresses.base
    dataset = IRI(f"{base}dataset")
    edition = _edition(facts, addresses)
    versions = [
        *edition["edition"],
        *(version_iri(addresses, version.name) for version in _versions(facts)),
    ]
    yield from _templates(addresses).fill(
        "dataset",
        **facts.shared,
        **edition,
        **_contact(facts.contact),
        **_period(facts.years, IRI(f"{base}dataset#years")),
        catalogue=_CATALOGUE.texts(),
        publisher=IRI(f"{base}dataset#publisher") if facts.publishers else None,
        publishers=facts.publishers,
        languages=map(language_iri, facts.languages),
        themes=facts.themes,
        keywords=_keywords(),
        parts=[part.iri for part in parts],
        termsOfParts=TERMS_OF_PARTS.texts(),
        sources=facts.sources,
        files=[*_table_iris(addresses).values(), *_file_iris(facts.dumps, addresses)],
        version=Literal(facts.version),
        versions=versions,
        described=[dataset, IRI(f"{base}sparql"), *versions],
        covered=[dataset, *versions],
        world=WORLD.texts(),
    )


def _edition(facts: DatasetFacts, addresses: Addresses) -> dict[str, Sequence[Term]]:
    """The values of the current version and of the edition of its year; none without files."""
    current = facts.current
    if current is None:
        names = ("edition", "year", "editionFiles", "current", "currentName", "published")
        return dict.fromkeys(names, ())
    year = f"{current.published.year}"
    return {
        "edition": [version_iri(addresses, year)],
        "year": [Literal(year)],
        "editionFiles": _file_iris(current.dumps, addresses),
        "current": [version_iri(addresses, facts.version)],
        "currentName": [Literal(facts.version)],
        "published": [date_time(current.published)],
    }


def _contact(address: str) -> dict[str, Values]:
    """The values of the operator, by an e-mail address (`mailto:`) or that of a page."""
    is_email = address.startswith("mailto:")
    return {
        "operator": _CONTACT.texts(),
        "email": IRI(address) if is_email else None,
        "address": None if is_email else IRI(address),
    }


def _period(years: tuple[int | str, int | str] | None, period: IRI) -> dict[str, Values]:
    """The values of a period by its first and last year; none without years."""
    if years is None:
        return dict.fromkeys(("years", "first", "last"))
    first, last = years
    return {"years": period, "first": _year(first), "last": _year(last)}


def _file_iris(files: Iterable[Download], addresses: Addresses) -> list[IRI]:
    """The addresses of files."""
    return [IRI(addresses.base + file.path) for file in files]


def _keywords() -> list[Literal]:
    """The keywords in all languages."""
    return [
        text(word, language) for keyword in KEYWORDS for language, word in keyword.texts().items()
    ]


def _table_iris(addresses: Addresses) -> dict[str, IRI]:
    """The addresses of the tables, by kind."""
    return {kind: IRI(f"{addresses.base}tables/{kind}.csv") for kind in TABLES}


def _tables(addresses: Addresses) -> Iterator[Triple]:
    """The descriptions of the tables."""
    for kind, table in _table_iris(addresses).items():
        yield from _templates(addresses).fill(
            "table",
            table=table,
            name=Literal(f"{kind}.csv"),
            description=text(TABLES[kind], SOURCE_LANGUAGE),
            page=IRI(f"{addresses.base}browse/{kind}"),
            metadata=IRI(f"{table.value}{METADATA_SUFFIX}"),
        )


def _part(part: CataloguePart, addresses: Addresses) -> Iterator[Triple]:
    """The description of a dataset within the dataset, with its publisher, period and files."""
    templates = _templates(addresses)
    base = addresses.base
    page = IRI(base + part.page)
    publisher = part.publisher or IRI(f"{base}dataset#publisher")
    rights = part.fragment("rights") if part.rights else None
    period = _period(part.years, part.fragment("years"))
    yield from templates.fill(
        "part",
        part=part.iri,
        title=part.titles,
        description=part.descriptions,
        publisher=publisher,
        licence=part.licence,
        rights=rights,
        issued=part.issued,
        years=period["years"],
        keywords=_keywords(),
        page=page,
        files=[IRI(base + path) for path in part.files],
    )
    yield from part.measurements
    yield from templates.fill("publisher", publisher=publisher, names=part.publisher_names)
    yield from templates.fill("rights", rights=rights, text=part.rights)
    yield from templates.fill("period", **period)
    for path, media_type in part.files.items():
        yield from templates.fill(
            "file",
            file=IRI(base + path),
            title=part.titles,
            description=part.descriptions,
            licence=part.licence,
            rights=rights,
            format=IRI(f"{_EU}file-type/{_FILE_TYPES[media_type]}"),
            mediaType=IRI(_MEDIA_TYPES + media_type),
            page=page,
        )


def _file_types(
    version: DatasetVersion, facts: DatasetFacts, addresses: Addresses
) -> Iterator[Triple]:
    """The file types of the downloads of a version, by the list of the Publications Office."""
    patches = version.patches if version.previous else ()
    for file in (*version.dumps, *patches):
        yield from _templates(addresses).fill(
            "form",
            file=IRI(addresses.base + file.path),
            description=facts.shared["description"],
            format=IRI(f"{_EU}file-type/{_FILE_TYPES[file.format.media_type]}"),
        )


def version_iri(addresses: Addresses, name: str) -> IRI:
    """The IRI of a dataset version."""
    return IRI(f"{addresses.base}dataset/{name}")


def describe_version(version: DatasetVersion, addresses: Addresses) -> Iterator[Triple]:
    """The description of a version: dataset, previous version, changes, downloads."""
    templates = _templates(addresses)
    iri = version_iri(addresses, version.name)
    changes = version.changes
    previous = version.previous
    patches = version.patches if previous else ()
    yield from templates.fill(
        "version",
        version=iri,
        name=Literal(version.name),
        published=date_time(version.published),
        dumps=_file_iris(version.dumps, addresses),
        previous=version_iri(addresses, previous) if previous else None,
        notes=version_notes(changes) if changes and previous else None,
        revision=IRI(f"{iri.value}#revision") if previous else None,
        patches=_file_iris(patches, addresses),
    )
    for file in (*version.dumps, *patches):
        yield from _download(file, iri, addresses)
    counts = {"added.nq.gz": changes.added, "removed.nq.gz": changes.removed} if changes else {}
    for patch in patches:
        number = typed(str(counts[patch.format.name]), "integer")
        yield from templates.fill("patch", file=IRI(addresses.base + patch.path), triples=number)


def _download(file: Download, version: IRI, addresses: Addresses) -> Iterator[Triple]:
    """The description of a download, with size and checksum."""
    compression = file.format.compression
    iri = IRI(addresses.base + file.path)
    yield from _templates(addresses).fill(
        "download",
        file=iri,
        name=Literal(file.format.name),
        version=version,
        mediaType=IRI(_MEDIA_TYPES + file.format.media_type),
        compression=IRI(_MEDIA_TYPES + compression) if compression else None,
        made=date_time(file.created),
    )
    yield from _content(iri, FileContent(file.size, file.sha256), addresses)


def _content(file: IRI, content: FileContent, addresses: Addresses) -> Iterator[Triple]:
    """The size and the checksum of a file."""
    return _templates(addresses).fill(
        "content",
        file=file,
        size=typed(str(content.size), "nonNegativeInteger"),
        sha256=typed(content.sha256, "hexBinary"),
    )


def version_notes(changes: Changes) -> dict[str, str]:
    """The changes of a version in a sentence, by language."""
    return _NOTES.texts(
        added=changes.added,
        removed=changes.removed,
        new=_count(changes.came),
        gone=_count(changes.went),
        changed=_count(changes.changed),
    )


def _count(resources_by_kind: Mapping[str, Resources]) -> int:
    """Number of resources of all kinds."""
    return sum(resources.count for resources in resources_by_kind.values())


def _year(year: int | str) -> Literal:
    """An xsd:gYear."""
    return typed(f"{int(year):04}", "gYear")
