"""Published readings against an annotation of five pages made without them (`held_out/*.json`).

    python tests/readings/held_out_scores.py     # the table, and every difference

The annotator saw the documents alone. `optional` facts, on which two careful readers may differ, count neither way.
Rules: a fact is right where its value and role are the annotation's; it is complete where it has a place in each
language that the annotation lists.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gcmgraph.readings.files import ReviewedFact, ReviewedPage, ReviewedPractice, read_readings

FOLDER = Path(__file__).parent / "held_out"
READINGS = Path(__file__).parents[2] / "data" / "readings"

_ROLES = {"country": "in", "origin": "origin", "destination": "destination", "donor": "donor"}


@dataclass
class Score:
    """Facts of one kind: right, wrong and missed."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Right ones of those published."""
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        """Right ones of those annotated."""
        return self.right / max(1, self.right + len(self.missed))


def scores() -> dict[str, Score]:
    """The scores of all annotated pages by kind of fact."""
    kinds = {kind: Score() for kind in ("title", "target", "goal", "country", "date", "amount", "result")}
    pages = {page.objective: page for page in read_readings(READINGS).pages}
    for path in sorted(FOLDER.glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        page = pages[gold["objective"]]
        _compare_page(gold, page, kinds)
        for annotated in gold["practices"]:
            practice = next((p for p in page.practices if p.position == annotated["position"]), None)
            name = f"{page.objective}.{annotated['position']}"
            if practice is None:
                kinds["title"].missed.append(name)
            else:
                _compare_practice(name, annotated, practice, kinds)
    return kinds


def _compare_page(gold: dict[str, Any], page: ReviewedPage, kinds: dict[str, Score]) -> None:
    for kind, annotated, published in (
        ("target", set(gold["targets"]), {target.code for target in page.targets}),
        ("goal", {str(goal) for goal in gold["goals"]}, {goal.code for goal in page.goals}),
    ):
        optional = set(gold.get("targets_optional", []))
        _count(f"{page.objective}", kinds[kind], annotated, published, optional)


def _count(name: str, score: Score, annotated: set[str], published: set[str], optional: set[str]) -> None:
    score.right += len(annotated & published)
    score.wrong += [f"{name} {value}" for value in sorted(published - annotated - optional)]
    score.missed += [f"{name} {value}" for value in sorted(annotated - published)]


def _compare_practice(name: str, gold: dict[str, Any], practice: ReviewedPractice, kinds: dict[str, Score]) -> None:
    titles = {f"{code} {_plain(words)}" for code, words in gold["title"].items() if words}
    read = gold["title"]  # only in the languages that the annotator had
    published = {f"{code} {_plain(placed.text)}" for code, placed in practice.title.items() if read.get(code)}
    _count(name, kinds["title"], titles, published, set())
    facts = [*practice.facts, *(fact for part in practice.parts for fact in part.facts)]
    for kind, read, alternatives in (
        ("country", _countries, "alt_roles"),
        ("date", _dates, "alt_kinds"),
        ("amount", _amounts, "alt_kinds"),
        ("result", _results, "alt_kinds"),
    ):
        plural = {"country": "countries"}.get(kind, f"{kind}s")
        _compare(name, kinds[kind], gold[plural], gold["optional"][plural], set(read(facts)), kind, alternatives)


def _compare(
    name: str,
    score: Score,
    annotated: Iterable[dict[str, Any]],
    optional: Iterable[dict[str, Any]],
    published: set[tuple[str, str]],
    kind: str,
    alternatives: str,
) -> None:
    """Match facts by value and role, or by one of the roles that the annotation names as as good."""
    left = set(published)
    seen: set[str] = set()
    groups = {entry["group"] for entry in annotated if "group" in entry and _matching(entry, kind, alternatives, left)}
    for entry in annotated:
        matches = _matching(entry, kind, alternatives, published)
        group = entry.get("group")
        if matches:
            left -= matches
            score.right += group is None or group not in seen
        elif group is None or group not in groups | seen:
            score.missed.append(f"{name} {_value(entry, kind)} {entry.get('role') or entry.get('kind', '')}")
        if group is not None:
            seen.add(group)
    for entry in optional:
        left -= _matching(entry, kind, alternatives, left)
    score.wrong += [f"{name} {value} {role}" for value, role in sorted(left)]


def _matching(
    entry: dict[str, Any], kind: str, alternatives: str, published: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    roles = {entry.get("role") or entry.get("kind") or "", *entry.get(alternatives, ())}
    value = _value(entry, kind)
    return {(v, role) for v, role in published if v == value and (role in roles or kind in {"amount", "result"})}


def _value(entry: dict[str, Any], kind: str) -> str:
    if kind == "country":
        return str(entry["iso"])
    return f"{entry['value']} {entry['currency']}" if kind == "amount" else str(entry["value"])


def _countries(facts: list[ReviewedFact]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if fact.key in _ROLES:
            yield str(fact.value), _ROLES[fact.key]
        elif fact.key == "corridor":
            yield from ((code, "corridor") for code in re.split("[->]", str(fact.value)))


def _dates(facts: list[ReviewedFact]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if fact.key in {"start", "end"}:
            yield str(fact.value), fact.key
        elif fact.key == "event" and isinstance(fact.value, dict):
            yield from ((str(fact.value[key]), key) for key in ("start", "end") if key in fact.value)


def _amounts(facts: list[ReviewedFact]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if fact.key in {"amount", "cost"}:
            yield str(fact.value), {"amount": "budget", "cost": "cost or benefit per person"}[fact.key]
        elif fact.key == "funder" and "amount" in fact.fields:
            yield str(fact.fields["amount"]), "funder share"


def _results(facts: list[ReviewedFact]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if fact.key in {"result", "planned"} and isinstance(fact.value, dict):
            yield str(fact.value["value"]), ""


def _plain(words: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", words).casefold() if c.isalnum())


def main() -> None:
    """Print the table, and every difference."""
    print(f"{'fact':10} {'P':>6} {'R':>6} right wrong missed")  # noqa: T201
    for kind, score in scores().items():
        print(  # noqa: T201
            f"{kind:10} {score.precision:6.2f} {score.recall:6.2f} {score.right:5} {len(score.wrong):5} "
            f"{len(score.missed):6}"
        )
        for mark, names in (("+", score.wrong), ("-", score.missed)):
            for name in names:
                print(f"    {mark} {name}")  # noqa: T201


if __name__ == "__main__":
    main()
