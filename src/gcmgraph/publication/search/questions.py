"""The queries of the library that fit a question, with the values of their parameters that the question names.

A query fits by the words of its titles, description and parameters, where words by which people ask
for the same are one (`question_words.toml`); by the resources and years that the question names, if
it has parameters for them; and by whether both ask for what is missing. A query about one resource,
such as a country, fits less where none is named.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from babel import Locale

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.text import plain_letters
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.search.words import (
    FUNCTION_WORDS,
    base_language,
    forms,
    language_of,
    query_words,
    tokens,
    words,
)
from gcmgraph.queries.library import NamedQuery
from gcmgraph.queries.parameters import QueryParameter
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE

#: Number of queries that fit best.
FOUND = 5

#: Words of a question that are read, and words of a name, at most.
WORDS, LONGEST_NAME = 60, 14

#: Weights beside that of a title, which is 1: of the description, and of each of these facts about
#: the parameters.
TEXT, TAKEN, NOT_TAKEN, NOT_NAMED, GAP = 0.8, 0.35, 0.15, 0.1, 0.6

#: Weight of a parameter that takes a topic, which most questions name.
ON_TOPIC = 0.1

#: Kinds whose names are read in questions; of concepts, those of schemes of parameters.
_KINDS = frozenset(("country", "organisation", "practice", "instrument", "place", "concept"))

#: Keys of resources whose names are no words of a question.
_PROPER = frozenset(
    ("country", "organisation", "practice", "instrument", "place", "objective", "m49")
)

#: Keys that a question may have beside its subject.
_INCIDENTAL = frozenset(("topic", "about objective"))

#: Groups of words that are in most questions, or no names: "fund" is no type of practice there.
_GENERAL = frozenset(("=practice", "=fund"))

#: Letters of the shortest code that is read, where it is written in capitals.
_SHORTEST_CODE = 2

#: Forms of words that the name of a treaty and a question share, at least.
_SHARED = 2

#: Ends of plurals.
_PLURALS = ("s", "es", "x")

#: Words before a year that is the first, and the last, of a period.
_FROM = frozenset("since after from depuis apres partir desde despues".split())
_TO = frozenset("until before jusqu jusque avant hasta antes".split())

_YEAR = re.compile(r"(?:19|20)\d\d")
_WRITTEN = re.compile(r"\d+(?:\.\w+)+|\w+")
_CODE = re.compile(r"[1-9]\d?(?:\.[0-9a-z]{1,2})?")
_GAP = "=gap"

_GROUPS: dict[str, dict[str, str]] = tomllib.loads(
    (files(__package__) / "question_words.toml").read_text("utf-8")
)


@cache
def _groups(language: str | None) -> dict[str, str]:
    """The names of groups of words, after `=`, by the stems of the words of a language, or of all for None."""
    return {
        stem: f"={name}"
        for tag, groups in _GROUPS.items()
        for name, group in groups.items()
        for stem, _ in tokens(group, tag)
        if language in (tag, None)
    }


def _grouped(text: str, language: str | None) -> frozenset[str]:
    """The stems of the words of a text in a language, or the groups of the words; without function words."""
    groups = _groups(language)
    stems: set[str] = set()
    for stem, word in tokens(text, language):
        if stem in groups:
            stems.add(groups[stem])
        elif word not in FUNCTION_WORDS:
            stems.add(stem)
    return frozenset(stems)


@dataclass(frozen=True)
class NamedResource:
    """A resource that a question names: its key (a kind, or a scheme of concepts), and its value as a parameter."""

    key: str
    value: str
    #: index of the first word of the name, and of the word after the last
    start: int
    end: int


@dataclass
class NamedInQuestion:
    """Names in a question: values by key, years in order, languages."""

    values: dict[str, list[str]] = field(default_factory=dict)
    years: list[str] = field(default_factory=list)
    period: tuple[str | None, str | None] = (None, None)
    languages: list[str] = field(default_factory=list)
    #: forms of the words that are parts of names
    forms: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class FittingQuery:
    """A query that fits a question, with the values of parameters that the question names, by parameter."""

    query: NamedQuery
    values: Mapping[str, str]


@dataclass(frozen=True)
class _StemmedName:
    """A name by its stems; of a concept with its language, and if it is one word, this word (`alone`).

    French *pays* is neither *paye* nor English *pay*.
    """

    stems: tuple[str, ...]
    resource: str
    alone: str = ""
    language: str = ""

    def fits(self, word: str, language: str | None) -> bool:
        """Whether a word of a question may begin the name."""
        spoken = not (self.language and language) or self.language == language
        return spoken and (not self.alone or _is_plural(word, self.alone))


class ResourceNames:
    """The names and codes of the resources of a version, by their first stem."""

    def __init__(self, index: SearchIndex, schemes: Iterable[str]) -> None:
        self._index = index
        self._codes: defaultdict[str, set[str]] = defaultdict(set)
        self._names: defaultdict[str, set[_StemmedName]] = defaultdict(set)
        wanted = frozenset(schemes)
        for row in index.names:
            kind, _, local = row.resource.partition("/")
            if kind not in _KINDS or (kind == "concept" and local.partition("/")[0] not in wanted):
                continue
            if row.code:
                self._codes[row.text].add(row.resource)
            elif stems := _name_stems(row.text, row.language):
                alone = row.folded if kind == "concept" and len(stems) == 1 else ""
                language = base_language(row.language) if kind == "concept" else ""
                self._names[stems[0]].add(_StemmedName(stems, row.resource, alone, language))

    def read(self, question: str) -> NamedInQuestion:
        """Return the resources, years and languages that a question names."""
        written = _WRITTEN.findall(question)[:WORDS]
        asked = [_word_forms(word) for word in written]
        named = NamedInQuestion()
        resources = [*self._coded(written), *self._named(written, asked, language_of(question))]
        for resource in _longest(resources):
            values = named.values.setdefault(resource.key, [])
            if resource.value not in values:
                values.append(resource.value)
            for position in range(resource.start, resource.end) if resource.key in _PROPER else ():
                named.forms.update(asked[position])
        self._add_objective(named)
        self._add_treaty(named, question)
        _add_years(named, written)
        named.languages = [
            tag
            for word in written
            for tag in _language_names().get(plain_letters(word.casefold()), ())
        ]
        return named

    def _coded(self, written: Sequence[str]) -> Iterator[NamedResource]:
        """The resources with a code: after the name of a kind ("objective 9"), or in capitals ("UNODC")."""
        for position, word in enumerate(written):
            kind = _code_kinds().get(plain_letters(word.casefold()))
            following = written[position + 1] if position + 1 < len(written) else ""
            if kind and _CODE.fullmatch(following):
                yield NamedResource(kind, following, position, position + 2)
            if word.isupper() and len(word) >= _SHORTEST_CODE:
                for resource in self._codes.get(word, ()):
                    yield _resource(resource, position, position + 1)

    def _named(
        self, written: Sequence[str], asked: Sequence[frozenset[str]], language: str | None
    ) -> Iterator[NamedResource]:
        """The resources of which all words of a name follow each other; function words may stand between."""
        for start, word in enumerate(asked):
            for name in [name for form in word for name in self._names.get(form, ())]:
                end = _end_of_name(asked, start, name.stems)
                if end and name.fits(written[start], language):
                    yield _resource(name.resource, start, end)

    def _add_objective(self, named: NamedInQuestion) -> None:
        """The objective that speaks most of a topic, where none is named."""
        for topic in named.values.get("topic", []) if "objective" not in named.values else ():
            name = topic.partition("/")[2].replace("-", " ")
            hits = self._index.search(name, SOURCE_LANGUAGE, 1, 0, ["objective"])
            named.values["about objective"] = [hit.iri.value.rpartition("/")[2] for hit in hits]
            return

    def _add_treaty(self, named: NamedInQuestion, question: str) -> None:
        """The instrument with most of the words of a question on treaties, where none is named in full."""
        asked = _question_stems(question)
        if "instrument" in named.values or not {"=treaty", "=party"} & asked:
            return
        for hit in self._index.search(question, "", 1, 0, ["instrument"], "names"):
            if len(_question_stems(hit.text) & asked - {*_groups(None).values()}) >= _SHARED:
                named.values["instrument"] = [hit.iri.value.rpartition("/")[2]]


def _name_stems(text: str, language: str | None) -> tuple[str, ...]:
    """The stems of a name without function words; none of a long name, or one of words of the whole field."""
    stems = [
        stem
        for stem, word in tokens(text, language or SOURCE_LANGUAGE)
        if word not in FUNCTION_WORDS
    ]
    if len(stems) > LONGEST_NAME or all(_groups(None).get(stem) in _GENERAL for stem in stems):
        return ()
    return tuple(stems)


def _word_forms(word: str) -> frozenset[str]:
    """The forms by which a word of a question is found; none of a function word."""
    parts = words(word)
    if any(plain_letters(part) in FUNCTION_WORDS for part in parts):
        return frozenset()
    return frozenset(form for part in query_words(word) for form in forms(part))


def _is_plural(word: str, other: str) -> bool:
    """Whether two words are equal, but for the end of a plural."""
    shorter, longer = sorted((plain_letters(word.casefold()), other), key=len)
    return longer in {shorter, *(shorter + end for end in _PLURALS)}


def _end_of_name(asked: Sequence[frozenset[str]], start: int, stems: Sequence[str]) -> int:
    """The index after the last word of a name that begins at `start`; 0 where its words do not follow."""
    position = start
    for stem in stems:
        while position < len(asked) and not asked[position]:
            position += 1
        if position == len(asked) or stem not in asked[position]:
            return 0
        position += 1
    return position


def _resource(resource: str, start: int, end: int) -> NamedResource:
    kind, _, local = resource.partition("/")
    return NamedResource(local.partition("/")[0] if kind == "concept" else kind, local, start, end)


def _longest(resources: Iterable[NamedResource]) -> list[NamedResource]:
    """Those that are no part of a longer name, in the order of the question."""
    found = set(resources)
    kept = [
        one
        for one in found
        if not any(
            other.start <= one.start
            and one.end <= other.end
            and other.end - other.start > one.end - one.start
            for other in found
        )
    ]
    return sorted(kept, key=lambda one: (one.start, one.key, len(one.value), one.value))


def _add_years(named: NamedInQuestion, written: Sequence[str]) -> None:
    """The years of a question, and the period that they mean."""
    positions = [position for position, word in enumerate(written) if _YEAR.fullmatch(word)]
    named.years = sorted(written[position] for position in positions)
    if not positions:
        return
    before = {
        plain_letters(word.casefold()) for word in written[max(0, positions[0] - 2) : positions[0]]
    }
    first, last = named.years[0], named.years[-1]
    if len(positions) == 1 and before & _FROM:
        named.period = (first, None)
    elif len(positions) == 1 and before & _TO:
        named.period = (None, last)
    else:
        named.period = (first, last)


@cache
def _code_kinds() -> dict[str, str]:
    """Kinds by the words that precede their codes."""
    return {
        word: name
        for name, kind in KINDS.items()
        for word in kind.code_words
        if name in {"objective", "sdg"}
    }


@cache
def _language_names() -> dict[str, tuple[str, ...]]:
    """The languages of the interface by their folded names in each of them."""
    return {
        plain_letters(str(Locale.parse(reader).languages[tag]).casefold()): (tag,)
        for reader in LANGUAGES
        for tag in LANGUAGES
    }


class NearestQueries:
    """The library by the words of its titles, descriptions and parameters."""

    def __init__(self, library: Mapping[str, NamedQuery]) -> None:
        self._library = library
        self._titles = {
            name: [_stems(query.title, tag) for tag in query.title]
            for name, query in library.items()
        }
        self._texts = {name: _text_stems(query) for name, query in library.items()}
        self._of_gaps = {name for name, titles in self._titles.items() if _GAP in titles[0]}
        frequency = Counter(
            stem
            for name in library
            for stem in frozenset[str]().union(self._texts[name], *self._titles[name])
        )
        self._weights = {
            stem: math.log(1 + len(library) / count) for stem, count in frequency.items()
        }
        #: schemes of concepts that are parameters
        self.schemes = frozenset(
            p.scheme for query in library.values() for p in query.parameters if p.scheme
        )

    def nearest(self, question: str, names: ResourceNames) -> list[FittingQuery]:
        """The queries that fit a question, best first, with the values that it names.

        Names are no words of the question: IOM is no reason for `outputs-of-iom`.
        """
        named = names.read(question)
        asked = _question_stems(question) - named.forms
        similar = {name: self._similar_words(name, asked) for name in self._library}
        scores = {
            name: score + self._fit_of_parameters(name, named) + self._fit_of_gap(name, asked)
            for name, score in similar.items()
            if score or _values(self._library[name], named)
        }
        best = sorted(scores, key=lambda name: (-scores[name], name))[:FOUND]
        return [
            FittingQuery(self._library[name], _values(self._library[name], named)) for name in best
        ]

    def _similar_words(self, name: str, asked: frozenset[str]) -> float:
        """The similarity of a question to the titles of a query and to its description; 0 without a common word."""
        length = self._length(asked) or 1
        text = self._length(asked & self._texts[name]) / length
        return max(self._similar(title, asked) for title in self._titles[name]) + TEXT * text

    def _fit_of_parameters(self, name: str, named: NamedInQuestion) -> float:
        query = self._library[name]
        values = _values(query, named)
        given = [
            value
            for key, found in named.values.items()
            if key not in _INCIDENTAL
            for value in found
        ]
        taken = len(
            {value.rpartition(":")[2] for value in values.values()} & {*given, *named.years}
        )
        left = len(given) + bool(named.years) - taken
        about_one = [
            p for p in query.parameters if p.default and p.type in KINDS and p.name not in values
        ]
        on_topic = bool({*values.values()} & {*named.values.get("topic", ())})
        return (
            TAKEN * min(taken, 2)
            + ON_TOPIC * on_topic
            - NOT_TAKEN * max(left, 0)
            - NOT_NAMED * bool(about_one)
        )

    def _fit_of_gap(self, name: str, asked: frozenset[str]) -> float:
        """Whether the query lists what is missing, as the question asks."""
        return 0.0 if (name in self._of_gaps) is (_GAP in asked) else -GAP

    def _similar(self, title: frozenset[str], asked: frozenset[str]) -> float:
        """The cosine of a title and a question, their words weighted by rarity."""
        both = self._length(title & asked)
        return both * both / (self._length(title) * self._length(asked)) if both else 0.0

    def _length(self, stems: frozenset[str]) -> float:
        return math.sqrt(sum(self._weights.get(stem, 0.0) ** 2 for stem in stems))


def _key(parameter: QueryParameter) -> str:
    """Key of the values of a parameter: a kind, a scheme of concepts, or `year`."""
    if parameter.type in ("gYear", "date"):
        return "year"
    return parameter.scheme or parameter.type


def _values(query: NamedQuery, named: NamedInQuestion) -> dict[str, str]:
    """The values of the parameters of a query that a question names."""
    values: dict[str, str] = {}
    left = {key: list(found) for key, found in named.values.items()}
    for parameter in query.parameters:
        key = _key(parameter)
        value = _year(parameter, named) if key == "year" else None
        if parameter.type == "iri":
            value = _thing(parameter, left)
        elif parameter.type == "language" and parameter.name != "language":
            value = next(iter(named.languages), None)
        elif left.get(key):
            value = left[key].pop(0)
        elif key == "objective" and left.get("about objective"):
            value = left["about objective"][0]
        if value:
            values[parameter.name] = value
    return values


def _year(parameter: QueryParameter, named: NamedInQuestion) -> str | None:
    if parameter.name in ("from", "to"):
        return named.period[parameter.name == "to"]
    return named.years[-1] if named.years else None


def _thing(parameter: QueryParameter, left: dict[str, list[str]]) -> str | None:
    """The resource in short form for a parameter that takes any: the subject first, then the object."""
    keys = ("organisation", "country") if parameter.name == "object" else ("practice", "objective")
    if parameter.name not in ("subject", "object", "thing", "resource"):
        return None
    return next((f"{key}:{left[key].pop(0)}" for key in keys if left.get(key)), None)


def _stems(texts: Mapping[str, str], language: str) -> frozenset[str]:
    """The stems of the words of a text in one of its languages, or the groups of the words."""
    return _grouped(texts[language], language)


def _text_stems(query: NamedQuery) -> frozenset[str]:
    """The stems of the description of a query, and of the labels of its parameters."""
    texts = [query.description, *(parameter.labels for parameter in query.parameters)]
    names = " ".join(
        [query.name.replace("-", " "), *(parameter.type for parameter in query.parameters)]
    )
    texts.append({SOURCE_LANGUAGE: names})
    return frozenset[str]().union(*(_stems(text, language) for text in texts for language in text))


def _question_stems(question: str) -> frozenset[str]:
    """The groups of the words of a question, in its language, and the stems of the others, by the rules of each."""
    language = language_of(question)
    groups = _groups(language)
    stems: set[str] = set()
    for word in query_words(question):
        spoken = {stem for stem, _ in tokens(word, language)} if language else {*forms(word)}
        if in_groups := spoken & groups.keys():
            stems |= {groups[stem] for stem in in_groups}
        elif plain_letters(word) not in FUNCTION_WORDS:
            stems.update(forms(word))
    return frozenset(stems)
