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
from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True)
class Practice:
    """A published practice: its text by language, and what is stated of it, by group of suggestions."""

    iri: IRI
    texts: dict[str, str]
    types: dict[str, str]
    stated: dict[str, frozenset[IRI]]

    def text(self, languages: Iterable[str], *, typed: bool = False) -> str:
        """Its text in some languages, or with the names of its types."""
        texts = (self.texts, self.types) if typed else (self.texts,)
        return "\n".join(some.get(language, "") for language in languages for some in texts)

    @property
    def objective(self) -> IRI:
        """The objective on whose page it is described."""
        return next(iter(self.stated["objectives"]))


_PROPERTIES = {
    "objectives": "gcm:objective", "actions": "gcm:supportsAction", "countries": "gcm:country",
    "organisations": "gcm:involvesOrganisation", "audiences": "gcm:targetAudience",
}  # fmt: skip


def practices_of(store: Store, v: Vocabulary) -> list[Practice]:
    """The practices with an objective that are not parts of another, in order."""
    found = []
    parts = {triple.object for triple in store.triples(predicate=v("dct:hasPart"))}
    subjects = {
        t.subject for t in store.triples(predicate=v("rdf:type"), object=v("gcm:Practice"))
    } - parts
    for iri in sorted((one for one in subjects if isinstance(one, IRI)), key=lambda one: one.value):
        stated = {
            group: frozenset(
                t.object for t in store.triples(iri, v(curie)) if isinstance(t.object, IRI)
            )
            for group, curie in _PROPERTIES.items()
        }
        types = sorted(
            {t.object for t in store.triples(iri, v("dct:type")) if isinstance(t.object, IRI)},
            key=str,
        )
        if stated["objectives"]:
            texts = _texts(store, v, [iri], "dct:title", "dct:description", "gcm:outcome")
            found.append(Practice(iri, texts, _texts(store, v, types, "skos:prefLabel"), stated))
    return found


def _texts(store: Store, v: Vocabulary, iris: Iterable[IRI], *properties: str) -> dict[str, str]:
    """The texts of some properties by language."""
    texts: dict[str, list[str]] = {}
    for iri, curie in product(iris, properties):
        literals = (t.object for t in store.triples(iri, v(curie)))
        for tag, text in sorted(
            {(one.language or "", one.value) for one in literals if isinstance(one, Literal)}
        ):
            texts.setdefault(tag, []).append(text)
    return {tag: "\n".join(ones) for tag, ones in texts.items()}


def measure(store: Store, settings: Settings) -> dict[str, Any]:
    """The figures, by languages of the texts."""
    v = Vocabulary(settings.addresses)
    practices = practices_of(store, v)
    objectives = {one.objective for one in practices}
    held_out = {
        objective: Suggester(store, settings.addresses, [objective]) for objective in objectives
    }
    alone, labels = Suggester(store, settings.addresses, objectives), _titles_and_labels(store, v)
    figures: dict[str, Any] = {"practices": len(practices), "found": {}}
    for languages in LANGUAGES:
        name = "+".join(languages)
        found = [held_out[one.objective].suggest(one.text(languages)) for one in practices]
        typed = [
            held_out[one.objective].suggest(one.text(languages, typed=True)) for one in practices
        ]
        ranked: dict[str, list[Sequence[Suggestion | Ranked]]] = {
            "text": [one["objectives"] for one in found],
            "with_type": [one["objectives"] for one in typed],
            "without_practices": [
                alone.suggest(one.text(languages))["objectives"] for one in practices
            ],
            "titles_and_labels": [
                labels.rank(_words(one.text(languages)))[:FIRST] for one in practices
            ],
        }
        for kind, ones in ranked.items():
            ranks = [
                _rank([s.iri for s in some], one.objective)
                for some, one in zip(ones, practices, strict=True)
            ]
            figures.setdefault(kind, {})[name] = _shares(ranks)
        figures["found"][name] = {
            group: _recall(
                [{s.iri for s in one[group]} for one in found],
                [one.stated[group] for one in practices],
            )
            for group in _PROPERTIES
            if group != "objectives"
        }
    return figures


def _words(text: str) -> Counter[str]:
    return Counter(stem for stem, _ in stems(text))


def _titles_and_labels(store: Store, v: Vocabulary) -> SuggestionRanking:
    """The ranking of objectives by their titles and the labels of their actions alone."""
    documents: dict[IRI, Counter[str]] = {}
    for triple in store.triples(predicate=v("rdf:type"), object=v("gcm:Objective")):
        objective = triple.subject
        if isinstance(objective, IRI):
            actions = {
                t.subject for t in store.triples(predicate=v("gcm:objective"), object=objective)
            }
            actions &= {
                t.subject for t in store.triples(predicate=v("rdf:type"), object=v("gcm:Action"))
            }
            titles = _texts(store, v, [objective], "skos:prefLabel", "skos:altLabel")
            labels = _texts(
                store, v, (one for one in actions if isinstance(one, IRI)), "skos:prefLabel"
            )
            texts = [
                "\n".join([*[titles.get(tag, "")] * TITLE, labels.get(tag, "")])
                for tag in LANGUAGES[-1]
            ]
            documents[objective] = _words("\n".join(texts))
    return SuggestionRanking(documents)


def _rank(found: list[IRI], right: IRI) -> int:
    """The position of the right one, from 1; 0 where it is not found."""
    return found.index(right) + 1 if right in found else 0


def _shares(ranks: list[int]) -> dict[str, float]:
    return {
        "first": round(sum(rank == 1 for rank in ranks) / len(ranks), 3),
        "among_three": round(sum(rank > 0 for rank in ranks) / len(ranks), 3),
    }


def _recall(found: list[set[IRI]], stated: list[frozenset[IRI]]) -> dict[str, float | int]:
    """Of what is stated, the share that is suggested; of what is suggested, the share that is stated."""
    pairs = [(one, right) for one, right in zip(found, stated, strict=True) if right]
    both = sum(len(one & right) for one, right in pairs)
    return {
        "practices": len(pairs),
        "recall": round(both / max(1, sum(len(right) for _, right in pairs)), 3),
        "precision": round(both / max(1, sum(len(one) for one, _ in pairs)), 3),
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
