"""Suggestions from the labels of the published graph. They are proposals: nothing states them anywhere.

Objectives are ranked by their titles, short titles and the short labels of their actions, in English, French and
Spanish together. Texts of published practices are not used: they made the ranking worse (`bench.suggestions`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gcmgraph.errors import GcmGraphError
from gcmgraph.extraction.entities.gazetteer import Gazetteer
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.suggestions.ranking import Ranked, Ranking
from gcmgraph.publication.suggestions.words import stems
from gcmgraph.shapes.texts import Texts
from gcmgraph.store.port import Store

#: Limit on the characters of a text.
LONGEST = 20_000

#: Groups of suggestions, and the limit of each.
GROUPS: Mapping[str, int] = {
    "objectives": 3, "actions": 5, "targets": 5, "countries": 10, "organisations": 10, "audiences": 5
}  # fmt: skip

#: Weight of the title of an objective beside the labels of its actions; of the objective of an action and a target.
_TITLE, _OBJECTIVE = 3, 0.5

#: Words that a text and a target share at least: the labels of targets are short and have many common words.
_SHARED = 2

_TARGET = re.compile(r"\b(?:SDG|ODD|ODS|[Tt]argets?|[Cc]ibles?|[Mm]etas?)\s+(\d{1,2}\.(?:\d{1,2}|[a-d]))\b")


class SuggestionError(GcmGraphError):
    """A text for which nothing can be suggested."""


@dataclass(frozen=True)
class Suggestion:
    """A resource that a text may be about, and the words of the text that speak for it.

    `score` orders the suggestions of one group; those of different groups or texts are not comparable.
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

    def __init__(self, published: Store, addresses: Addresses) -> None:
        self._v = v = Vocabulary(addresses)
        self._about: dict[IRI, list[Quad]] = {}
        kinds = {
            kind: self._read(published, v("rdf:type"), v(f"gcm:{kind}"))
            for kind in ("Objective", "Action", "SdgTarget", "Country", "Organisation")
        }
        audiences = self._read(published, v("skos:inScheme"), IRI(addresses.thing("concept", "audience")))
        labels = ("skos:prefLabel", "skos:altLabel")
        objectives = {iri: self._words(iri, _TITLE, *labels) for iri in kinds["Objective"]}
        actions = {iri: self._words(iri, 1, "skos:prefLabel") for iri in kinds["Action"]}
        self._objective_of = {iri: self._resources(iri, "gcm:objective") for iri in actions}
        for action, counts in actions.items():
            for objective in self._objective_of[action] & objectives.keys():
                objectives[objective] += counts
        self._targets_of = {iri: self._resources(iri, "gcm:relevantTarget") for iri in objectives}
        #: the words of each objective
        self.objective_words = objectives
        self._objectives, self._actions = Ranking(objectives), Ranking(actions)
        self._targets = Ranking({iri: self._words(iri, 1, *labels) for iri in kinds["SdgTarget"]})
        named = [quad for kind in ("Country", "Organisation") for iri in kinds[kind] for quad in self._about[iri]]
        self._names = Gazetteer.from_quads(named, v, ("gcm:Country", "gcm:Organisation"))
        self._audiences = [
            (iri, phrase) for iri in audiences for text in self._texts(iri, *labels) if (phrase := _phrase(text))
        ]
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

        actions = [supported(one, self._objective_of[one.iri]) for one in self._actions.rank(counts)]
        aims = {
            target: {iri for iri in by_objective if target in self._targets_of[iri]} for target in self._all_targets
        }
        targets = [
            supported(one, aims.get(one.iri, ())) for one in self._targets.rank(counts) if len(one.words) >= _SHARED
        ]
        ranked = {"objectives": objectives, "actions": _sorted(actions), "targets": _sorted(targets)}
        suggestions = {
            group: [
                self._suggestion(one.iri, one.score, dict.fromkeys(written[stem] for stem in one.words))
                for one in ones[: GROUPS[group]]
            ]
            for group, ones in ranked.items()
        }
        suggestions["targets"] = self._with_named_targets(text, suggestions["targets"])
        return {**suggestions, **self._named(text), "audiences": self._addressed(found)}

    @property
    def _all_targets(self) -> set[IRI]:
        return set().union(*self._targets_of.values())

    def _with_named_targets(self, text: str, targets: list[Suggestion]) -> list[Suggestion]:
        """The targets that a text names by their codes, before others."""
        named = {self._by_code[m[1]]: m[0] for m in _TARGET.finditer(text) if m[1] in self._by_code}
        best = max((one.score for one in targets), default=0.0)
        first = [self._suggestion(iri, best + 1, (words,)) for iri, words in named.items()]
        return [*first, *(one for one in targets if one.iri not in named)][: GROUPS["targets"]]

    def _named(self, text: str) -> Suggestions:
        """The countries and organisations whose names are in a text, the most frequent first."""
        found: dict[str, dict[IRI, list[str]]] = {"countries": {}, "organisations": {}}
        for mention in self._names.mentions(text):
            group = found["countries" if mention.is_country else "organisations"]
            group.setdefault(mention.iri, []).append(text[mention.start : mention.end])
        return {group: self._most(group, named) for group, named in found.items()}

    def _addressed(self, found: list[tuple[str, str]]) -> list[Suggestion]:
        """The audiences of which a label is in a text, word for word as words are compared."""
        named: dict[IRI, list[str]] = {}
        for iri, phrase in self._audiences:
            for start in range(len(found) - len(phrase) + 1):
                window = found[start : start + len(phrase)]
                if tuple(stem for stem, _ in window) == phrase:
                    named.setdefault(iri, []).append(" ".join(word for _, word in window))
        return self._most("audiences", named)

    def _most(self, group: str, named: Mapping[IRI, list[str]]) -> list[Suggestion]:
        ones = (self._suggestion(iri, len(words), dict.fromkeys(words)) for iri, words in named.items())
        return sorted(ones, key=lambda one: (-one.score, one.iri.value))[: GROUPS[group]]

    def _suggestion(self, iri: IRI, score: float, words: Iterable[str]) -> Suggestion:
        named = (quad.object for quad in self._about[iri] if quad.predicate == self._v("skos:prefLabel"))
        labels = Texts.of_terms(name for name in named if isinstance(name, Literal))
        return Suggestion(iri, self._code(iri), labels, round(score, 2), tuple(words))

    def _code(self, iri: IRI) -> str:
        codes = (self._v("skos:notation"), self._v("gcm:iso3"))
        found = (q.object.value for q in self._about[iri] if q.predicate in codes and isinstance(q.object, Literal))
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
            if quad.predicate in wanted and isinstance(quad.object, Literal) and quad.object.language in _LANGUAGES
        }

    def _words(self, iri: IRI, weight: int, *properties: str) -> Counter[str]:
        found = Counter(stem for text in sorted(self._texts(iri, *properties)) for stem, _ in stems(text))
        return Counter({stem: count * weight for stem, count in found.items()})

    def _resources(self, iri: IRI, curie: str) -> set[IRI]:
        found = (quad.object for quad in self._about[iri] if quad.predicate == self._v(curie))
        return {one for one in found if isinstance(one, IRI)}


#: Languages whose words are compared.
_LANGUAGES = frozenset({"en", "fr", "es"})


def _sorted(ranked: Iterable[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda one: (-one.score, one.iri.value))


def _phrase(label: str) -> tuple[str, ...]:
    return tuple(stem for stem, _ in stems(label))
