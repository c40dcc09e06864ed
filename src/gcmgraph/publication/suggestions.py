"""Suggestions for the text of a practice: objectives, actions, targets, countries, organisations, audiences.

They are proposals from the labels of the published graph: nothing states them anywhere. Objectives
are ranked by the editors' words for them (`objectives` in the lexicon) and the short labels of
their actions, in English, French and Spanish together. A word weighs less for an objective if
published practices of others have it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any

from gcmgraph.lexicon.names_in_texts import Gazetteer
from gcmgraph.lexicon.nationalities import Nationalities
from gcmgraph.lexicon.words import lexicon_for
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.platform.text import plain_letters
from gcmgraph.publication.search.words import FUNCTION_WORDS
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.store.port import Store

#: Letters of a word that are compared, and of the shortest word.
STEM, SHORTEST = 6, 3

_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")


def stems(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text in Latin letters that are no function words: each as it is compared, and as it is written."""
    for match in _WORD.finditer(text):
        plain = plain_letters(match[0])
        if plain.isascii() and plain not in FUNCTION_WORDS:
            yield plain[:STEM], match[0]


#: Saturation of frequent words, and weight of the length of a document: the usual values, not
#: fitted to our data.
_K1, _B = 1.2, 0.75


@dataclass(frozen=True)
class Ranked:
    """A document with its score, and the words of the text that it has, the weightiest first."""

    iri: IRI
    score: float
    words: tuple[str, ...]


class SuggestionRanking:
    """Documents as counts of their words; a word that few of them have weighs more.

    With `texts`, the words of texts that are about a document, a word weighs more for a document if
    few texts about others have it.
    """

    def __init__(
        self,
        documents: Mapping[IRI, Mapping[str, float]],
        texts: Mapping[IRI, Collection[Set[str]]] | None = None,
    ) -> None:
        self._documents = documents
        self._lengths = {iri: sum(words.values()) for iri, words in documents.items()}
        self._average = sum(self._lengths.values()) / max(1, len(documents))
        self._with: dict[str, list[IRI]] = {}
        for iri, words in documents.items():
            for word in words:
                self._with.setdefault(word, []).append(iri)
        self._about = {
            iri: (len(ones), Counter(w for one in ones for w in one))
            for iri, ones in (texts or {}).items()
        }
        self._number = sum(number for number, _ in self._about.values())
        self._texts = sum((words for _, words in self._about.values()), Counter[str]())

    def rank(self, text: Mapping[str, int]) -> list[Ranked]:
        """The documents that share a word with a text, given as counts of its words; the best first."""
        weights: dict[IRI, dict[str, float]] = {}
        for word, count in text.items():
            for iri in self._with.get(word, ()):
                weights.setdefault(iri, {})[word] = self._weight(word, iri) * (1 + math.log(count))
        found = [
            Ranked(
                iri,
                sum(words.values()),
                tuple(sorted(words, key=lambda word: (-words[word], word))),
            )
            for iri, words in weights.items()
        ]
        return sorted(found, key=lambda one: (-one.score, one.iri.value))

    def _weight(self, word: str, iri: IRI) -> float:
        number, total = len(self._with[word]), len(self._documents)
        if self._number:
            about, words = self._about.get(iri, (0, Counter[str]()))
            number, total = self._texts[word] - words[word], self._number - about
        rarity = math.log(1 + (total - number + 0.5) / (number + 0.5))
        often = self._documents[iri][word]
        length = 1 - _B + _B * self._lengths[iri] / self._average
        return rarity * often * (_K1 + 1) / (often + _K1 * length)


#: Limit on the practices of a file for which something is suggested.
MOST = 100


#: The titles of a practice, and its titles, descriptions, results and the names of its types as one
#: text.
TitledText = tuple[Texts, str]


def practice_texts(
    statements: Iterable[Quad], addresses: Addresses, published: Store
) -> list[TitledText]:
    """The texts of the first practices among statements, in their order; the names of types are published."""
    v = Vocabulary(addresses)
    title, kind, practice = v("dct:title"), v("rdf:type"), v("gcm:Practice")
    wanted = (title, v("dct:description"), v("gcm:outcome"))
    practices: dict[object, None] = {}
    texts: dict[object, list[tuple[int, Literal]]] = {}
    types: dict[object, dict[IRI, None]] = {}
    for quad in statements:
        if quad.predicate == kind and quad.object == practice:
            practices.setdefault(quad.subject)
        elif quad.predicate in wanted and isinstance(quad.object, Literal):
            texts.setdefault(quad.subject, []).append((wanted.index(quad.predicate), quad.object))
        elif quad.predicate == v("dct:type") and isinstance(quad.object, IRI):
            types.setdefault(quad.subject, {})[quad.object] = None
    return [
        _practice(texts.get(one, []), types.get(one, ()), published, v)
        for one in islice(practices, MOST)
    ]


def _practice(
    stated: list[tuple[int, Literal]], types: Iterable[IRI], published: Store, v: Vocabulary
) -> TitledText:
    texts = sorted(stated, key=lambda pair: pair[0])
    languages = {text.language for _, text in texts}
    names = (
        triple.object for one in types for triple in published.triples(one, v("skos:prefLabel"))
    )
    named = [
        name.value for name in names if isinstance(name, Literal) and name.language in languages
    ]
    titles = Texts.of_terms(text for order, text in texts if order == 0)
    return titles, "\n".join([*(text.value for _, text in texts), *dict.fromkeys(named)])


#: Limit on the characters of a text.
LONGEST = 20_000

#: Groups of suggestions, and the limit of each.
GROUPS: Mapping[str, int] = {
    "objectives": 3, "actions": 5, "targets": 5, "countries": 10, "organisations": 10, "audiences": 5
}  # fmt: skip

#: Weight of the labels of actions beside the words of their objective; of the objective of an
#: action and a target.
_LABEL, _OBJECTIVE = 0.5, 0.5

#: Limit on the published practices of an objective whose words are read.
_PRACTICES = 100

#: Words that a text and a target share at least: the labels of targets are short and have many
#: common words.
_SHARED = 2

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


class Suggester:
    """Suggestions from one published graph, whose labels are read once."""

    def __init__(
        self, published: Store, addresses: Addresses, without: Collection[IRI] = ()
    ) -> None:
        """`without`: objectives whose published practices are not used, to measure the suggestions by them."""
        self._v = v = Vocabulary(addresses)
        self._about: dict[IRI, list[Quad]] = {}
        kinds = {
            kind: self._read(published, v("rdf:type"), v(f"gcm:{kind}"))
            for kind in ("Objective", "Action", "SdgTarget", "Country", "Organisation")
        }
        audiences = self._read(
            published, v("skos:inScheme"), IRI(addresses.resource("concept", "audience"))
        )
        labels = ("skos:prefLabel", "skos:altLabel")
        objectives = {iri: _words_of_objective(self._code(iri)) for iri in kinds["Objective"]}
        actions = {iri: self._words(iri, "skos:prefLabel") for iri in kinds["Action"]}
        self._objective_of = {iri: self._resources(iri, "gcm:objective") for iri in actions}
        for action, counts in actions.items():
            for objective in self._objective_of[action] & objectives.keys():
                for stem, count in counts.items():
                    objectives[objective][stem] = (
                        objectives[objective].get(stem, 0) + _LABEL * count
                    )
        self._targets_of = {iri: self._resources(iri, "gcm:relevantTarget") for iri in objectives}
        used = [iri for iri in objectives if iri not in without]
        practices = {iri: self._words_of_practices(published, addresses, iri) for iri in used}
        self._objectives, self._actions = (
            SuggestionRanking(objectives, practices),
            SuggestionRanking(actions),
        )
        self._targets = SuggestionRanking(
            {iri: self._words(iri, *labels) for iri in kinds["SdgTarget"]}
        )
        named = [
            quad
            for kind in ("Country", "Organisation")
            for iri in kinds[kind]
            for quad in self._about[iri]
        ]
        self._names = Gazetteer.from_quads(named, v, ("gcm:Country", "gcm:Organisation"))
        self._adjectives = [Nationalities(lexicon_for(tag)) for tag in sorted(_LANGUAGES)]
        self._audiences: dict[tuple[str, ...], list[IRI]] = {}
        for iri in audiences:
            for phrase in {
                tuple(stem for stem, _ in stems(text)) for text in self._texts(iri, *labels)
            } - {()}:
                self._audiences.setdefault(phrase, []).append(iri)
        self._by_code = {self._code(iri): iri for iri in kinds["SdgTarget"]}

    def suggest(self, text: str) -> Suggestions:
        """The suggestions for a text. Raises `SuggestionError`."""
        if len(text) > LONGEST:
            raise SuggestionError(
                f"The text has {len(text):,} characters; the limit is {LONGEST:,}.",
                hint="Send the title and a summary of the practice.",
            )
        written: dict[str, str] = {}
        found = list(stems(text))
        for stem, word in found:
            written.setdefault(stem, word)
        if not found:
            raise SuggestionError(
                "There is no word in English, French or Spanish in the text.",
                hint="Send the title and a summary of the practice in one of these languages.",
            )
        counts = Counter(stem for stem, _ in found)
        objectives = self._objectives.rank(counts)
        by_objective = {one.iri: one.score for one in objectives[: GROUPS["objectives"]]}

        def supported(one: Ranked, of: Iterable[IRI]) -> Ranked:
            more = _OBJECTIVE * max((by_objective.get(iri, 0) for iri in of), default=0)
            return Ranked(one.iri, one.score + more, one.words)

        actions = [
            supported(one, self._objective_of[one.iri]) for one in self._actions.rank(counts)
        ]
        aims = {
            target: {iri for iri in by_objective if target in self._targets_of[iri]}
            for target in set().union(*self._targets_of.values())
        }
        targets = [
            supported(one, aims.get(one.iri, ()))
            for one in self._targets.rank(counts)
            if len(one.words) >= _SHARED
        ]
        ranked = {
            "objectives": objectives,
            "actions": _sorted(actions),
            "targets": _sorted(targets),
        }
        suggestions = {
            group: [
                self._suggestion(
                    one.iri, one.score, dict.fromkeys(written[stem] for stem in one.words)
                )
                for one in ones[: GROUPS[group]]
            ]
            for group, ones in ranked.items()
        }
        suggestions["targets"] = self._with_named_targets(text, suggestions["targets"])
        return {**suggestions, **self._named(text), "audiences": self._addressed(found)}

    def _with_named_targets(self, text: str, targets: list[Suggestion]) -> list[Suggestion]:
        """The targets that a text names by their codes, before others."""
        named: dict[IRI, str] = {}
        for some in _TARGETS.finditer(text):
            for index, code in enumerate(_CODE.finditer(some[0])):
                if code[0] in self._by_code:
                    named.setdefault(
                        self._by_code[code[0]], code[0] if index else some[0][: code.end()]
                    )
        best = max((one.score for one in targets), default=0.0)
        first = [self._suggestion(iri, best + 1, (words,)) for iri, words in named.items()]
        return [*first, *(one for one in targets if one.iri not in named)][: GROUPS["targets"]]

    def _named(self, text: str) -> Suggestions:
        """The countries and organisations whose names are in a text, the most frequent first.

        An adjective of one country (`Colombian`) names it, where it is no part of a name.
        """
        found: dict[str, dict[IRI, list[str]]] = {"countries": {}, "organisations": {}}
        mentions = self._names.mentions(text)
        for mention in mentions:
            group = found["countries" if mention.is_country else "organisations"]
            group.setdefault(mention.iri, []).append(text[mention.start : mention.end])
        for (start, end), country in self._nationalities(text).items():
            if not any(mention.start < end and start < mention.end for mention in mentions):
                found["countries"].setdefault(country, []).append(text[start:end])
        return {group: self._most(group, named) for group, named in found.items()}

    def _nationalities(self, text: str) -> dict[tuple[int, int], IRI]:
        """The adjectives in a text that are of one country only, by position."""
        found: dict[tuple[int, int], set[str]] = {}
        for iso3, start, end in (
            one for adjectives in self._adjectives for one in adjectives.within(text)
        ):
            found.setdefault((start, end), set()).add(iso3)
        known = {
            place: self._names.country(*codes) for place, codes in found.items() if len(codes) == 1
        }
        return {place: country for place, country in known.items() if country is not None}

    def _addressed(self, found: list[tuple[str, str]]) -> list[Suggestion]:
        """The audiences of which a label is in a text, word for word as words are compared."""
        named: dict[IRI, list[str]] = {}
        for length in {len(phrase) for phrase in self._audiences}:
            for start in range(len(found) - length + 1):
                window = found[start : start + length]
                for iri in self._audiences.get(tuple(stem for stem, _ in window), ()):
                    named.setdefault(iri, []).append(" ".join(word for _, word in window))
        return self._most("audiences", named)

    def _most(self, group: str, named: Mapping[IRI, list[str]]) -> list[Suggestion]:
        ones = (
            self._suggestion(iri, len(words), dict.fromkeys(words)) for iri, words in named.items()
        )
        return sorted(ones, key=lambda one: (-one.score, one.iri.value))[: GROUPS[group]]

    def _suggestion(self, iri: IRI, score: float, words: Iterable[str]) -> Suggestion:
        named = (
            quad.object for quad in self._about[iri] if quad.predicate == self._v("skos:prefLabel")
        )
        labels = Texts.of_terms(name for name in named if isinstance(name, Literal))
        return Suggestion(iri, self._code(iri), labels, round(score, 2), tuple(words))

    def _code(self, iri: IRI) -> str:
        codes = (self._v("skos:notation"), self._v("gcm:iso3"))
        found = (
            q.object.value
            for q in self._about[iri]
            if q.predicate in codes and isinstance(q.object, Literal)
        )
        return next(found, "")

    def _read(self, published: Store, predicate: IRI, value: IRI) -> list[IRI]:
        """The resources with a value of a property, in order; their statements are stored in `_about`."""
        found = {t.subject for t in published.triples(predicate=predicate, object=value)}
        iris = sorted((iri for iri in found if isinstance(iri, IRI)), key=lambda iri: iri.value)
        self._about |= {iri: list(published.quads(iri)) for iri in iris}
        return iris

    def _texts(self, iri: IRI, *properties: str) -> set[str]:
        """The texts of some properties in the languages whose words are compared."""
        wanted = {self._v(curie) for curie in properties}
        return {
            quad.object.value
            for quad in self._about[iri]
            if quad.predicate in wanted
            and isinstance(quad.object, Literal)
            and quad.object.language in _LANGUAGES
        }

    def _words(self, iri: IRI, *properties: str) -> Counter[str]:
        return Counter(
            stem for text in sorted(self._texts(iri, *properties)) for stem, _ in stems(text)
        )

    def _words_of_practices(
        self, published: Store, addresses: Addresses, objective: IRI
    ) -> list[frozenset[str]]:
        """The words of the first published practices of an objective, in all languages.

        Those that are parts of another are left out: their texts repeat that of the whole.
        """
        triples = published.triples(predicate=self._v("gcm:objective"), object=objective)
        subjects = (
            triple.subject for triple in triples if triple.subject not in self._objective_of
        )
        practices = [
            one for one in dict.fromkeys(islice(subjects, _PRACTICES)) if isinstance(one, IRI)
        ]
        quads = [quad for one in practices for quad in published.quads(one)]
        parts = {quad.object for quad in quads if quad.predicate == self._v("dct:hasPart")}
        found = practice_texts(
            (quad for quad in quads if quad.subject not in parts), addresses, published
        )
        return [frozenset(stem for stem, _ in stems(text)) for _, text in found]

    def _resources(self, iri: IRI, curie: str) -> set[IRI]:
        found = (quad.object for quad in self._about[iri] if quad.predicate == self._v(curie))
        return {one for one in found if isinstance(one, IRI)}


#: Languages whose words are compared.
_LANGUAGES = frozenset({"en", "fr", "es"})


def _words_of_objective(number: str) -> dict[str, float]:
    """The words that editors give to an objective, in all languages."""
    texts = (lexicon_for(tag).table("objectives").get(number, "") for tag in sorted(_LANGUAGES))
    return dict(Counter(stem for text in texts for stem, _ in stems(text)))


def _sorted(ranked: Iterable[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda one: (-one.score, one.iri.value))


#: The suggestions for a text with some titles, or why there are none.
Outcome = tuple[Texts, Suggestions | SuggestionError]


def outcomes(suggester: Suggester, texts: Iterable[TitledText]) -> list[Outcome]:
    """The suggestions for texts with their titles.

    Raises `SuggestionError` where there are none for any of them.
    """
    found: list[Outcome] = []
    for titles, text in texts:
        try:
            found.append((titles, suggester.suggest(text)))
        except SuggestionError as error:
            found.append((titles, error))
    errors = [outcome for _, outcome in found if isinstance(outcome, SuggestionError)]
    if errors and len(errors) == len(found):
        raise errors[0]
    return found


def suggestions_json(found: Iterable[Outcome]) -> dict[str, Any]:
    """The suggestions for texts, each with its titles, as JSON."""
    return {
        "texts": [{"title": dict(titles.pairs), **_outcome(outcome)} for titles, outcome in found]
    }


def _outcome(outcome: Suggestions | SuggestionError) -> dict[str, Any]:
    if isinstance(outcome, SuggestionError):
        return {"suggestions": {}, "problem": outcome.message}
    return {"suggestions": {group: [_one(one) for one in ones] for group, ones in outcome.items()}}


def _one(one: Suggestion) -> dict[str, Any]:
    return {
        "iri": one.iri.value,
        "code": one.code,
        "label": dict(one.labels.pairs),
        "score": one.score,
        "words": list(one.words),
    }
