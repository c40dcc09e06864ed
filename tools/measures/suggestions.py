"""Measure suggestions: the share of practices whose objective, actions and countries are among those suggested.

    python -m tools.measures.suggestions [--store var/store] [--out FILE.json]

The text of a practice is its title, description and results as published. The suggester never knows
the published practices of the right objective: those of one objective are held out at a time.
Practices that are parts of another, such as the measure of one country, are left out: their texts
repeat that of the whole. Half a minute.

- `text`: the suggester for the text
- `with_type`: for the text with the names of the practice's types, as a form or spreadsheet has them
- `without_practices`: for the text, without published practices of any objective
- `titles_and_labels`: objectives ranked by their titles and the labels of their actions alone
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from gcmgraph.publication.suggestion_ranking import Ranked, SuggestionRanking, stems
from gcmgraph.publication.suggestions import GROUPS, Suggester, Suggestion
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.settings import Settings
from gcmgraph.store.port import Store

#: Languages of the texts; the last is all three together.
LANGUAGES: tuple[tuple[str, ...], ...] = (("en",), ("fr",), ("es",), ("en", "fr", "es"))

#: Weight of the titles of an objective beside the labels of its actions, in the comparison.
TITLE = 3

#: Objectives among which the right one is searched: the number that is suggested.
FIRST = GROUPS["objectives"]


#: Properties of practices by group of suggestions.
_PROPERTIES = {
    "objectives": "gcm:objective",
    "actions": "gcm:supportsAction",
    "countries": "gcm:country",
    "organisations": "gcm:involvesOrganisation",
    "audiences": "gcm:targetAudience",
}


@dataclass(frozen=True)
class Practice:
    """A published practice: its text by language, and its values by group of suggestions."""

    iri: IRI
    texts: dict[str, str]
    #: names of its types by language
    types: dict[str, str]
    values: dict[str, frozenset[IRI]]

    def text(self, languages: Iterable[str]) -> str:
        """Its text in some languages."""
        return "\n".join(self.texts.get(language, "") for language in languages)

    def text_with_types(self, languages: Iterable[str]) -> str:
        """Its text in some languages with the names of its types."""
        texts: list[str] = []
        for language in languages:
            texts += [self.texts.get(language, ""), self.types.get(language, "")]
        return "\n".join(texts)

    @property
    def objective(self) -> IRI:
        """The objective on whose page it is described."""
        return next(iter(self.values["objectives"]))


class PublishedPractices:
    """Practices of a dataset, and texts of its resources."""

    def __init__(self, store: Store, v: Vocabulary) -> None:
        self._store = store
        self._v = v

    def all(self) -> list[Practice]:
        """The practices with an objective that are not parts of another, in order."""
        parts = {triple.object for triple in self._store.triples(predicate=self._v("dct:hasPart"))}
        practices = []
        for iri in sorted(self.subjects("rdf:type", self._v("gcm:Practice")) - parts, key=str):
            values = {group: self._values(iri, curie) for group, curie in _PROPERTIES.items()}
            if values["objectives"]:
                types = sorted(self._values(iri, "dct:type"), key=str)
                texts = self.texts([iri], "dct:title", "dct:description", "gcm:outcome")
                type_names = self.texts(types, "skos:prefLabel")
                practices.append(Practice(iri, texts, type_names, values))
        return practices

    def subjects(self, curie: str, value: IRI) -> set[IRI]:
        """The resources with a value of a property."""
        triples = self._store.triples(predicate=self._v(curie), object=value)
        return {triple.subject for triple in triples if isinstance(triple.subject, IRI)}

    def _values(self, iri: IRI, curie: str) -> frozenset[IRI]:
        triples = self._store.triples(iri, self._v(curie))
        return frozenset(triple.object for triple in triples if isinstance(triple.object, IRI))

    def texts(self, iris: Iterable[IRI], *properties: str) -> dict[str, str]:
        """The texts of some properties of resources by language."""
        texts: dict[str, list[str]] = {}
        for iri, curie in product(iris, properties):
            values = {triple.object for triple in self._store.triples(iri, self._v(curie))}
            literals = [value for value in values if isinstance(value, Literal)]
            for literal in sorted(literals, key=lambda text: (text.language or "", text.value)):
                texts.setdefault(literal.language or "", []).append(literal.value)
        return {language: "\n".join(lines) for language, lines in texts.items()}


def measure(store: Store, settings: Settings) -> dict[str, Any]:
    """The figures, by languages of the texts."""
    published = PublishedPractices(store, Vocabulary(settings.addresses))
    practices = published.all()
    objectives = {practice.objective for practice in practices}
    suggesters = {
        objective: Suggester(store, settings.addresses, [objective]) for objective in objectives
    }
    without_practices = Suggester(store, settings.addresses, objectives)
    labels = _titles_and_labels(published, Vocabulary(settings.addresses))
    figures: dict[str, Any] = {"practices": len(practices), "found": {}}
    for languages in LANGUAGES:
        suggestions = []
        ranked: dict[str, list[Sequence[Suggestion | Ranked]]] = {}
        for practice in practices:
            suggester = suggesters[practice.objective]
            text = practice.text(languages)
            groups = suggester.suggest(text)
            suggestions.append(groups)
            with_type = suggester.suggest(practice.text_with_types(languages))
            for kind, objectives_of_kind in (
                ("text", groups["objectives"]),
                ("with_type", with_type["objectives"]),
                ("without_practices", without_practices.suggest(text)["objectives"]),
                ("titles_and_labels", labels.rank(_words(text))[:FIRST]),
            ):
                ranked.setdefault(kind, []).append(objectives_of_kind)
        name = "+".join(languages)
        for kind, objectives_by_practice in ranked.items():
            figures.setdefault(kind, {})[name] = _shares(objectives_by_practice, practices)
        figures["found"][name] = {
            group: _recall(suggestions, practices, group)
            for group in _PROPERTIES
            if group != "objectives"
        }
    return figures


def _words(text: str) -> Counter[str]:
    return Counter(stem for stem, _ in stems(text))


def _titles_and_labels(published: PublishedPractices, v: Vocabulary) -> SuggestionRanking:
    """The ranking of objectives by their titles and the labels of their actions alone."""
    all_actions = published.subjects("rdf:type", v("gcm:Action"))
    documents: dict[IRI, Counter[str]] = {}
    for objective in published.subjects("rdf:type", v("gcm:Objective")):
        titles = published.texts([objective], "skos:prefLabel", "skos:altLabel")
        actions = published.subjects("gcm:objective", objective) & all_actions
        labels = published.texts(actions, "skos:prefLabel")
        lines: list[str] = []
        for language in LANGUAGES[-1]:
            lines += [*[titles.get(language, "")] * TITLE, labels.get(language, "")]
        documents[objective] = _words("\n".join(lines))
    return SuggestionRanking(documents)


def _shares(
    objectives_by_practice: Sequence[Sequence[Suggestion | Ranked]], practices: Sequence[Practice]
) -> dict[str, float]:
    """The share of practices whose objective is the first one, or one of those suggested."""
    first = 0
    among_suggested = 0
    for objectives, practice in zip(objectives_by_practice, practices, strict=True):
        iris = [objective.iri for objective in objectives]
        first += iris[:1] == [practice.objective]
        among_suggested += practice.objective in iris
    return {
        "first": round(first / len(practices), 3),
        "among_three": round(among_suggested / len(practices), 3),
    }


def _recall(
    suggestions: Sequence[Mapping[str, Sequence[Suggestion]]],
    practices: Sequence[Practice],
    group: str,
) -> dict[str, float | int]:
    """Of the values of practices, the share that is suggested; of the suggestions, the share that is right.

    Practices without a value in the group are left out.
    """
    counted = 0
    right = 0
    values = 0
    suggested = 0
    for groups, practice in zip(suggestions, practices, strict=True):
        values_of_practice = practice.values[group]
        if not values_of_practice:
            continue
        iris = {suggestion.iri for suggestion in groups[group]}
        counted += 1
        right += len(iris & values_of_practice)
        values += len(values_of_practice)
        suggested += len(iris)
    return {
        "practices": counted,
        "recall": round(right / max(1, values), 3),
        "precision": round(right / max(1, suggested), 3),
    }


def main() -> None:
    """Print the figures as JSON, or write them to a file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", default="var/store", help="folder of a store that was built")
    parser.add_argument("--out", type=Path, help="file for the figures")
    arguments = parser.parse_args()
    settings = Settings(store=arguments.store)
    store = open_dataset(settings.location).open_current()
    text = json.dumps(measure(store, settings), indent=1) + "\n"
    if arguments.out is None:
        print(text, end="")
    else:
        arguments.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
