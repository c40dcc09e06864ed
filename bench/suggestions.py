"""Measure suggestions: the share of practices whose objective, actions and countries are among those suggested.

    python -m bench.suggestions [--store var/store] [--out bench/results/suggestions.json]

The text of a practice is its title, description and results as published. The practices of one objective are held out
at a time: `labels` is the suggester, which reads no texts of practices, so that nothing changes for it; `practices`
adds the texts of the other objectives' practices to theirs, with a weight. Practices that are parts of another, such
as the measure of one country, are left out: their texts repeat that of the whole. Half a minute.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.publication.suggestions.ranking import Ranking
from gcmgraph.publication.suggestions.suggester import GROUPS, Suggester
from gcmgraph.publication.suggestions.words import stems
from gcmgraph.settings import Settings
from gcmgraph.store.opening import open_dataset
from gcmgraph.store.port import Store

#: Languages of the texts; the last is all three together.
LANGUAGES: tuple[tuple[str, ...], ...] = (("en",), ("fr",), ("es",), ("en", "fr", "es"))

#: Weight of a word of a practice beside one of a label, in the comparison.
WEIGHT = 0.2

#: Objectives among which the right one is searched: the number that is suggested.
FIRST = GROUPS["objectives"]


@dataclass(frozen=True)
class Practice:
    """A published practice: its text by language, and what is stated of it, by group of suggestions."""

    iri: IRI
    texts: dict[str, str]
    stated: dict[str, frozenset[IRI]]

    def text(self, languages: Iterable[str]) -> str:
        """Its text in some languages."""
        return "\n".join(self.texts.get(language, "") for language in languages)

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
    subjects = {t.subject for t in store.triples(predicate=v("rdf:type"), object=v("gcm:Practice"))} - parts
    for iri in sorted((one for one in subjects if isinstance(one, IRI)), key=lambda one: one.value):
        texts: dict[str, list[str]] = {}
        for curie in ("dct:title", "dct:description", "gcm:outcome"):
            literals = (t.object for t in store.triples(iri, v(curie)))
            for value in sorted({(one.language or "", one.value) for one in literals if isinstance(one, Literal)}):
                texts.setdefault(value[0], []).append(value[1])
        stated = {
            group: frozenset(t.object for t in store.triples(iri, v(curie)) if isinstance(t.object, IRI))
            for group, curie in _PROPERTIES.items()
        }
        if stated["objectives"]:
            found.append(Practice(iri, {tag: "\n".join(ones) for tag, ones in texts.items()}, stated))
    return found


def measure(store: Store, settings: Settings) -> dict[str, Any]:
    """The figures, by languages of the texts."""
    v = Vocabulary(settings.addresses)
    suggester, practices = Suggester(store, settings.addresses), practices_of(store, v)
    figures: dict[str, Any] = {"practices": len(practices), "labels": {}, "practices_added": {}, "found": {}}
    for languages in LANGUAGES:
        name = "+".join(languages)
        found = [suggester.suggest(one.text(languages)) for one in practices]
        ranks = [
            _rank([s.iri for s in suggestions["objectives"]], one.objective)
            for suggestions, one in zip(found, practices, strict=True)
        ]
        figures["labels"][name] = _shares(ranks)
        figures["practices_added"][name] = _shares(_ranks_with_practices(suggester, practices, languages))
        figures["found"][name] = {
            group: _recall([{s.iri for s in one[group]} for one in found], [one.stated[group] for one in practices])
            for group in _PROPERTIES
            if group != "objectives"
        }
    return figures


def _ranks_with_practices(suggester: Suggester, practices: list[Practice], languages: tuple[str, ...]) -> list[int]:
    ranks = []
    for held in sorted({one.objective for one in practices}, key=lambda iri: iri.value):
        documents = {iri: Counter(words) for iri, words in suggester.objective_words.items()}
        for one in practices:
            if one.objective != held:
                for word, count in Counter(stem for stem, _ in stems(one.text(languages))).items():
                    documents[one.objective][word] += WEIGHT * count  # type: ignore[assignment]
        ranking = Ranking(documents)
        for one in practices:
            if one.objective == held:
                text = Counter(stem for stem, _ in stems(one.text(languages)))
                ranks.append(_rank([ranked.iri for ranked in ranking.rank(text)[:FIRST]], held))
    return ranks


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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="var/store", help="folder of a store that was built")
    parser.add_argument("--out", type=Path, help="file for the figures")
    arguments = parser.parse_args()
    settings = Settings(store=arguments.store)
    store = open_dataset(settings.store, settings.addresses, settings.access).open_current()
    text = json.dumps(measure(store, settings), indent=1) + "\n"
    if arguments.out is None:
        print(text, end="")
    else:
        arguments.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
