"""The queries of the library that fit a question, with the values that the question names.

A query fits by the words of its titles, description and parameters, where words by which people ask
for the same are one (`question_words`); by the resources and years that the question names
(`question_names`), if it has parameters for them; and by whether both ask for what is missing. A
query about one resource, such as a country, fits less where none is named.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.search.question_names import (
    IMPLIED_OBJECTIVE,
    NamedInQuestion,
    QuestionReader,
)
from gcmgraph.publication.search.question_words import GAP, grouped_stems, question_stems
from gcmgraph.queries.library import NamedQuery
from gcmgraph.queries.parameters import QueryParameter
from gcmgraph.translations import SOURCE_LANGUAGE

#: Number of queries that fit best.
_MAX_QUERIES = 5

#: Weight of the description; that of a title is 1.
_DESCRIPTION = 0.8

#: Points of a parameter that takes a value of the question, for the first of them.
_TAKEN = 0.35
_MAX_TAKEN = 2

#: Points of a parameter that takes a topic, which most questions name.
_ON_TOPIC = 0.1

#: Points of a parameter that takes the objective of which a question has a rare word, and points
#: that a query without one loses.
_ON_OBJECTIVE = 0.35

#: Points of a parameter that takes the objective of a topic.
_ON_OBJECTIVE_OF_TOPIC = 0.2

#: Points that a query loses for a value that none of its parameters takes, for a parameter for
#: which the question names none, and if either the query or the question, but not both, is about
#: what is missing.
_NOT_TAKEN = 0.15
_NOT_NAMED = 0.1
_GAP = 0.6

#: Keys that a question may have beside its subject.
_INCIDENTAL = frozenset(("topic", IMPLIED_OBJECTIVE))

#: Parameters that take any resource, and keys of those that are tried, the first ones first.
_KEYS_OF_SUBJECT = ("practice", "objective")
_KEYS_OF_ANY = {
    "subject": _KEYS_OF_SUBJECT,
    "thing": _KEYS_OF_SUBJECT,
    "resource": _KEYS_OF_SUBJECT,
    "object": ("organisation", "country"),
}


@dataclass(frozen=True)
class FittingQuery:
    """A query that fits a question, with the values that the question names, by parameter."""

    query: NamedQuery
    values: Mapping[str, str]


@dataclass(frozen=True)
class _QueryText:
    """A title, or the description, of a query; the length of the vector of the weights of its words."""

    query: str
    is_title: bool
    length: float


class NearestQueries:
    """The library by the words of its titles, descriptions and parameters."""

    def __init__(self, library: Mapping[str, NamedQuery]) -> None:
        self._library = library
        titles = {name: _title_stems(query) for name, query in library.items()}
        descriptions = {name: _text_stems(query) for name, query in library.items()}
        self._of_gaps = {name for name, stems_of in titles.items() if GAP in stems_of[0]}
        frequency: Counter[str] = Counter()
        for name in library:
            frequency.update(descriptions[name].union(*titles[name]))
        #: squares of the weights of words, which are their rarities
        self._squares = {
            stem: math.log(1 + len(library) / count) ** 2 for stem, count in frequency.items()
        }
        self._texts: list[_QueryText] = []
        #: indexes of the texts with a word
        self._texts_with: defaultdict[str, list[int]] = defaultdict(list)
        for name in library:
            for title in titles[name]:
                self._add_text(name, title, is_title=True)
            self._add_text(name, descriptions[name], is_title=False)
        parameters = [parameter for query in library.values() for parameter in query.parameters]
        #: schemes of concepts that are parameters
        self.schemes = frozenset(parameter.scheme for parameter in parameters if parameter.scheme)

    def _add_text(self, name: str, stems: frozenset[str], *, is_title: bool) -> None:
        for stem in stems:
            self._texts_with[stem].append(len(self._texts))
        self._texts.append(_QueryText(name, is_title, self._length(stems)))

    def nearest(self, question: str, reader: QuestionReader) -> list[FittingQuery]:
        """The queries that fit a question, best first, with the values that the question names.

        Names are no words of the question: IOM is no reason for `outputs-of-iom`.
        """
        named = reader.read(question)
        stems = question_stems(question) - named.forms
        similarities = self._similarities(stems)
        scores: dict[str, float] = {}
        values_of: dict[str, dict[str, str]] = {}
        for name, query in self._library.items():
            values = {} if named.is_empty else _values(query, named)
            similarity = similarities.get(name, 0.0)
            if similarity or values:
                values_of[name] = values
                scores[name] = (
                    similarity
                    + _points_of_parameters(query, values, named)
                    + _points_of_objective(values, named, similarity)
                    + self._points_of_gap(name, stems)
                )
        best = sorted(scores, key=lambda name: (-scores[name], name))[:_MAX_QUERIES]
        return [FittingQuery(self._library[name], values_of[name]) for name in best]

    def _similarities(self, stems: frozenset[str]) -> dict[str, float]:
        """The similarity of a question to the titles of each query and to its description.

        Of the titles that with the greatest cosine counts, words weighted by rarity; of the
        description the share of the question that it has. Queries without a common word are absent.
        """
        common_squares: defaultdict[int, float] = defaultdict(float)
        for stem in stems:
            for index in self._texts_with.get(stem, ()):
                common_squares[index] += self._squares[stem]
        question_length = self._length(stems)
        title_similarities: dict[str, float] = {}
        similarities: defaultdict[str, float] = defaultdict(float)
        for index, square in common_squares.items():
            text = self._texts[index]
            if text.is_title:
                cosine = square / (text.length * question_length)
                title_similarities[text.query] = max(
                    cosine, title_similarities.get(text.query, 0.0)
                )
            else:
                similarities[text.query] = _DESCRIPTION * math.sqrt(square) / question_length
        for name, similarity in title_similarities.items():
            similarities[name] += similarity
        return similarities

    def _points_of_gap(self, name: str, stems: frozenset[str]) -> float:
        """Points that a query loses if either it or the question asks for what is missing."""
        return 0.0 if (name in self._of_gaps) is (GAP in stems) else -_GAP

    def _length(self, stems: Iterable[str]) -> float:
        """The length of the vector of the weights of some words."""
        return math.sqrt(sum(self._squares.get(stem, 0.0) for stem in stems))


def _points_of_parameters(
    query: NamedQuery, values: Mapping[str, str], named: NamedInQuestion
) -> float:
    """Points of a query for the values of its parameters that a question names."""
    named_values = [
        value
        for key, values_of_key in named.values.items()
        if key not in _INCIDENTAL
        for value in values_of_key
    ]
    local_values = {value.rpartition(":")[2] for value in values.values()}
    taken = len(local_values & {*named_values, *named.years})
    not_taken = max(len(named_values) + bool(named.years) - taken, 0)
    is_about_unnamed = any(
        parameter.default and parameter.type in KINDS and parameter.name not in values
        for parameter in query.parameters
    )
    is_on_topic = not set(values.values()).isdisjoint(named.values.get("topic", ()))
    return (
        _TAKEN * min(taken, _MAX_TAKEN)
        + _ON_TOPIC * is_on_topic
        - _NOT_TAKEN * not_taken
        - _NOT_NAMED * is_about_unnamed
    )


def _points_of_objective(
    values: Mapping[str, str], named: NamedInQuestion, similarity: float
) -> float:
    """Points of a query for the objective that a question is about without its name.

    `similarity` is that of the question to the title and description of the query. A topic alone
    is no question about its objective: for that of a topic, `similarity` must not be 0.
    """
    if named.names_objective_in_part:
        return _ON_OBJECTIVE if "objective" in values else -_ON_OBJECTIVE
    is_about_objective = "objective" in values and IMPLIED_OBJECTIVE in named.values
    return _ON_OBJECTIVE_OF_TOPIC if is_about_objective and similarity else 0.0


def _values(query: NamedQuery, named: NamedInQuestion) -> dict[str, str]:
    """The values of the parameters of a query that a question names; each is taken once."""
    unused = {key: list(values) for key, values in named.values.items()}
    values: dict[str, str] = {}
    for parameter in query.parameters:
        value = _value(parameter, named, unused)
        if value:
            values[parameter.name] = value
    return values


def _value(
    parameter: QueryParameter, named: NamedInQuestion, unused: dict[str, list[str]]
) -> str | None:
    """The value of a parameter, which is taken from the unused ones."""
    if parameter.type == "iri":
        return _any_resource(parameter, unused)
    if parameter.type == "language" and parameter.name != "language":
        return next(iter(named.languages), None)
    key = _key(parameter)
    if unused.get(key):
        return unused[key].pop(0)
    if key == "objective" and unused.get(IMPLIED_OBJECTIVE):
        return unused[IMPLIED_OBJECTIVE][0]
    return _year(parameter, named) if key == "year" else None


def _key(parameter: QueryParameter) -> str:
    """Key of the values of a parameter: a kind, a scheme of concepts, or `year`."""
    if parameter.type in ("gYear", "date"):
        return "year"
    return parameter.scheme or parameter.type


def _year(parameter: QueryParameter, named: NamedInQuestion) -> str | None:
    """The year for a parameter: the first or the last of the period, or the last one named."""
    if parameter.name == "from":
        return named.period.first
    if parameter.name == "to":
        return named.period.last
    return named.years[-1] if named.years else None


def _any_resource(parameter: QueryParameter, unused: dict[str, list[str]]) -> str | None:
    """The resource in short form for a parameter that takes any."""
    for key in _KEYS_OF_ANY.get(parameter.name, ()):
        if unused.get(key):
            return f"{key}:{unused[key].pop(0)}"
    return None


def _title_stems(query: NamedQuery) -> list[frozenset[str]]:
    """The words of the title of a query in each language."""
    return [grouped_stems(title, language) for language, title in query.title.items()]


def _text_stems(query: NamedQuery) -> frozenset[str]:
    """The words of the description of a query, and of the labels of its parameters."""
    types = (parameter.type for parameter in query.parameters)
    names = " ".join([query.name.replace("-", " "), *types])
    texts = [
        query.description,
        *(parameter.labels for parameter in query.parameters),
        {SOURCE_LANGUAGE: names},
    ]
    stems: set[str] = set()
    for text in texts:
        for language, words in text.items():
            stems |= grouped_stems(words, language)
    return frozenset(stems)
