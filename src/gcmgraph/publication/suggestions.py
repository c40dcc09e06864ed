"""Suggestions for the text of a practice: objectives, actions, targets, countries and others.

They are proposals from the labels of the published graph: nothing states them anywhere. Objectives
are ranked by the editors' words for them (`objectives` in the lexicon) and the short labels of
their actions, in English, French and Spanish together. A word weighs less for an objective if
published practices of others have it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from gcmgraph.lexicon.names_in_texts import Gazetteer
from gcmgraph.lexicon.nationalities import Nationalities
from gcmgraph.lexicon.words import lexicon_for
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.publication.practice_texts import TitledText, practice_texts
from gcmgraph.publication.suggestion_ranking import (
    Ranked,
    StemmedWord,
    SuggestionRanking,
    by_score,
    stems,
)
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.store.port import Store

#: Limit on the characters of a text.
LONGEST = 20_000

#: Groups of suggestions, and the limit of each.
GROUPS: Mapping[str, int] = {
    "objectives": 3,
    "actions": 5,
    "targets": 5,
    "countries": 10,
    "organisations": 10,
    "audiences": 5,
}

#: Languages whose words are compared.
_LANGUAGES = frozenset({"en", "fr", "es"})

#: Properties of labels.
_LABELS = ("skos:prefLabel", "skos:altLabel")

#: Weight of the labels of actions beside the words of their objective.
_LABEL = 0.5

#: Weight of the objective of an action and of a target.
_OBJECTIVE = 0.5

#: Limit on the published practices of an objective whose words are read.
_MAX_PRACTICES = 100

#: Words that a text and a target share at least: the labels of targets are short and have many
#: common words.
_MIN_SHARED = 2

#: Targets by their codes: `SDG 10.7`, `cibles 10.7, 16.1 et 17.b`.
_CODE = re.compile(r"\b\d{1,2}\.(?:\d{1,2}|[a-d])\b")
_TARGETS = re.compile(
    rf"\b(?:SDGs?|ODD|ODS|[Tt]argets?|[Cc]ibles?|[Mm]etas?):?\s+(?={_CODE.pattern})"
    rf"{_CODE.pattern}(?:(?:,\s*|\s+)(?:(?:and|or|et|ou|y|o)\s+)?{_CODE.pattern})*"
)


class SuggestionError(GcmGraphError):
    """A text for which nothing can be suggested."""


@dataclass(frozen=True)
class Suggestion:
    """A resource that a text may be about, and the words of the text that speak for it.

    `score` orders the suggestions of one group; those of different groups or texts are not
    comparable.
    """

    iri: IRI
    code: str
    labels: Texts
    score: float
    words: tuple[str, ...]


#: Suggestions by group (`GROUPS`), the best first.
Suggestions = dict[str, list[Suggestion]]


class _TextRange(NamedTuple):
    """The position of a word in a text; the end is exclusive."""

    start: int
    end: int


class _PublishedResources:
    """Resources of the published graph with their statements, read once."""

    def __init__(self, published: Store, v: Vocabulary) -> None:
        self._published = published
        self._v = v
        self._quads: dict[IRI, list[Quad]] = {}

    def read(self, predicate: IRI, value: IRI) -> list[IRI]:
        """The resources with a value of a property, by IRI."""
        triples = self._published.triples(predicate=predicate, object=value)
        iris = {triple.subject for triple in triples if isinstance(triple.subject, IRI)}
        resources = sorted(iris, key=lambda iri: iri.value)
        for resource in resources:
            self._quads[resource] = list(self._published.quads(resource))
        return resources

    def quads(self, resources: Iterable[IRI]) -> list[Quad]:
        """The statements about resources that were read."""
        return [quad for resource in resources for quad in self._quads[resource]]

    def objects(self, resource: IRI, curie: str) -> list[object]:
        """The values of a property."""
        predicate = self._v(curie)
        return [quad.object for quad in self._quads[resource] if quad.predicate == predicate]

    def resources(self, resource: IRI, curie: str) -> set[IRI]:
        """The values of a property that are resources."""
        return {value for value in self.objects(resource, curie) if isinstance(value, IRI)}

    def labels(self, resource: IRI) -> Texts:
        """The preferred labels."""
        values = self.objects(resource, "skos:prefLabel")
        return Texts.of_terms(value for value in values if isinstance(value, Literal))

    def code(self, resource: IRI) -> str:
        """The code of a resource; empty for none."""
        predicates = (self._v("skos:notation"), self._v("gcm:iso3"))
        for quad in self._quads[resource]:
            if quad.predicate in predicates and isinstance(quad.object, Literal):
                return quad.object.value
        return ""

    def texts(self, resource: IRI, *properties: str) -> set[str]:
        """The texts of some properties in the languages whose words are compared."""
        return {
            value.value
            for curie in properties
            for value in self.objects(resource, curie)
            if isinstance(value, Literal) and value.language in _LANGUAGES
        }

    def words(self, resource: IRI, *properties: str) -> Counter[str]:
        """The words of the texts of some properties, as they are compared, with their counts."""
        texts = sorted(self.texts(resource, *properties))
        return Counter(stem for text in texts for stem, _ in stems(text))


class Suggester:
    """Suggestions from one published graph, whose labels are read once."""

    def __init__(
        self, published: Store, addresses: Addresses, without: Collection[IRI] = ()
    ) -> None:
        """`without`: objectives whose published practices are not used.

        The measurements of suggestions for these practices name them.
        """
        self._published = published
        self._addresses = addresses
        self._v = v = Vocabulary(addresses)
        self._resources = resources = _PublishedResources(published, v)
        objectives = self._of_class("Objective")
        actions = self._of_class("Action")
        targets = self._of_class("SdgTarget")
        self._objective_of = {
            action: resources.resources(action, "gcm:objective") for action in actions
        }
        self._targets_of = {
            objective: resources.resources(objective, "gcm:relevantTarget")
            for objective in objectives
        }
        words_of_actions = {action: resources.words(action, _LABELS[0]) for action in actions}
        words_of_practices = {
            objective: self._words_of_practices(objective)
            for objective in objectives
            if objective not in without
        }
        self._objectives = SuggestionRanking(
            self._words_of_objectives(objectives, words_of_actions), words_of_practices
        )
        self._actions = SuggestionRanking(words_of_actions)
        self._targets = SuggestionRanking(
            {target: resources.words(target, *_LABELS) for target in targets}
        )
        self._target_by_code = {resources.code(target): target for target in targets}
        named = resources.quads([*self._of_class("Country"), *self._of_class("Organisation")])
        self._names = Gazetteer.from_quads(named, v, ("gcm:Country", "gcm:Organisation"))
        self._adjectives = [Nationalities(lexicon_for(language)) for language in sorted(_LANGUAGES)]
        self._audiences = self._audiences_by_label()

    def _of_class(self, name: str) -> list[IRI]:
        """The resources of a class of ours."""
        return self._resources.read(self._v("rdf:type"), self._v(f"gcm:{name}"))

    def _words_of_objectives(
        self, objectives: Iterable[IRI], words_of_actions: Mapping[IRI, Counter[str]]
    ) -> dict[IRI, dict[str, float]]:
        """The editors' words for each objective, with those of the labels of its actions."""
        words_of = {
            objective: _words_of_objective(self._resources.code(objective))
            for objective in objectives
        }
        for action, counts in words_of_actions.items():
            for objective in self._objective_of[action] & words_of.keys():
                words = words_of[objective]
                for stem, count in counts.items():
                    words[stem] = words.get(stem, 0) + _LABEL * count
        return words_of

    def _words_of_practices(self, objective: IRI) -> list[frozenset[str]]:
        """The words of the first published practices of an objective, in all languages.

        Those that are parts of another are left out: their texts repeat that of the whole.
        """
        triples = self._published.triples(predicate=self._v("gcm:objective"), object=objective)
        subjects = (triple.subject for triple in triples)
        without_actions = (subject for subject in subjects if subject not in self._objective_of)
        practices = dict.fromkeys(islice(without_actions, _MAX_PRACTICES))
        quads = [
            quad
            for practice in practices
            if isinstance(practice, IRI)
            for quad in self._published.quads(practice)
        ]
        parts = {quad.object for quad in quads if quad.predicate == self._v("dct:hasPart")}
        of_wholes = (quad for quad in quads if quad.subject not in parts)
        texts = practice_texts(of_wholes, self._addresses, self._published)
        return [frozenset(stem for stem, _ in stems(text)) for _, text in texts]

    def _audiences_by_label(self) -> dict[tuple[str, ...], list[IRI]]:
        """The audiences by the words of their labels, as words are compared."""
        scheme = IRI(self._addresses.resource("concept", "audience"))
        audiences: dict[tuple[str, ...], list[IRI]] = {}
        for audience in self._resources.read(self._v("skos:inScheme"), scheme):
            labels = self._resources.texts(audience, *_LABELS)
            phrases = {tuple(stem for stem, _ in stems(label)) for label in labels}
            for phrase in phrases:
                if phrase:
                    audiences.setdefault(phrase, []).append(audience)
        return audiences

    def suggest(self, text: str) -> Suggestions:
        """The suggestions for a text. Raises `SuggestionError`."""
        words = _words_of(text)
        counts = Counter(stem for stem, _ in words)
        objectives = self._objectives.rank(counts)[: GROUPS["objectives"]]
        scores = {objective.iri: objective.score for objective in objectives}
        actions = [
            _supported(action, self._objective_of[action.iri], scores)
            for action in self._actions.rank(counts)
        ]
        targets = [
            _supported(target, self._objectives_with(target.iri, scores), scores)
            for target in self._targets.rank(counts)
            if len(target.words) >= _MIN_SHARED
        ]
        suggested_targets = self._ranked("targets", by_score(targets), words)
        return {
            "objectives": self._ranked("objectives", objectives, words),
            "actions": self._ranked("actions", by_score(actions), words),
            "targets": self._with_named_targets(text, suggested_targets),
            **self._named(text),
            "audiences": self._addressed(words),
        }

    def _objectives_with(self, target: IRI, objectives: Iterable[IRI]) -> list[IRI]:
        """Those of some objectives that have a relevant target."""
        return [objective for objective in objectives if target in self._targets_of[objective]]

    def _ranked(
        self, group: str, ranked: Sequence[Ranked], words: Iterable[StemmedWord]
    ) -> list[Suggestion]:
        """The suggestions of a group, with words as they are first written in the text."""
        written: dict[str, str] = {}
        for stem, word in words:
            written.setdefault(stem, word)
        return [
            self._suggestion(
                document.iri, document.score, [written[stem] for stem in document.words]
            )
            for document in ranked[: GROUPS[group]]
        ]

    def _with_named_targets(self, text: str, targets: list[Suggestion]) -> list[Suggestion]:
        """The targets that a text names by their codes, before others."""
        names: dict[IRI, str] = {}
        for enumeration in _TARGETS.finditer(text):
            for index, code in enumerate(_CODE.finditer(enumeration[0])):
                target = self._target_by_code.get(code[0])
                if target is not None:
                    name = code[0] if index else enumeration[0][: code.end()]
                    names.setdefault(target, name)
        highest = max((target.score for target in targets), default=0.0)
        named = [self._suggestion(target, highest + 1, (name,)) for target, name in names.items()]
        others = [target for target in targets if target.iri not in names]
        return [*named, *others][: GROUPS["targets"]]

    def _named(self, text: str) -> Suggestions:
        """The countries and organisations whose names are in a text, the most frequent first.

        An adjective of one country (`Colombian`) names it, where it is no part of a name.
        """
        countries: dict[IRI, list[str]] = {}
        organisations: dict[IRI, list[str]] = {}
        mentions = self._names.mentions(text)
        for mention in mentions:
            names = countries if mention.is_country else organisations
            names.setdefault(mention.iri, []).append(text[mention.start : mention.end])
        for position, country in self._nationalities(text).items():
            start, end = position
            if not any(mention.start < end and start < mention.end for mention in mentions):
                countries.setdefault(country, []).append(text[start:end])
        return {
            "countries": self._by_frequency("countries", countries),
            "organisations": self._by_frequency("organisations", organisations),
        }

    def _nationalities(self, text: str) -> dict[_TextRange, IRI]:
        """The adjectives in a text that are of one country only."""
        codes_at: dict[_TextRange, set[str]] = {}
        for adjectives in self._adjectives:
            for iso3, start, end in adjectives.within(text):
                codes_at.setdefault(_TextRange(start, end), set()).add(iso3)
        country_at: dict[_TextRange, IRI] = {}
        for position, codes in codes_at.items():
            country = self._names.country(*codes) if len(codes) == 1 else None
            if country is not None:
                country_at[position] = country
        return country_at

    def _addressed(self, words: Sequence[StemmedWord]) -> list[Suggestion]:
        """The audiences of which a label is in a text, word for word as words are compared."""
        phrases: dict[IRI, list[str]] = {}
        for length in {len(label) for label in self._audiences}:
            for start in range(len(words) - length + 1):
                window = words[start : start + length]
                label = tuple(stem for stem, _ in window)
                for audience in self._audiences.get(label, ()):
                    phrase = " ".join(word for _, word in window)
                    phrases.setdefault(audience, []).append(phrase)
        return self._by_frequency("audiences", phrases)

    def _by_frequency(self, group: str, names: Mapping[IRI, list[str]]) -> list[Suggestion]:
        """The resources with their names in a text, the most frequent first."""
        suggestions = [self._suggestion(iri, len(words), words) for iri, words in names.items()]
        suggestions.sort(key=lambda suggestion: (-suggestion.score, suggestion.iri.value))
        return suggestions[: GROUPS[group]]

    def _suggestion(self, iri: IRI, score: float, words: Iterable[str]) -> Suggestion:
        return Suggestion(
            iri=iri,
            code=self._resources.code(iri),
            labels=self._resources.labels(iri),
            score=round(score, 2),
            words=tuple(dict.fromkeys(words)),
        )


def _words_of(text: str) -> list[StemmedWord]:
    """The words of a text. Raises `SuggestionError` for a text without words, or a long one."""
    if len(text) > LONGEST:
        raise SuggestionError(
            f"The text has {len(text):,} characters; the limit is {LONGEST:,}.",
            hint="Send the title and a summary of the practice.",
        )
    words = list(stems(text))
    if not words:
        raise SuggestionError(
            "There is no word in English, French or Spanish in the text.",
            hint="Send the title and a summary of the practice in one of these languages.",
        )
    return words


def _words_of_objective(number: str) -> dict[str, float]:
    """The words that editors give to an objective, in all languages."""
    texts = (lexicon_for(tag).table("objectives").get(number, "") for tag in sorted(_LANGUAGES))
    return dict(Counter(stem for text in texts for stem, _ in stems(text)))


def _supported(ranked: Ranked, objectives: Iterable[IRI], scores: Mapping[IRI, float]) -> Ranked:
    """An action or target with points of the best of its objectives among the suggested ones."""
    highest = max((scores.get(objective, 0) for objective in objectives), default=0)
    return Ranked(ranked.iri, ranked.score + _OBJECTIVE * highest, ranked.words)


class Outcome(NamedTuple):
    """The suggestions for a text with some titles, or the reason why there are none."""

    titles: Texts
    suggestions: Suggestions | SuggestionError


def outcomes(suggester: Suggester, texts: Iterable[TitledText]) -> list[Outcome]:
    """The suggestions for texts with their titles.

    Raises `SuggestionError` where there are none for any of them.
    """
    results: list[Outcome] = []
    errors: list[SuggestionError] = []
    for titles, text in texts:
        try:
            results.append(Outcome(titles, suggester.suggest(text)))
        except SuggestionError as error:
            results.append(Outcome(titles, error))
            errors.append(error)
    if errors and len(errors) == len(results):
        raise errors[0]
    return results


def suggestions_json(results: Iterable[Outcome]) -> dict[str, Any]:
    """The suggestions for texts, each with its titles, as JSON."""
    return {
        "texts": [
            {"title": dict(outcome.titles.pairs), **_outcome_json(outcome)} for outcome in results
        ]
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome.suggestions, SuggestionError):
        return {"suggestions": {}, "problem": outcome.suggestions.message}
    return {
        "suggestions": {
            group: list(map(_suggestion_json, suggestions))
            for group, suggestions in outcome.suggestions.items()
        }
    }


def _suggestion_json(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "iri": suggestion.iri.value,
        "code": suggestion.code,
        "label": dict(suggestion.labels.pairs),
        "score": suggestion.score,
        "words": list(suggestion.words),
    }
