"""Description of the dataset by DCAT-AP (https://semiceu.github.io/DCAT-AP/releases/3.0.1/).

Portals of public data in Europe harvest descriptions that follow this profile: a catalogue, a contact, coverage, and
values from lists of the EU's Publications Office, each with its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal, Term, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.translations.messages import Message

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

_KEYWORDS = (Message("migration"), Message("human mobility"), Message("sustainable development"))
_WORLD = Message("World")
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


@dataclass(frozen=True)
class Coverage:
    """Facts for portals: years of practices, names of the themes, address of the contact."""

    #: first and last year of practices; None where none has a date
    years: tuple[int, int] | None = None
    #: names of the objectives that are themes
    theme_names: tuple[Triple, ...] = ()
    #: `mailto:` or web address of the operator; empty for the page about the site
    contact: str = ""


#: Nothing known but the dataset itself.
NO_COVERAGE = Coverage()


def language_iri(tag: str) -> IRI | None:
    """The IRI of a language (BCP 47); None for one of three letters that is not in the list."""
    if tag in _LANGUAGES:
        return IRI(f"{_EU}language/{_LANGUAGES[tag]}")
    return IRI(_OTHER_LANGUAGES + tag) if len(tag) == 2 else None


def file_type(media_type: str) -> IRI:
    """The IRI of a file type. Raises `KeyError` for a media type that is not used here."""
    return IRI(f"{_EU}file-type/{_FILE_TYPES[media_type]}")


def for_portals(described: Iterable[Triple], coverage: Coverage, addresses: Addresses) -> Iterator[Triple]:
    """A description in DCAT with what DCAT-AP adds; `described` is that of `{base}dataset` with its parts."""
    triples = list(described)
    triples += [*_Portal(triples, coverage, addresses).added(), *coverage.theme_names]
    yield from triples
    v = Vocabulary(addresses)
    classes = {v(name): kind for name, kind in _CLASSES}
    for triple in triples:  # the classes of values, and the type of licences
        if triple.predicate in classes and isinstance(triple.object, IRI):
            licence = _LICENCE_TYPE if triple.predicate == v("dct:license") else None
            yield from v.about(triple.object, ("rdf:type", classes[triple.predicate]), ("dct:type", licence))


class _Portal:
    """Statements that DCAT-AP requires of a description."""

    def __init__(self, triples: Iterable[Triple], coverage: Coverage, addresses: Addresses) -> None:
        self._v, self._coverage, self._base = Vocabulary(addresses), coverage, addresses.base
        self._dataset, self._contact, self._world, self._years, self._catalogue = (
            IRI(f"{addresses.base}dataset{part}") for part in ("", "#contact", "#world", "#years", "#catalogue")
        )
        self._values: dict[tuple[object, IRI], list[Term]] = {}
        self._of_class: dict[object, list[IRI]] = {}
        for triple in triples:
            self._values.setdefault((triple.subject, triple.predicate), []).append(triple.object)  # type: ignore[arg-type]
            if triple.predicate == self._v("rdf:type") and isinstance(triple.subject, IRI):
                self._of_class.setdefault(triple.object, []).append(triple.subject)

    def added(self) -> Iterator[Triple]:
        """The statements that are added: about each resource by its class, and about their shared values."""
        v, about = self._v, self._v.about
        services = self._of_class.get(v("dcat:DataService"), ())
        yield from self._of_catalogue(services)
        years = self._years if self._coverage.years else None
        for dataset in self._of_class.get(v("dcat:Dataset"), ()):
            yield from self._shared(dataset)
            yield from about(dataset, ("dct:spatial", self._world), ("dct:temporal", years))
        for service in services:
            yield from self._shared(service)
        for distribution in self._of_class.get(v("dcat:Distribution"), ()):
            yield from self._of_distribution(distribution)
        for agent in self._of_class.get(v("foaf:Agent"), ()):
            yield from about(agent, ("dct:type", _PUBLISHER_TYPE))
        yield from self._parts()

    def _of(self, *curies: str, resource: IRI | None = None) -> list[tuple[str, list[Term]]]:
        """The values of some properties of a resource, the dataset unless given."""
        subject = resource or self._dataset
        return [(curie, self._values.get((subject, self._v(curie)), [])) for curie in curies]

    def _shared(self, resource: IRI) -> Iterator[Triple]:
        """Statements about the dataset that hold for a service or a version of it, too."""
        return self._v.about(
            resource,
            *self._of("dct:title", "dct:description", "dct:publisher", "dct:license"),
            ("dcat:contactPoint", self._contact),
            ("dcat:theme", _THEME),
            *(("dcat:keyword", keyword.texts()) for keyword in _KEYWORDS),
        )

    def _of_distribution(self, resource: IRI) -> Iterator[Triple]:
        """Format, description and availability; a way in without a media type, the endpoint, answers in JSON, too."""
        ((_, media),) = self._of("dcat:mediaType", resource=resource)
        types = [term.value.partition("media-types/")[2] for term in media if isinstance(term, IRI)]
        missing = [curie for curie, values in self._of("dct:title", "dct:description", resource=resource) if not values]
        return self._v.about(
            resource,
            ("dct:format", file_type(types[0] if types else "application/json")),
            ("dcatap:availability", _AVAILABLE),
            *self._of(*missing),
        )

    def _of_catalogue(self, services: Iterable[IRI]) -> Iterator[Triple]:
        issued = [value for _, values in self._of("dct:issued", "dct:modified") for value in values]
        yield from self._v.about(
            self._catalogue,
            ("rdf:type", "dcat:Catalog"),
            ("dcat:dataset", self._dataset),
            ("dcat:service", services),
            ("dct:title", _CATALOGUE.texts()),
            *self._of("dct:description", "dct:publisher", "dct:license", "dct:language", "dct:modified"),
            ("dct:issued", min(issued, key=str, default=None)),
            ("dct:spatial", self._world),
            ("dcat:themeTaxonomy", _THEMES),
            ("foaf:homepage", IRI(self._base)),
        )
        yield from self._v.about(_THEMES, ("rdf:type", "skos:ConceptScheme"), ("dct:title", text("Data theme", "en")))

    def _parts(self) -> Iterator[Triple]:
        """Contact, place and period, and entries of the lists that are named."""
        about, contact = self._v.about, self._coverage.contact
        reached = "vcard:hasEmail" if contact.startswith("mailto:") else "vcard:hasURL"
        yield from about(
            self._contact,
            ("rdf:type", "vcard:Kind"),
            ("vcard:fn", _CONTACT.texts()),
            (reached, IRI(contact or f"{self._base}about")),
        )
        yield from about(
            self._world,
            ("rdf:type", "dct:Location"),
            ("skos:prefLabel", _WORLD.texts()),
            ("dcat:bbox", Literal(_WHOLE_EARTH, datatype=_WKT)),
            ("dcat:centroid", Literal("POINT(0 0)", datatype=_WKT)),
        )
        if self._coverage.years:
            first, last = (typed(f"{year:04}", "gYear") for year in self._coverage.years)
            yield from about(
                self._years, ("rdf:type", "dct:PeriodOfTime"), ("dcat:startDate", first), ("dcat:endDate", last)
            )
        for entry, name in _ENTRIES.items():
            yield from about(entry, ("rdf:type", "skos:Concept"), ("skos:prefLabel", text(name, "en")))
        yield from about(_THEME, ("skos:inScheme", _THEMES))
