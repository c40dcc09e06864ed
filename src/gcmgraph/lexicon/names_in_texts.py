"""Names that the reference data knows, found in running text.

Built from the labels in the graph (`skos:prefLabel`, `skos:altLabel`, `gcm:acronym`,
`gcm:formalName`, `dct:title`), so that a name added to `data/reference/` is found without a change
here. Names for searches only are not read.

Adjectives of countries (`Thai`, `thaïlandais`, `tailandés`) are found by the wordings of a
language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.lexicon.words import Lexicon, any_of, in_all_languages, readable_languages
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary

_LABELS = ("skos:prefLabel", "skos:altLabel", "gcm:acronym", "gcm:formalName", "dct:title")
_ARTICLE = re.compile(in_all_languages("words", "article"), re.IGNORECASE)
#: kinds of organisations that act where they are
_PUBLIC = re.compile(r"/organisation-kind/(?:government|city-or-region)$")
_CITY = "/organisation-kind/city-or-region"
#: what a city is called as an organisation before its name
_CITY_OF = re.compile(
    rf"(?:City|Municipality|Town|Local authority|Ville|Municipalité|Autorité locale|Ciudad|Municipalidad|Municipio|"
    rf"Ayuntamiento|Autoridad local)"
    rf" (?:{in_all_languages('words', 'of')})"
)
_QUALIFIER = re.compile(r" \([^()]*\)$")
_TYPOGRAPHY = str.maketrans({"’": "'", "‑": "-", "–": "-", "œ": "o", "Œ": "O"})


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


class Gazetteer:
    """All known names, ready to be found."""

    def __init__(
        self, names: Iterable[tuple[str, IRI, IRI, str]], homes: Mapping[IRI, IRI] | None = None
    ) -> None:
        """`names`: a name as written, what it names, the class of that, and the language of the name.

        `homes`: the country of each organisation of a state: a government, a ministry, a city.
        """
        self._homes = dict(homes or {})
        self._names: dict[str, set[tuple[IRI, IRI]]] = {}
        self._countries: dict[str, IRI] = {}
        #: folded names of countries
        self._country_names: set[str] = set()
        acronyms: set[str] = set()
        words: set[str] = set()
        languages: dict[tuple[str, IRI], set[str]] = {}
        for name, iri, kind, language in names:
            folded = fold(name)
            exact = (
                len(folded) <= 10 and folded.upper() == folded and " " not in folded
            )  # an acronym
            key = folded if exact else folded.casefold()
            self._names.setdefault(key, set()).add((iri, kind))
            if kind.value.endswith("#Country"):
                self._countries[iri.value.rsplit("/", 1)[1]] = iri
                self._country_names.add(folded.casefold())
                languages.setdefault((key, iri), set()).add(language)
            (acronyms if exact else words).add(key)
        #: for each language, the names of countries that are names in other languages only
        self._foreign = {
            language: frozenset(
                named for named, spoken in languages.items() if language not in spoken
            )
            for language in readable_languages()
        }
        self._acronyms = _pattern(acronyms, 0)
        self._words = _pattern(words, re.IGNORECASE)

    @classmethod
    def from_quads(cls, quads: Iterable[Quad], v: Vocabulary, classes: Iterable[str]) -> Gazetteer:
        """The names of all resources of some classes (CURIEs) in a graph."""
        quads, wanted, labels = list(quads), set(map(v, classes)), set(map(v, _LABELS))
        kinds = _objects(quads, v("rdf:type"), lambda kind: kind in wanted)
        public = _objects(quads, v("dct:type"), lambda kind: _PUBLIC.search(kind.value) is not None)
        countries = _objects(quads, v("dct:spatial"))
        return cls(
            (
                (name, subject, kinds[subject], label.language)
                for subject, label in _named(quads, labels, kinds)
                if label.language in readable_languages()
                for name in _variants(label.value)
            ),
            {
                organisation: country
                for organisation, country in countries.items()
                if organisation in public
            },
        )

    @classmethod
    def of_places(cls, quads: Iterable[Quad], v: Vocabulary) -> Gazetteer:
        """The names of places within countries in a graph; each names its country.

        A city that acts is a place, too.
        """
        quads = list(quads)
        cities, countries = _cities(quads, v), _objects(quads, v("dct:spatial"))
        country = {city: countries[city] for city in cities if city in countries}
        country |= _objects(quads, v("schema:containedInPlace"))
        return cls(
            (name, country[place], v("gcm:Country"), label.language or "")
            for place, label in _named(quads, {v("skos:prefLabel")}, country)
            for name in {
                label.value,
                _CITY_OF.sub("", label.value),
            }  # `Ciudad de Guatemala`, `Quito`
        )

    @classmethod
    def of_cities(cls, quads: Iterable[Quad], v: Vocabulary) -> Gazetteer:
        """The names of the cities that act as organisations, as a list of towns has them: `Quito`."""
        quads = list(quads)
        return cls(
            (_CITY_OF.sub("", label.value), city, v("gcm:Organisation"), label.language or "")
            for city, label in _named(quads, {v("skos:prefLabel")}, _cities(quads, v))
            if _CITY_OF.match(label.value)
        )

    @cached_property
    def iris(self) -> frozenset[IRI]:
        """Everything that has a name here."""
        return frozenset(iri for named in self._names.values() for iri, _ in named)

    def lookup(self, name: str) -> IRI | None:
        """The one resource with exactly this name; None for none or several."""
        folded = fold(_ARTICLE.sub("", name, count=1) if _ARTICLE.match(name) else name)
        found = self._names.get(folded) or self._names.get(folded.casefold()) or set()
        iris = {iri for iri, _ in found}
        return iris.pop() if len(iris) == 1 else None

    def country(self, iso3: str) -> IRI | None:
        """The country with an ISO 3166 alpha-3 code, or None where no known name is of it."""
        return self._countries.get(iso3)

    def home(self, organisation: IRI) -> IRI | None:
        """The country of an organisation of a state, or None where it is none or not known."""
        return self._homes.get(organisation)

    def is_country_name(self, name: str) -> bool:
        """Whether a name is a country's."""
        return fold(name).casefold() in self._country_names

    def mentions(self, text: str, language: str | None = None) -> list[Mention]:
        """The known names in a text, in order, longest first where they overlap; ambiguous ones left out.

        Countries are found by their names in the `language` of the text, or in every language where
        none is given.
        """
        folded = fold(text)
        patterns = (self._words, self._acronyms)
        spans = [
            one for pattern in patterns for one in self._matches(pattern, folded, text, language)
        ]
        spans.sort(key=lambda mention: (mention.start, -mention.end))
        kept: list[Mention] = []
        for mention in spans:
            if not kept or mention.start >= kept[-1].end:
                kept.append(mention)
        return kept

    def _matches(
        self, pattern: re.Pattern[str] | None, folded: str, text: str, language: str | None
    ) -> Iterator[Mention]:
        position = 0
        while pattern and (match := pattern.search(folded, position)):
            if not text[
                match.start()
            ].isupper():  # a name may begin within: `the government of [Mali]`
                position = match.start() + 1
                continue
            position = match.end()
            key = match[0] if match[0] in self._names else match[0].casefold()
            named = self._names.get(key) or set()
            if language:
                foreign = self._foreign.get(language, frozenset())
                named = {(iri, kind) for iri, kind in named if (key, iri) not in foreign}
            if len(named) == 1:
                ((iri, kind),) = named
                yield Mention(match.start(), match.end(), iri, kind)


def _variants(label: str) -> set[str]:
    """A label as texts write it: without its article, and without a qualifier in brackets."""
    written = _ARTICLE.match(label)
    bare = (
        label[written.end() :]
        if written and (label[0].islower() or label.startswith("The "))
        else label
    )
    return {bare, _QUALIFIER.sub("", bare)}


def _objects(
    quads: Iterable[Quad], predicate: IRI, wanted: Callable[[IRI], bool] = lambda _: True
) -> dict[IRI, IRI]:
    """The last IRI that each resource has as value of a property, among those that fit."""
    found = ((quad.subject, quad.object) for quad in quads if quad.predicate == predicate)
    return {
        s: value
        for s, value in found
        if isinstance(s, IRI) and isinstance(value, IRI) and wanted(value)
    }


def _cities(quads: Iterable[Quad], v: Vocabulary) -> dict[IRI, IRI]:
    """The organisations that are cities, with the kind."""
    return _objects(quads, v("dct:type"), lambda kind: kind.value.endswith(_CITY))


def _named(
    quads: Iterable[Quad], predicates: Container[IRI], resources: Container[IRI]
) -> list[tuple[IRI, Literal]]:
    """The names that resources have as values of some properties."""
    found = ((quad.subject, quad.object) for quad in quads if quad.predicate in predicates)
    return [
        (s, name)
        for s, name in found
        if isinstance(s, IRI) and s in resources and isinstance(name, Literal)
    ]


def _pattern(names: set[str], flags: int) -> re.Pattern[str] | None:
    return re.compile(rf"(?<![\w-])(?:{any_of(names)})(?!\w)", flags) if names else None


class Nationalities:
    """Adjectives of countries in one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._each = {
            iso3: lexicon.compiled(rf"(?:{adjective})(?![\w-])")
            for iso3, adjective in lexicon.table("adjectives").items()
        }
        self._any = lexicon.compiled(
            rf"(?:{'|'.join(lexicon.table('adjectives').values())})(?![\w-])"
        )

    def at(self, text: str, position: int) -> list[tuple[str, int]]:
        """The countries (ISO 3166 alpha-3) whose adjective is at `position`, and the end of the adjective."""
        if not self._any.match(text, position):
            return []
        found = ((iso3, pattern.match(text, position)) for iso3, pattern in self._each.items())
        return [(iso3, match.end()) for iso3, match in found if match]

    def within(self, text: str) -> list[tuple[str, int, int]]:
        """All countries whose adjective is in a text, with its place."""
        starts = [
            m.start()
            for m in self._any.finditer(text)
            if not re.search(r"[\w-]$", text[: m.start()])
        ]
        return [(iso3, start, end) for start in starts for iso3, end in self.at(text, start)]
