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
    v = Vocabulary(addresses)
    triples = list(described)
    dataset = IRI(f"{addresses.base}dataset")
    by_class: dict[Term, list[IRI]] = {}
    for triple in triples:
        if triple.predicate == v("rdf:type") and isinstance(triple.subject, IRI):
            by_class.setdefault(triple.object, []).append(triple.subject)  # type: ignore[arg-type]
    about = [triple for triple in triples if triple.subject == dataset]
    added = [*_catalogue(v, about, dataset, by_class, addresses), *coverage.theme_names]
    for resource in by_class.get(v("dcat:Dataset"), ()):
        added += _of_dataset(v, resource, about, coverage, addresses)
    for service in by_class.get(v("dcat:DataService"), ()):
        added += _shared(v, service, about, addresses)
    for distribution in by_class.get(v("dcat:Distribution"), ()):
        added += _of_distribution(v, distribution, triples, about)
    for agent in by_class.get(v("foaf:Agent"), ()):
        added.append(Triple(agent, v("dct:type"), _PUBLISHER_TYPE))
    added += _parts(v, coverage, dataset, addresses)
    yield from triples
    yield from added
    yield from _classes(v, [*triples, *added])


def _shared(v: Vocabulary, resource: IRI, about: list[Triple], addresses: Addresses) -> Iterator[Triple]:
    """Statements about the dataset that hold for a service or a version of it, too."""
    for name in ("dct:title", "dct:description", "dct:publisher", "dct:license"):
        yield from (Triple(resource, v(name), t.object) for t in about if t.predicate == v(name))
    yield Triple(resource, v("dcat:contactPoint"), IRI(f"{addresses.base}dataset#contact"))
    yield Triple(resource, v("dcat:theme"), _THEME)
    for keyword in _KEYWORDS:
        yield from (Triple(resource, v("dcat:keyword"), text(word, tag)) for tag, word in keyword.texts().items())


def _of_dataset(
    v: Vocabulary, resource: IRI, about: list[Triple], coverage: Coverage, addresses: Addresses
) -> Iterator[Triple]:
    yield from _shared(v, resource, about, addresses)
    yield Triple(resource, v("dct:spatial"), IRI(f"{addresses.base}dataset#world"))
    if coverage.years:
        yield Triple(resource, v("dct:temporal"), IRI(f"{addresses.base}dataset#years"))


def _of_distribution(v: Vocabulary, resource: IRI, triples: list[Triple], about: list[Triple]) -> Iterator[Triple]:
    """Format, description and availability; a way in without a media type, the endpoint, answers in JSON, too."""
    media = [t.object for t in triples if t.subject == resource and t.predicate == v("dcat:mediaType")]
    types = [term.value.partition("media-types/")[2] for term in media if isinstance(term, IRI)]
    yield Triple(resource, v("dct:format"), file_type(types[0] if types else "application/json"))
    yield Triple(resource, v("dcatap:availability"), _AVAILABLE)
    named = {t.predicate for t in triples if t.subject == resource}
    for name in ("dct:title", "dct:description"):
        if v(name) not in named:
            yield from (Triple(resource, v(name), t.object) for t in about if t.predicate == v(name))


def _catalogue(
    v: Vocabulary, about: list[Triple], dataset: IRI, by_class: dict[Term, list[IRI]], addresses: Addresses
) -> Iterator[Triple]:
    catalogue = IRI(f"{dataset.value}#catalogue")
    yield Triple(catalogue, v("rdf:type"), v("dcat:Catalog"))
    yield Triple(catalogue, v("dcat:dataset"), dataset)
    for service in by_class.get(v("dcat:DataService"), ()):
        yield Triple(catalogue, v("dcat:service"), service)
    yield from (Triple(catalogue, v("dct:title"), text(t, tag)) for tag, t in _CATALOGUE.texts().items())
    for name in ("dct:description", "dct:publisher", "dct:license", "dct:language", "dct:modified"):
        yield from (Triple(catalogue, v(name), t.object) for t in about if t.predicate == v(name))
    issued = [t.object for t in about if t.predicate in {v("dct:issued"), v("dct:modified")}]
    if issued:
        yield Triple(catalogue, v("dct:issued"), min(issued, key=str))
    yield Triple(catalogue, v("dct:spatial"), IRI(f"{dataset.value}#world"))
    yield Triple(catalogue, v("dcat:themeTaxonomy"), _THEMES)
    yield Triple(catalogue, v("foaf:homepage"), IRI(addresses.base))
    yield Triple(_THEMES, v("rdf:type"), v("skos:ConceptScheme"))
    yield Triple(_THEMES, v("dct:title"), text("Data theme", "en"))


def _parts(v: Vocabulary, coverage: Coverage, dataset: IRI, addresses: Addresses) -> Iterator[Triple]:
    """Contact, place and period, and entries of the lists that are named."""
    contact, world, years = (IRI(f"{dataset.value}#{name}") for name in ("contact", "world", "years"))
    yield Triple(contact, v("rdf:type"), v("vcard:Kind"))
    yield from (Triple(contact, v("vcard:fn"), text(t, tag)) for tag, t in _CONTACT.texts().items())
    mail = coverage.contact.startswith("mailto:")
    address = IRI(coverage.contact or f"{addresses.base}about")
    yield Triple(contact, v("vcard:hasEmail" if mail else "vcard:hasURL"), address)
    yield Triple(world, v("rdf:type"), v("dct:Location"))
    yield from (Triple(world, v("skos:prefLabel"), text(t, tag)) for tag, t in _WORLD.texts().items())
    yield Triple(world, v("dcat:bbox"), Literal(_WHOLE_EARTH, datatype=_WKT))
    yield Triple(world, v("dcat:centroid"), Literal("POINT(0 0)", datatype=_WKT))
    if coverage.years:
        first, last = coverage.years
        yield Triple(years, v("rdf:type"), v("dct:PeriodOfTime"))
        yield Triple(years, v("dcat:startDate"), typed(f"{first:04}", "gYear"))
        yield Triple(years, v("dcat:endDate"), typed(f"{last:04}", "gYear"))
    for entry, name in _ENTRIES.items():
        yield Triple(entry, v("rdf:type"), v("skos:Concept"))
        yield Triple(entry, v("skos:prefLabel"), text(name, "en"))
    yield Triple(_THEME, v("skos:inScheme"), _THEMES)


def _classes(v: Vocabulary, triples: list[Triple]) -> Iterator[Triple]:
    """The classes of values, and the type of licences."""
    classes = {v(name): v(kind) for name, kind in _CLASSES}
    for triple in triples:
        kind = classes.get(triple.predicate)
        if kind is not None and isinstance(triple.object, IRI):
            yield Triple(triple.object, v("rdf:type"), kind)
            if triple.predicate == v("dct:license"):
                yield Triple(triple.object, v("dct:type"), _LICENCE_TYPE)
