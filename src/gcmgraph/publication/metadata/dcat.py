"""DCAT and PROV-O descriptions of the dataset and its versions (https://www.w3.org/TR/vocab-dcat-3/), by DCAT-AP.

Portals of public data in Europe harvest descriptions that follow this profile: a catalogue, a contact, coverage, and
values from lists of the EU's Publications Office, each with its class
(https://semiceu.github.io/DCAT-AP/releases/3.0.1/).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.void import LICENCE, DatasetFacts
from gcmgraph.publication.tables import METADATA_SUFFIX, TABLES
from gcmgraph.publication.versions.history import Changes, DatasetVersion, Download
from gcmgraph.translations import SOURCE_LANGUAGE, Message

_EU = "http://publications.europa.eu/resource/authority/"

#: Codes of languages in the list of the Publications Office, by BCP 47.
_LANGUAGES = {"ar": "ARA", "en": "ENG", "es": "SPA", "fr": "FRA", "pt": "POR", "ru": "RUS", "zh": "ZHO"}

#: The register for other languages of two letters.
_OTHER_LANGUAGES = "http://id.loc.gov/vocabulary/iso639-1/"

#: Codes of file types, by media type.
_FILE_TYPES = {
    "application/n-quads": "RDF_N_QUADS",
    "application/trig": "RDF_TRIG",
    "text/turtle": "RDF_TURTLE",
    "text/csv": "CSV",
    "application/json": "JSON",
}

_THEMES, _THEME = IRI(f"{_EU}data-theme"), IRI(f"{_EU}data-theme/SOCI")
_AVAILABLE = IRI(f"{_EU}planned-availability/AVAILABLE")
_PUBLISHER_TYPE = IRI("http://purl.org/adms/publishertype/PrivateIndividual(s)")
_LICENCE_TYPE = IRI("http://purl.org/adms/licencetype/Attribution")

#: English names of entries of these lists, as their publishers write them.
_ENTRIES = {
    _THEME: "Population and society",
    _AVAILABLE: "available",
    _PUBLISHER_TYPE: "Private Individual(s)",
    _LICENCE_TYPE: "Attribution",
}

KEYWORDS = (Message("migration"), Message("human mobility"), Message("sustainable development"))
WORLD = Message("World")
_CATALOGUE = Message("Datasets of GCM Graph")
_CONTACT = Message("Operator of this site")

_WKT = IRI("http://www.opengis.net/ont/geosparql#wktLiteral")
_WHOLE_EARTH = "POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90))"

#: Properties whose values are of a class, which a reader of this description alone must find in it.
_CLASSES = (
    ("dcat:mediaType", "dct:MediaType"),
    ("dcat:compressFormat", "dct:MediaType"),
    ("dct:format", "dct:MediaTypeOrExtent"),
    ("dct:language", "dct:LinguisticSystem"),
    ("dct:license", "dct:LicenseDocument"),
    ("dct:conformsTo", "dct:Standard"),
    ("dcat:landingPage", "foaf:Document"),
    ("foaf:homepage", "foaf:Document"),
    ("spdx:algorithm", "spdx:ChecksumAlgorithm"),
    ("dcat:theme", "skos:Concept"),
)


def language_iri(tag: str) -> IRI | None:
    """The IRI of a language (BCP 47); None for one of three letters that is not in the list."""
    if tag in _LANGUAGES:
        return IRI(f"{_EU}language/{_LANGUAGES[tag]}")
    return IRI(_OTHER_LANGUAGES + tag) if len(tag) == 2 else None


_PROTOCOL = IRI("https://www.w3.org/TR/sparql11-protocol/")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LICENCE = IRI(LICENCE)

_NOTES = Message(
    "{added} statements added, {removed} removed; resources that are new: {new}, removed: {gone}, changed: {changed}."
)


def describe_in_dcat(facts: DatasetFacts, addresses: Addresses) -> Iterator[Triple]:
    """The description of `{base}dataset` for portals: catalogue, dataset, service, versions, downloads."""
    triples = [*_Description(facts, addresses).triples(), *facts.theme_names]
    yield from triples
    v = Vocabulary(addresses)
    classes = {v(name): kind for name, kind in _CLASSES}
    for triple in triples:  # the classes of values, and the type of licences
        if triple.predicate in classes and isinstance(triple.object, IRI):
            licence = _LICENCE_TYPE if triple.predicate == v("dct:license") else None
            yield from v.about(triple.object, ("rdf:type", classes[triple.predicate]), ("dct:type", licence))


class _Description:
    """Statements about the dataset and its parts, with those that DCAT-AP requires."""

    def __init__(self, facts: DatasetFacts, addresses: Addresses) -> None:
        self._facts, self._addresses, self._base = facts, addresses, addresses.base
        self._about = Vocabulary(addresses).about
        self._dataset, self._access, self._publisher, self._contact, self._world, self._years, self._catalogue = (
            IRI(f"{self._base}dataset{part}")
            for part in ("", "#sparql", "#publisher", "#contact", "#world", "#years", "#catalogue")
        )
        self._service = IRI(f"{self._base}sparql")
        self._names = {curie: facts.shared[curie] for curie in ("dct:title", "dct:description")}
        publisher = self._publisher if facts.publishers else None
        #: statements about the dataset that hold for a service or a version of it, too
        self._shared = (
            *self._names.items(),
            ("dct:publisher", publisher),
            ("dct:license", _LICENCE),
            ("dcat:contactPoint", self._contact),
            ("dcat:theme", _THEME),
            *(("dcat:keyword", keyword.texts()) for keyword in KEYWORDS),
        )
        self._coverage = (("dct:spatial", self._world), ("dct:temporal", self._years if facts.years else None))

    def triples(self) -> Iterator[Triple]:
        """The statements, without the classes of values."""
        versions = [*filter(None, [self._facts.current]), *self._facts.earlier]
        yield from self._of_catalogue()
        yield from self._of_dataset(versions)
        yield from self._of_service()
        for kind in TABLES:
            yield from self._of_table(kind)
        for version in versions:
            yield from describe_version(version, self._addresses)
            yield from self._about(version_iri(self._addresses, version.name), *self._shared, *self._coverage)
            for file in (*version.dumps, *(version.patches if version.previous else ())):
                description = ("dct:description", self._names["dct:description"])
                form = _form(file.format.media_type)
                yield from self._about(IRI(self._base + file.path), description, *form)
        yield from self._parts()

    def _of_catalogue(self) -> Iterator[Triple]:
        current = self._facts.current
        published = _date_time(current.published) if current else None
        yield from self._about(
            self._catalogue,
            ("rdf:type", "dcat:Catalog"),
            ("dcat:dataset", self._dataset),
            ("dcat:service", self._service),
            *(pair for pair in self._shared if pair[0] in {"dct:description", "dct:publisher", "dct:license"}),
            ("dct:title", _CATALOGUE.texts()),
            ("dct:language", map(language_iri, self._facts.languages)),
            ("dct:modified", published),
            ("dct:issued", published),
            ("dct:spatial", self._world),
            ("dcat:themeTaxonomy", _THEMES),
            ("foaf:homepage", IRI(self._base)),
        )
        yield from self._about(_THEMES, ("rdf:type", "skos:ConceptScheme"), ("dct:title", text("Data theme", "en")))

    def _of_dataset(self, versions: Sequence[DatasetVersion]) -> Iterator[Triple]:
        facts, base = self._facts, self._base
        files = [*(f"tables/{kind}.csv" for kind in TABLES), *(dump.path for dump in facts.dumps)]
        yield from self._about(
            self._dataset,
            ("rdf:type", "dcat:Dataset"),
            *facts.shared.items(),
            *self._shared,
            *self._coverage,
            ("dcat:version", Literal(facts.version)),
            ("dcat:landingPage", IRI(f"{base}dataset.html")),
            ("dct:language", map(language_iri, facts.languages)),
            ("dcat:theme", facts.themes),
            ("prov:wasDerivedFrom", facts.sources),  # dct:source is for datasets in DCAT-AP
            ("dcat:distribution", [self._access, *(IRI(base + file) for file in files)]),
            ("dcat:hasVersion", [version_iri(self._addresses, known.name) for known in versions]),
        )
        if facts.current is not None:
            yield from self._about(
                self._dataset,
                ("dcat:hasCurrentVersion", version_iri(self._addresses, facts.version)),
                ("dct:modified", _date_time(facts.current.published)),
                ("owl:versionInfo", Literal(facts.version)),
            )

    def _of_service(self) -> Iterator[Triple]:
        """The service, and the access by it, which answers in JSON, too."""
        endpoint = self._facts.shared["void:sparqlEndpoint"]
        yield from self._about(
            self._access,
            ("rdf:type", "dcat:Distribution"),
            ("dcat:accessService", self._service),
            ("dcat:accessURL", endpoint),
            ("dct:license", _LICENCE),
            *self._names.items(),
            *_form("application/json"),
        )
        yield from self._about(
            self._service,
            ("rdf:type", "dcat:DataService"),
            ("dcat:endpointURL", endpoint),
            ("dcat:endpointDescription", self._service),
            ("dcat:servesDataset", self._dataset),
            ("dct:conformsTo", _PROTOCOL),
            *self._shared,
        )

    def _of_table(self, kind: str) -> Iterator[Triple]:
        table = IRI(f"{self._base}tables/{kind}.csv")
        return self._about(
            table,
            ("rdf:type", "dcat:Distribution"),
            ("dct:title", Literal(f"{kind}.csv")),
            ("dct:description", text(TABLES[kind], SOURCE_LANGUAGE)),
            ("dcat:downloadURL", table),
            ("dcat:accessURL", IRI(f"{self._base}browse/{kind}")),
            ("dcat:mediaType", IRI(f"{_MEDIA_TYPES}text/csv")),
            ("dct:conformsTo", IRI(f"{table.value}{METADATA_SUFFIX}")),
            ("dct:license", _LICENCE),
            *_form("text/csv"),
        )

    def _parts(self) -> Iterator[Triple]:
        """Publisher, contact, place and period, and entries of the lists that are named."""
        about, facts = self._about, self._facts
        if facts.publishers:
            agent = (("rdf:type", "foaf:Agent"), ("foaf:name", facts.publishers), ("dct:type", _PUBLISHER_TYPE))
            yield from about(self._publisher, *agent)
        yield from about(
            self._contact,
            ("rdf:type", "vcard:Kind"),
            ("vcard:fn", _CONTACT.texts()),
            (f"vcard:{'hasEmail' if facts.contact.startswith('mailto:') else 'hasURL'}", IRI(facts.contact)),
        )
        yield from about(
            self._world,
            ("rdf:type", "dct:Location"),
            ("skos:prefLabel", WORLD.texts()),
            ("dcat:bbox", Literal(_WHOLE_EARTH, datatype=_WKT)),
            ("dcat:centroid", Literal("POINT(0 0)", datatype=_WKT)),
        )
        if facts.years:
            first, last = (typed(f"{year:04}", "gYear") for year in facts.years)
            yield from about(
                self._years, ("rdf:type", "dct:PeriodOfTime"), ("dcat:startDate", first), ("dcat:endDate", last)
            )
        for entry, name in _ENTRIES.items():
            yield from about(entry, ("rdf:type", "skos:Concept"), ("skos:prefLabel", text(name, "en")))
        yield from about(_THEME, ("skos:inScheme", _THEMES))


def _form(media_type: str) -> tuple[tuple[str, IRI], ...]:
    """Format and availability of a distribution. Raises `KeyError` for a media type that is not used here."""
    return ("dct:format", IRI(f"{_EU}file-type/{_FILE_TYPES[media_type]}")), ("dcatap:availability", _AVAILABLE)


def version_iri(addresses: Addresses, name: str) -> IRI:
    """The IRI of a dataset version."""
    return IRI(f"{addresses.base}dataset/{name}")


def describe_version(version: DatasetVersion, addresses: Addresses) -> Iterator[Triple]:
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
    yield from v.sha256(checksum, dump.sha256)


def _revision(
    v: Vocabulary, version: DatasetVersion, changes: Changes, addresses: Addresses, this: IRI
) -> Iterator[Triple]:
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
