"""Names that the reference data knows, found in running text.

Built from the labels in the graph (`skos:prefLabel`, `skos:altLabel`, `gcm:acronym`,
`gcm:formalName`, `dct:title`), so that a name added to `data/reference/` is found without a change
here. Names for searches only are not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from gcmgraph.lexicon.words import any_of, in_all_languages, readable_languages
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary

_LABELS = ("skos:prefLabel", "skos:altLabel", "gcm:acronym", "gcm:formalName", "dct:title")
_ARTICLE = re.compile(in_all_languages("words", "article"), re.IGNORECASE)

#: Kinds of organisations that act in their own country.
_PUBLIC_KIND = re.compile(r"/organisation-kind/(?:government|city-or-region)$")
_CITY_KIND = "/organisation-kind/city-or-region"

#: Words before the name of a city that is an organisation.
_CITY_OF = re.compile(
    r"(?:City|Municipality|Town|Local authority|Ville|Municipalité|Autorité locale|Ciudad"
    r"|Municipalidad|Municipio|Ayuntamiento|Autoridad local)"
    rf" (?:{in_all_languages('words', 'of')})"
)
_QUALIFIER = re.compile(r" \([^()]*\)$")
_TYPOGRAPHY = str.maketrans({"’": "'", "‑": "-", "–": "-", "œ": "o", "Œ": "O"})

#: Maximum length of an acronym.
_ACRONYM_LENGTH = 10


@dataclass(frozen=True)
class Mention:
    """A known name in a text: `text[start:end]` names `iri`, which is of a class."""

    start: int
    end: int
    iri: IRI
    kind: IRI

    @property
    def is_country(self) -> bool:
        """Whether it names a `gcm:Country`."""
        return self.kind.value.endswith("#Country")

    @property
    def is_organisation(self) -> bool:
        """Whether it names a `gcm:Organisation`."""
        return self.kind.value.endswith("#Organisation")


def fold(text: str) -> str:
    """A text without accents and typography, of the same length and case."""
    plain = text.translate(_TYPOGRAPHY)
    if plain.isascii():
        return plain
    return "".join(unicodedata.normalize("NFD", character)[0] for character in plain)


@dataclass(frozen=True)
class Name:
    """A name as written, the resource that it names, the class of that, and its language."""

    text: str
    iri: IRI
    kind: IRI
    language: str


class Gazetteer:
    """Names of resources, by which they are found in texts."""

    def __init__(self, names: Iterable[Name], homes: Mapping[IRI, IRI] | None = None) -> None:
        """`homes`: the country of each organisation of a state (a government, a ministry, a city)."""
        self._homes = dict(homes or {})
        self._resources_by_name: dict[str, set[tuple[IRI, IRI]]] = {}
        self._country_by_iso3: dict[str, IRI] = {}
        self._folded_country_names: set[str] = set()
        acronyms: set[str] = set()
        words: set[str] = set()
        languages_of_country_names: dict[tuple[str, IRI], set[str]] = {}
        for name in names:
            folded = fold(name.text)
            is_acronym = _is_acronym(folded)
            key = folded if is_acronym else folded.casefold()
            self._resources_by_name.setdefault(key, set()).add((name.iri, name.kind))
            if name.kind.value.endswith("#Country"):
                self._country_by_iso3[name.iri.value.rsplit("/", 1)[1]] = name.iri
                self._folded_country_names.add(folded.casefold())
                languages = languages_of_country_names.setdefault((key, name.iri), set())
                languages.add(name.language)
            if is_acronym:
                acronyms.add(key)
            else:
                words.add(key)
        #: for each language, the names of countries that are names in other languages only
        self._foreign_country_names: dict[str, frozenset[tuple[str, IRI]]] = {}
        for language in readable_languages():
            self._foreign_country_names[language] = frozenset(
                country_name
                for country_name, languages in languages_of_country_names.items()
                if language not in languages
            )
        self._acronym_pattern = _pattern(acronyms, 0)
        self._word_pattern = _pattern(words, re.IGNORECASE)

    @classmethod
    def from_quads(cls, quads: Iterable[Quad], v: Vocabulary, classes: Iterable[str]) -> Gazetteer:
        """The names of all resources of some classes (CURIEs) in a graph."""
        quads = list(quads)
        class_iris = {v(curie) for curie in classes}
        label_properties = {v(curie) for curie in _LABELS}
        kinds = _iri_values(quads, v("rdf:type"), lambda kind: kind in class_iris)
        names = []
        for subject, label in _labels(quads, label_properties, kinds):
            language = label.language
            if language is None or language not in readable_languages():
                continue
            for variant in _variants(label.value):
                names.append(Name(variant, subject, kinds[subject], language))
        public_organisations = _iri_values(
            quads, v("dct:type"), lambda kind: _PUBLIC_KIND.search(kind.value) is not None
        )
        countries = _iri_values(quads, v("dct:spatial"))
        homes = {
            organisation: country
            for organisation, country in countries.items()
            if organisation in public_organisations
        }
        return cls(names, homes)

    @classmethod
    def of_places(cls, quads: Iterable[Quad], v: Vocabulary) -> Gazetteer:
        """The names of places within countries in a graph; each names its country.

        A city that acts is a place, too: `Ciudad de Guatemala`, `Quito`.
        """
        quads = list(quads)
        countries = _iri_values(quads, v("dct:spatial"))
        country_by_place = {
            city: countries[city] for city in _cities(quads, v) if city in countries
        }
        country_by_place |= _iri_values(quads, v("schema:containedInPlace"))
        names = []
        for place, label in _labels(quads, {v("skos:prefLabel")}, country_by_place):
            country = country_by_place[place]
            for text in {label.value, _CITY_OF.sub("", label.value)}:
                names.append(Name(text, country, v("gcm:Country"), label.language or ""))
        return cls(names)

    @classmethod
    def of_cities(cls, quads: Iterable[Quad], v: Vocabulary) -> Gazetteer:
        """The names of cities that act as organisations, as a list of towns has them: `Quito`."""
        quads = list(quads)
        organisation = v("gcm:Organisation")
        names = []
        for city, label in _labels(quads, {v("skos:prefLabel")}, _cities(quads, v)):
            if _CITY_OF.match(label.value):
                text = _CITY_OF.sub("", label.value)
                names.append(Name(text, city, organisation, label.language or ""))
        return cls(names)

    @cached_property
    def iris(self) -> frozenset[IRI]:
        """All resources that have a name here."""
        all_resources = chain.from_iterable(self._resources_by_name.values())
        return frozenset(iri for iri, _ in all_resources)

    def lookup(self, name: str) -> IRI | None:
        """The one resource with exactly this name; None for none or several."""
        folded = fold(_ARTICLE.sub("", name, count=1) if _ARTICLE.match(name) else name)
        resources = self._resources_by_name.get(folded)
        if not resources:
            resources = self._resources_by_name.get(folded.casefold(), set())
        iris = {iri for iri, _ in resources}
        return iris.pop() if len(iris) == 1 else None

    def country(self, iso3: str) -> IRI | None:
        """The country with an ISO 3166 alpha-3 code, or None where no known name is of it."""
        return self._country_by_iso3.get(iso3)

    def home(self, organisation: IRI) -> IRI | None:
        """The country of an organisation of a state, or None where it is none or not known."""
        return self._homes.get(organisation)

    def is_country_name(self, name: str) -> bool:
        """Whether a name is a country's."""
        return fold(name).casefold() in self._folded_country_names

    def mentions(self, text: str, language: str | None = None) -> list[Mention]:
        """The names in a text, in order, the longest where several begin at one position.

        A name that overlaps an earlier one is left out, and so is a name of several resources.
        Countries are found by their names in the `language` of the text, or in every language
        where none is given.
        """
        folded = fold(text)
        candidates: list[Mention] = []
        for pattern in (self._word_pattern, self._acronym_pattern):
            if pattern:
                candidates += self._matches(pattern, folded, text, language)
        candidates.sort(key=lambda mention: (mention.start, -mention.end))
        mentions: list[Mention] = []
        for mention in candidates:
            if not mentions or mention.start >= mentions[-1].end:
                mentions.append(mention)
        return mentions

    def _matches(
        self, pattern: re.Pattern[str], folded: str, text: str, language: str | None
    ) -> Iterator[Mention]:
        """The mentions by one pattern, which begin with a capital letter in the text."""
        position = 0
        while match := pattern.search(folded, position):
            if not text[match.start()].isupper():
                # a name may begin within: `the government of [Mali]`
                position = match.start() + 1
                continue
            position = match.end()
            resources = self._named(match[0], language)
            if len(resources) == 1:
                ((iri, kind),) = resources
                yield Mention(match.start(), match.end(), iri, kind)

    def _named(self, folded: str, language: str | None) -> set[tuple[IRI, IRI]]:
        """The resources of a folded name with their classes, countries by names in the language."""
        key = folded if folded in self._resources_by_name else folded.casefold()
        resources = self._resources_by_name.get(key, set())
        if not language:
            return resources
        foreign_names = self._foreign_country_names.get(language, frozenset())
        return {(iri, kind) for iri, kind in resources if (key, iri) not in foreign_names}


def _is_acronym(folded: str) -> bool:
    is_one_word = " " not in folded
    return len(folded) <= _ACRONYM_LENGTH and folded.upper() == folded and is_one_word


def _variants(label: str) -> set[str]:
    """A label as texts write it: without its article, and without a qualifier in brackets."""
    article = _ARTICLE.match(label)
    bare_label = label
    if article and (label[0].islower() or label.startswith("The ")):
        bare_label = label[article.end() :]
    return {bare_label, _QUALIFIER.sub("", bare_label)}


def _iri_values(
    quads: Iterable[Quad], predicate: IRI, accepts: Callable[[IRI], bool] = lambda _: True
) -> dict[IRI, IRI]:
    """The last accepted IRI that each resource has as value of a property."""
    values = {}
    for quad in quads:
        if quad.predicate != predicate:
            continue
        if isinstance(quad.subject, IRI) and isinstance(quad.object, IRI) and accepts(quad.object):
            values[quad.subject] = quad.object
    return values


def _cities(quads: Iterable[Quad], v: Vocabulary) -> dict[IRI, IRI]:
    """The organisations that are cities, with the kind."""
    return _iri_values(quads, v("dct:type"), lambda kind: kind.value.endswith(_CITY_KIND))


def _labels(
    quads: Iterable[Quad], predicates: Container[IRI], resources: Container[IRI]
) -> list[tuple[IRI, Literal]]:
    """The literals that some resources have as values of some properties."""
    labels = []
    for quad in quads:
        subject = quad.subject
        if quad.predicate not in predicates or not isinstance(quad.object, Literal):
            continue
        if isinstance(subject, IRI) and subject in resources:
            labels.append((subject, quad.object))
    return labels


def _pattern(names: set[str], flags: int) -> re.Pattern[str] | None:
    return re.compile(rf"(?<![\w-])(?:{any_of(names)})(?!\w)", flags) if names else None
