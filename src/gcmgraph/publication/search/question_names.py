"""Names in questions: resources, years and languages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from babel import Locale

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.text import plain_letters
from gcmgraph.publication.search.index import NameRow, SearchIndex
from gcmgraph.publication.search.question_words import (
    GENERAL_GROUPS,
    TREATY_GROUPS,
    grouped_stems,
    groups_by_stem,
    question_stems,
)
from gcmgraph.publication.search.words import (
    FUNCTION_WORDS,
    base_language,
    forms,
    language_of,
    query_words,
    tokens,
    words,
)
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE

#: Limit on the words of a question that are read.
_MAX_WORDS = 60

#: Limit on the words of a name.
_MAX_NAME_WORDS = 14

#: Kinds whose names are read in questions; of concepts, those of schemes of parameters.
_KINDS = frozenset(("country", "organisation", "practice", "instrument", "place", "concept"))

#: Keys of resources whose names are no words of a question.
_PROPER = frozenset(
    ("country", "organisation", "practice", "instrument", "place", "objective", "m49")
)

#: Kinds with codes that are read after the name of the kind.
_CODED_KINDS = ("objective", "sdg")

#: Letters of the shortest code that is read, where it is written in capitals.
_SHORTEST_CODE = 2

#: Forms of words that the name of a treaty and a question share, at least.
_MIN_SHARED = 2

#: Objectives whose names have a word by which a question is about one of them, at most.
_MAX_OBJECTIVES = 1

#: Key of the objective that a question implies by a topic, or by a rare word of its name.
IMPLIED_OBJECTIVE = "implied objective"

#: Ends of plurals.
_PLURALS = ("s", "es", "x")

#: Words before a year that is the first, and the last, of a period.
_FROM = frozenset("since after from depuis apres partir desde despues".split())
_TO = frozenset("until before jusqu jusque avant hasta antes".split())

#: Number of the words before a year that are read for its period.
_WORDS_BEFORE_YEAR = 2

_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"\d+(?:\.\w+)+|\w+")
_CODE = re.compile(r"[1-9]\d?(?:\.[0-9a-z]{1,2})?")


@dataclass(frozen=True)
class Period:
    """The first and the last year of a period; None where it is open."""

    first: str | None = None
    last: str | None = None


@dataclass
class NamedInQuestion:
    """Names in a question: values by key, years in order, languages."""

    values: dict[str, list[str]] = field(default_factory=dict)
    years: list[str] = field(default_factory=list)
    period: Period = Period()
    languages: list[str] = field(default_factory=list)
    #: forms of the words that are parts of names
    forms: set[str] = field(default_factory=set)
    #: whether the question has a rare word of the name of an objective, and names no topic
    names_objective_in_part: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether a question names nothing that could be a value of a parameter."""
        return not (self.values or self.years or self.languages)


@dataclass(frozen=True)
class _NamedResource:
    """A resource that a question names.

    `key` is its kind, or the scheme of a concept, `value` its value as a parameter.
    """

    key: str
    value: str
    #: index of the first word of the name, and of the word after the last
    start: int
    end: int

    @property
    def length(self) -> int:
        """Number of words of the name."""
        return self.end - self.start

    def is_part_of(self, longer: _NamedResource) -> bool:
        """Whether the words of the name are some of those of a longer name."""
        is_within = longer.start <= self.start and self.end <= longer.end
        return is_within and longer.length > self.length


@dataclass(frozen=True)
class _StemmedName:
    """A name of a resource by its stems.

    Names of concepts have a language; if they are one word, the word has to be equal, but for the
    end of a plural: French *pays* is neither *paye* nor English *pay*.
    """

    stems: tuple[str, ...]
    resource: str
    single_word: str = ""
    language: str = ""

    def fits(self, word: str, language: str | None) -> bool:
        """Whether a word of a question may begin the name."""
        if self.language and language and self.language != language:
            return False
        return not self.single_word or _is_plural(word, self.single_word)


@dataclass(frozen=True)
class _QuestionWords:
    """The words of a question as they are written, and the forms by which each is found."""

    written: Sequence[str]
    forms: Sequence[frozenset[str]]
    language: str | None

    @classmethod
    def of(cls, question: str) -> _QuestionWords:
        """The first words of a question."""
        written = _WORD.findall(question)[:_MAX_WORDS]
        return cls(written, [_word_forms(word) for word in written], language_of(question))

    def end_of_name(self, start: int, stems: Sequence[str]) -> int:
        """The index after the last word of a name that begins at `start`.

        0 where the words of the name do not follow. Function words may be between them.
        """
        position = start
        for stem in stems:
            while position < len(self.forms) and not self.forms[position]:
                position += 1
            if position == len(self.forms) or stem not in self.forms[position]:
                return 0
            position += 1
        return position


class QuestionReader:
    """Reads names in questions, by the names and codes of the resources of a version."""

    def __init__(self, index: SearchIndex, schemes: Iterable[str]) -> None:
        """`schemes` are those whose concepts are read."""
        self._index = index
        self._codes: defaultdict[str, set[str]] = defaultdict(set)
        #: names by their first stem
        self._names: defaultdict[str, set[_StemmedName]] = defaultdict(set)
        #: objectives by the words of their names
        self._objectives: defaultdict[str, set[str]] = defaultdict(set)
        #: the objective that speaks most of a topic
        self._objective_of_topic = cache(self._find_objective)
        read_schemes = frozenset(schemes)
        for row in index.names:
            is_concept = row.kind == "concept"
            if row.kind == "objective" and not row.code:
                for stem in grouped_stems(row.text, base_language(row.language)):
                    self._objectives[stem].add(row.resource.partition("/")[2])
            if row.kind not in _KINDS or (is_concept and _scheme(row.resource) not in read_schemes):
                continue
            if row.code:
                self._codes[row.text].add(row.resource)
            else:
                self._add_name(row)

    def _add_name(self, row: NameRow) -> None:
        stems = _name_stems(row.text, row.language)
        if not stems:
            return
        name = _StemmedName(stems, row.resource)
        if row.kind == "concept":
            single_word = row.folded if len(stems) == 1 else ""
            name = _StemmedName(stems, row.resource, single_word, base_language(row.language))
        self._names[stems[0]].add(name)

    def read(self, question: str) -> NamedInQuestion:
        """Return the resources, years and languages that a question names."""
        question_words = _QuestionWords.of(question)
        named = NamedInQuestion()
        resources = [*self._coded(question_words.written), *self._named(question_words)]
        for resource in _longest(resources):
            values = named.values.setdefault(resource.key, [])
            if resource.value not in values:
                values.append(resource.value)
            if resource.key in _PROPER:
                named.forms.update(*question_words.forms[resource.start : resource.end])
        self._add_objective(named, question)
        self._add_treaty(named, question)
        _add_years(named, question_words.written)
        for word in question_words.written:
            language = _languages_by_name().get(plain_letters(word.casefold()))
            if language:
                named.languages.append(language)
        return named

    def _coded(self, written: Sequence[str]) -> Iterator[_NamedResource]:
        """The resources with a code.

        It follows the name of a kind ("objective 9"), or is in capitals ("UNODC").
        """
        for position, word in enumerate(written):
            kind = _kinds_by_code_word().get(plain_letters(word.casefold()))
            following = written[position + 1] if position + 1 < len(written) else ""
            if kind and _CODE.fullmatch(following):
                yield _NamedResource(kind, following, position, position + 2)
            if word.isupper() and len(word) >= _SHORTEST_CODE:
                for resource in self._codes.get(word, ()):
                    yield _named_resource(resource, position, position + 1)

    def _named(self, question_words: _QuestionWords) -> Iterator[_NamedResource]:
        """The resources of which all words of a name follow each other."""
        for start, word_forms in enumerate(question_words.forms):
            names = [name for form in word_forms for name in self._names.get(form, ())]
            for name in names:
                end = question_words.end_of_name(start, name.stems)
                if end and name.fits(question_words.written[start], question_words.language):
                    yield _named_resource(name.resource, start, end)

    def _add_objective(self, named: NamedInQuestion, question: str) -> None:
        """The objective that speaks most of a topic, or has a rare word, where none is named."""
        if "objective" in named.values:
            return
        topics = named.values.get("topic")
        if topics:
            named.values[IMPLIED_OBJECTIVE] = self._objective_of_topic(topics[0])
            return
        points: Counter[str] = Counter()
        for stem in question_stems(question) - named.forms:
            objectives = () if stem.startswith("=") else self._objectives.get(stem, ())
            if len(objectives) <= _MAX_OBJECTIVES:
                points.update(objectives)
        if points:
            named.values[IMPLIED_OBJECTIVE] = [min(points, key=lambda code: (-points[code], code))]
            named.names_objective_in_part = True

    def _find_objective(self, topic: str) -> list[str]:
        """The code of the objective that speaks most of a topic; empty where none does."""
        name = topic.partition("/")[2].replace("-", " ")
        hits = self._index.search(name, SOURCE_LANGUAGE, 1, 0, ["objective"])
        return [hit.iri.value.rpartition("/")[2] for hit in hits]

    def _add_treaty(self, named: NamedInQuestion, question: str) -> None:
        """The instrument with most words of a question on treaties, where none is named whole."""
        stems = question_stems(question)
        if "instrument" in named.values or TREATY_GROUPS.isdisjoint(stems):
            return
        words_of_names = stems - {*groups_by_stem(None).values()}
        for hit in self._index.search(question, "", 1, 0, ["instrument"], "names"):
            if len(question_stems(hit.text) & words_of_names) >= _MIN_SHARED:
                named.values["instrument"] = [hit.iri.value.rpartition("/")[2]]


def _scheme(resource: str) -> str:
    """The scheme of a concept, by its address after `{base}id/`."""
    return resource.split("/", 2)[1]


def _name_stems(text: str, language: str | None) -> tuple[str, ...]:
    """The stems of a name without function words.

    Empty for a long name, and for one of words that are in most questions.
    """
    stems = [
        stem
        for stem, word in tokens(text, language or SOURCE_LANGUAGE)
        if word not in FUNCTION_WORDS
    ]
    groups = groups_by_stem(None)
    is_general = all(groups.get(stem) in GENERAL_GROUPS for stem in stems)
    return () if is_general or len(stems) > _MAX_NAME_WORDS else tuple(stems)


def _word_forms(word: str) -> frozenset[str]:
    """The forms by which a word of a question is found; none of a function word."""
    parts = words(word)
    if any(plain_letters(part) in FUNCTION_WORDS for part in parts):
        return frozenset()
    return frozenset(form for part in query_words(word) for form in forms(part))


def _is_plural(word: str, singular_or_plural: str) -> bool:
    """Whether two words are equal, but for the end of a plural."""
    shorter, longer = sorted((plain_letters(word.casefold()), singular_or_plural), key=len)
    return longer in {shorter, *(shorter + end for end in _PLURALS)}


def _named_resource(resource: str, start: int, end: int) -> _NamedResource:
    kind, _, local = resource.partition("/")
    key = _scheme(resource) if kind == "concept" else kind
    return _NamedResource(key, local, start, end)


def _longest(resources: Iterable[_NamedResource]) -> list[_NamedResource]:
    """The resources whose names are no part of a longer name, in the order of the question."""
    distinct = set(resources)
    longest = [
        resource
        for resource in distinct
        if not any(resource.is_part_of(longer) for longer in distinct)
    ]
    return sorted(
        longest,
        key=lambda resource: (
            resource.start,
            resource.key,
            len(resource.value),
            resource.value,
        ),
    )


def _add_years(named: NamedInQuestion, written: Sequence[str]) -> None:
    """Add the years of a question, and the period that they mean."""
    positions = [position for position, word in enumerate(written) if _YEAR.fullmatch(word)]
    if not positions:
        return
    named.years = sorted(written[position] for position in positions)
    first = named.years[0]
    last = named.years[-1]
    named.period = Period(first, last)
    if len(positions) == 1:
        start = max(0, positions[0] - _WORDS_BEFORE_YEAR)
        before = {plain_letters(word.casefold()) for word in written[start : positions[0]]}
        if before & _FROM:
            named.period = Period(first, None)
        elif before & _TO:
            named.period = Period(None, last)


@cache
def _kinds_by_code_word() -> dict[str, str]:
    """Kinds by the words that precede their codes."""
    return {word: name for name in _CODED_KINDS for word in KINDS[name].code_words}


@cache
def _languages_by_name() -> dict[str, str]:
    """The languages of the interface by their folded names in each of them."""
    languages: dict[str, str] = {}
    for reader in LANGUAGES:
        names = Locale.parse(reader).languages
        for language in LANGUAGES:
            languages[plain_letters(str(names[language]).casefold())] = language
    return languages
