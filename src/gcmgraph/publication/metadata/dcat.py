"""DCAT and PROV-O descriptions of the dataset and its versions (https://www.w3.org/TR/vocab-dcat-3/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gcmgraph.model.terms import IRI, Literal, Term, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.csv.whole import METADATA_SUFFIX, TABLES
from gcmgraph.publication.lists.catalogue import Catalogue
from gcmgraph.publication.metadata.dcat_ap import NO_COVERAGE, Coverage, for_portals, language_iri
from gcmgraph.publication.metadata.void import LICENCE, describe_dataset
from gcmgraph.publication.versions.changes import Changes
from gcmgraph.publication.versions.downloads import Download
from gcmgraph.publication.versions.history import History, Version
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.store.port import Store
from gcmgraph.text import natural
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.translations.messages import Message

_PROTOCOL = IRI("https://www.w3.org/TR/sparql11-protocol/")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LICENCE = IRI(LICENCE)

#: Properties of the dataset in both VoID and DCAT.
_SHARED = ("dct:title", "dct:description", "dct:license", "void:triples", "void:sparqlEndpoint")

_NOTES = Message(
    "{added} statements added, {removed} removed; resources that are new: {new}, removed: {gone}, changed: {changed}."
)


@dataclass(frozen=True)
class DatasetFacts:
    """The values in the description of the dataset."""

    version: str
    #: values shared with VoID, by property
    shared: Mapping[str, tuple[Term, ...]]
    #: names of the publishers: the creators of the ontology
    publishers: tuple[Literal, ...]
    #: languages of the labels (BCP 47, without region)
    languages: tuple[str, ...]
    themes: tuple[IRI, ...]
    sources: tuple[IRI, ...]
    #: records that were held back, each with its reason
    held_back: tuple[Literal, ...]
    #: the current version; None for a store without files
    current: Version | None
    #: the newest versions before it that have downloads; the page of versions lists all
    earlier: tuple[Version, ...] = ()
    coverage: Coverage = NO_COVERAGE

    @property
    def dumps(self) -> tuple[Download, ...]:
        """Downloads of the current version."""
        return self.current.dumps if self.current else ()


def dataset_facts(
    store: Store,
    addresses: Addresses,
    catalogue: Catalogue,
    statistics: Statistics,
    version: str,
    history: History | None,
    endpoint: str | None = None,
    coverage: Coverage = NO_COVERAGE,
) -> DatasetFacts:
    """The facts of one dataset version; `endpoint` is the URL of its SPARQL endpoint, `{base}sparql` unless given."""
    v = Vocabulary(addresses)
    dataset = IRI(f"{addresses.base}dataset")
    shared: dict[str, list[Term]] = {curie: [] for curie in _SHARED}
    named = {v(curie): curie for curie in _SHARED}
    for triple in describe_dataset(statistics, addresses, version, endpoint=endpoint):
        if triple.subject == dataset and triple.predicate in named and not isinstance(triple.object, Triple):
            shared[named[triple.predicate]].append(triple.object)
    makers = _literals(store, IRI(f"{addresses.base}ontology"), v("dct:creator"))
    themes = tuple(sorted(catalogue.members("objective"), key=lambda objective: natural(objective.value)))
    names = (quad.triple for theme in themes for quad in store.quads(theme, v("skos:prefLabel")))
    return DatasetFacts(
        version,
        {curie: tuple(terms) for curie, terms in shared.items()},
        tuple(sorted(makers, key=str)),
        tuple(sorted(statistics.languages)),
        themes,
        catalogue.members("source"),
        tuple(sorted(_literals(store, dataset, v("gcm:heldBack")), key=lambda note: note.value)),
        history.current(version) if history else None,
        coverage=replace(coverage, theme_names=tuple(dict.fromkeys(names))),
    )


def _literals(store: Store, subject: IRI, predicate: IRI) -> set[Literal]:
    """The distinct literals of a property, in any graph."""
    return {quad.object for quad in store.quads(subject, predicate) if isinstance(quad.object, Literal)}


def describe_in_dcat(facts: DatasetFacts, addresses: Addresses) -> Iterator[Triple]:
    """The description of `{base}dataset` for portals: catalogue, dataset, service, versions, downloads."""
    yield from for_portals(_described(facts, addresses), facts.coverage, addresses)


def _described(facts: DatasetFacts, addresses: Addresses) -> Iterator[Triple]:
    v, base, current = Vocabulary(addresses), addresses.base, facts.current
    dataset, service, access, publisher = (
        IRI(base + local) for local in ("dataset", "sparql", "dataset#sparql", "dataset#publisher")
    )
    versions = [*filter(None, [current]), *facts.earlier]
    tables = {kind: IRI(f"{base}tables/{kind}.csv") for kind in TABLES}
    yield from v.about(
        dataset,
        ("rdf:type", "dcat:Dataset"),
        *facts.shared.items(),
        ("dct:publisher", publisher if facts.publishers else None),
        ("dcat:version", Literal(facts.version)),
        ("dcat:landingPage", IRI(f"{base}dataset.html")),
        ("dct:language", map(language_iri, facts.languages)),
        ("dcat:theme", facts.themes),
        ("prov:wasDerivedFrom", facts.sources),  # dct:source is for datasets in DCAT-AP
        ("dcat:distribution", [access, *tables.values(), *(IRI(base + dump.path) for dump in facts.dumps)]),
        ("dcat:hasVersion", [version_iri(addresses, known.name) for known in versions]),
    )
    if current is not None:
        yield from v.about(
            dataset,
            ("dcat:hasCurrentVersion", version_iri(addresses, facts.version)),
            ("dct:modified", _date_time(current.published)),
            ("owl:versionInfo", Literal(facts.version)),
        )
    if facts.publishers:
        yield from v.about(publisher, ("rdf:type", "foaf:Agent"), ("foaf:name", facts.publishers))
    yield from v.about(
        access,
        ("rdf:type", "dcat:Distribution"),
        ("dcat:accessService", service),
        ("dcat:accessURL", facts.shared["void:sparqlEndpoint"]),
        ("dct:license", facts.shared["dct:license"]),
    )
    yield from v.about(
        service,
        ("rdf:type", "dcat:DataService"),
        ("dcat:endpointURL", facts.shared["void:sparqlEndpoint"]),
        ("dcat:endpointDescription", service),
        ("dcat:servesDataset", dataset),
        ("dct:conformsTo", _PROTOCOL),
        ("dct:title", facts.shared["dct:title"]),
    )
    for kind, table in tables.items():
        yield from v.about(
            table,
            ("rdf:type", "dcat:Distribution"),
            ("dct:title", Literal(f"{kind}.csv")),
            ("dct:description", text(TABLES[kind], SOURCE_LANGUAGE)),
            ("dcat:downloadURL", table),
            ("dcat:accessURL", IRI(f"{base}browse/{kind}")),
            ("dcat:mediaType", IRI(f"{_MEDIA_TYPES}text/csv")),
            ("dct:conformsTo", IRI(f"{table.value}{METADATA_SUFFIX}")),
            ("dct:license", _LICENCE),
        )
    for known in versions:
        yield from describe_version(known, addresses, facts.shared["dct:title"])


def version_iri(addresses: Addresses, name: str) -> IRI:
    """The IRI of a dataset version."""
    return IRI(f"{addresses.base}dataset/{name}")


def describe_version(version: Version, addresses: Addresses, titles: Sequence[Term] = ()) -> Iterator[Triple]:
    """The description of a version: dataset, previous version, changes, downloads.

    https://www.w3.org/TR/vocab-dcat-3/#dataset-versions
    """
    v = Vocabulary(addresses)
    dataset, this = IRI(f"{addresses.base}dataset"), version_iri(addresses, version.name)
    yield from v.about(
        this,
        ("rdf:type", [v("dcat:Dataset"), v("prov:Entity")]),
        ("dcat:isVersionOf", dataset),
        ("prov:specializationOf", dataset),
        ("dcat:version", Literal(version.name)),
        ("owl:versionInfo", Literal(version.name)),
        ("dct:issued", _date_time(version.published)),
        ("dct:license", _LICENCE),
        ("dct:title", titles),
        ("dcat:distribution", [IRI(addresses.base + dump.path) for dump in version.dumps]),
    )
    for dump in version.dumps:
        yield from _download(v, dump, addresses, this)
    if version.changes is not None and version.changes.previous is not None:
        yield from _revision(v, version, version.changes, addresses, this)


def _download(v: Vocabulary, dump: Download, addresses: Addresses, version: IRI) -> Iterator[Triple]:
    """The description of a download, with size and checksum."""
    file, packed = IRI(addresses.base + dump.path), dump.format.compression
    checksum = IRI(f"{file.value}#sha256")
    yield from v.about(
        file,
        ("rdf:type", "dcat:Distribution"),
        ("dct:title", Literal(dump.format.name)),
        ("dcat:downloadURL", file),
        ("dcat:accessURL", version),
        ("dcat:mediaType", IRI(_MEDIA_TYPES + dump.format.media_type)),
        ("dcat:compressFormat", IRI(_MEDIA_TYPES + packed) if packed else None),
        ("dct:issued", _date_time(dump.made)),
        ("dct:license", _LICENCE),
        ("dcat:byteSize", typed(str(dump.size), "nonNegativeInteger")),  # as in DCAT 3, 6.8.23
        ("spdx:checksum", checksum),
    )
    yield from v.about(
        checksum,
        ("rdf:type", "spdx:Checksum"),
        ("spdx:algorithm", "spdx:checksumAlgorithm_sha256"),
        ("spdx:checksumValue", typed(dump.sha256, "hexBinary")),
    )


def _revision(v: Vocabulary, version: Version, changes: Changes, addresses: Addresses, this: IRI) -> Iterator[Triple]:
    """The revision as an activity: the version before, the time, and the patches."""
    previous, activity = version_iri(addresses, changes.previous or ""), IRI(f"{this.value}#revision")
    counts = {"added.nq.gz": changes.added, "removed.nq.gz": changes.removed}
    files = {patch: IRI(addresses.base + patch.path) for patch in version.patches}
    yield from v.about(
        this,
        ("dcat:previousVersion", previous),
        ("prov:wasRevisionOf", previous),
        ("adms:versionNotes", version_notes(changes)),
        ("prov:wasGeneratedBy", activity),
    )
    yield from v.about(
        activity,
        ("rdf:type", "prov:Activity"),
        ("prov:used", previous),
        ("prov:endedAtTime", _date_time(version.published)),
        ("prov:generated", files.values()),
    )
    for patch, file in files.items():
        size = typed(str(counts[patch.format.name]), "integer")
        yield from v.about(file, ("rdf:type", [v("prov:Entity"), v("void:Dataset")]), ("void:triples", size))
        yield from _download(v, patch, addresses, this)


def version_notes(changes: Changes) -> dict[str, str]:
    """The changes of a version in a sentence, by language."""
    new, gone, changed = (
        sum(resources.count for resources in kinds.values()) for kinds in (changes.came, changes.went, changes.changed)
    )
    return _NOTES.texts(added=changes.added, removed=changes.removed, new=new, gone=gone, changed=changed)


def _date_time(moment: datetime) -> Literal:
    """An xsd:dateTime in UTC."""
    return typed(moment.isoformat().replace("+00:00", "Z"), "dateTime")
