"""Published readings against an annotation of five pages made without them (`held_out/*.json`).

    python -m tools.measures.published     # the table, and every difference

The annotator saw the documents alone. `optional` facts, on which two careful readers may differ,
count neither way. Rules: a fact is right where its value and role are the annotation's; it is
complete where it has a place in each language that the annotation lists.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gcmgraph.readings.files import ReviewedFact, ReviewedPage, ReviewedPractice, read_readings

FOLDER = Path(__file__).parents[2] / "tests" / "readings" / "held_out"
READINGS = Path(__file__).parents[2] / "data" / "readings"

#: Kinds of facts of practices, by the key of the annotation.
PLURAL = {"countries": "country", "dates": "date", "amounts": "amount", "results": "result"}


@dataclass
class Score:
    """Facts of one kind: right, wrong and missed."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def count(
        self, name: str, annotated: set[str], published: set[str], optional: set[str]
    ) -> None:
        """Count the values of a page or practice."""
        self.right += len(annotated & published)
        self.wrong += [f"{name} {value}" for value in sorted(published - annotated - optional)]
        self.missed += [f"{name} {value}" for value in sorted(annotated - published)]


def scores() -> dict[str, Score]:
    """The scores of all annotated pages by kind of fact."""
    kinds = {kind: Score() for kind in ("title", "target", "goal", *PLURAL.values())}
    pages = {page.objective: page for page in read_readings(READINGS).pages}
    for path in sorted(FOLDER.glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        page = pages[gold["objective"]]
        _compare_page(gold, page, kinds)
        practices = {practice.position: practice for practice in page.practices}
        for annotated in gold["practices"]:
            name = f"{page.objective}.{annotated['position']}"
            if practice := practices.get(annotated["position"]):
                _compare_practice(name, annotated, practice, kinds)
            else:
                kinds["title"].missed.append(name)
    return kinds


def _compare_page(gold: dict[str, Any], page: ReviewedPage, kinds: dict[str, Score]) -> None:
    for kind, published in (("target", page.targets), ("goal", page.goals)):
        codes, optional = {one.code for one in published}, set(gold.get("targets_optional", []))
        kinds[kind].count(f"{page.objective}", set(map(str, gold[f"{kind}s"])), codes, optional)


def _compare_practice(
    name: str, gold: dict[str, Any], practice: ReviewedPractice, kinds: dict[str, Score]
) -> None:
    read = {
        code: words for code, words in gold["title"].items() if words
    }  # the languages that the annotator had
    published = {
        f"{code} {_plain(placed.text)}" for code, placed in practice.title.items() if code in read
    }
    kinds["title"].count(
        name, {f"{code} {_plain(words)}" for code, words in read.items()}, published, set()
    )
    facts = [*practice.facts, *(fact for part in practice.parts for fact in part.facts)]
    stated = {one for fact in facts for one in _stated(fact)}
    for plural, kind in PLURAL.items():
        values = {(value, role) for found, value, role in stated if found == kind}
        _compare(name, kinds[kind], gold[plural], gold["optional"][plural], values)


def _compare(
    name: str,
    score: Score,
    annotated: list[dict[str, Any]],
    optional: list[dict[str, Any]],
    published: set[tuple[str, str]],
) -> None:
    """Match facts by value and role, or by one of the roles that the annotation names as as good."""
    left, seen = set(published), set[str]()
    groups = {
        entry["group"] for entry in annotated if "group" in entry and _matching(entry, published)
    }
    for entry in annotated:
        matches, group = _matching(entry, published), entry.get("group")
        if matches:
            left -= matches
            score.right += group is None or group not in seen
        elif group is None or group not in groups | seen:
            score.missed.append(
                f"{name} {_value(entry)} {entry.get('role') or entry.get('kind', '')}"
            )
        seen |= {group} - {None}
    for entry in optional:
        left -= _matching(entry, left)
    score.wrong += [f"{name} {value} {role}" for value, role in sorted(left)]


def _matching(entry: dict[str, Any], published: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The facts with the value of an entry and one of its roles; amounts and results have none."""
    alternatives = (*entry.get("alt_roles", ()), *entry.get("alt_kinds", ()))
    roles = {"", entry.get("role"), entry.get("kind"), *alternatives}
    return {(value, role) for value, role in published if value == _value(entry) and role in roles}


def _value(entry: dict[str, Any]) -> str:
    return " ".join(str(entry[key]) for key in ("iso", "value", "currency") if key in entry)


def _stated(fact: ReviewedFact) -> Iterator[tuple[str, str, str]]:
    """Kind, value and role of the countries, dates, amounts and numbers that a fact states."""
    match fact.key:
        case "country" | "origin" | "destination" | "donor":
            yield "country", str(fact.value), {"country": "in"}.get(fact.key, fact.key)
        case "corridor":
            yield from (("country", code, "corridor") for code in re.split("[->]", str(fact.value)))
        case "start" | "end":
            yield "date", str(fact.value), fact.key
        case "event":
            yield from (
                ("date", str(fact.value[key]), key) for key in ("start", "end") if key in fact.value
            )
        case "amount" | "cost":
            yield "amount", str(fact.value), ""
        case "funder" if "amount" in fact.fields:
            yield "amount", str(fact.fields["amount"]), ""
        case "result" | "planned":
            yield "result", str(fact.value["value"]), ""


def _plain(words: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", words).casefold() if c.isalnum())


def main() -> None:
    """Print the table, and every difference."""
    print(f"{'fact':10} {'P':>6} {'R':>6} right wrong missed")
    for kind, score in scores().items():
        wrong, missed = len(score.wrong), len(score.missed)
        precision, recall = (
            score.right / max(1, score.right + others) for others in (wrong, missed)
        )
        print(f"{kind:10} {precision:6.2f} {recall:6.2f} {score.right:5} {wrong:5} {missed:6}")
        for note in (*(f"+ {one}" for one in score.wrong), *(f"- {one}" for one in score.missed)):
            print(f"    {note}")


if __name__ == "__main__":
    main()
