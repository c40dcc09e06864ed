"""Score of the assistants' tools on GCM-QA, without a model: `python -m bench.questions URL` of a running server.

The first query that `find_examples` gives for a question is run with the values that it took from the question. An
answer is the set of all values of all columns, as text2sparql-client counts it; see docs/competency-questions.md.
"""

from __future__ import annotations

import argparse
import json
import urllib.error
import urllib.request
from pathlib import Path
from statistics import fmean
from typing import Any
from urllib.parse import urlencode

import yaml

FILE = Path(__file__).parents[1] / "data" / "benchmark" / "questions.yml"
LANGUAGES = ("en", "fr", "es")
SECONDS = 60


def f1(gold: set[str], answer: set[str]) -> float:
    """Harmonic mean of precision and recall.

    >>> f1({"a", "b"}, {"b", "c"})
    0.5
    """
    return 2 * len(gold & answer) / (len(gold) + len(answer))


def first_query(server: str, question: str) -> dict[str, Any] | None:
    """Name and parameters of the query that `find_examples` gives first, None for none."""
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "find_examples", "arguments": {"question": question}},
    }
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
    }
    request = urllib.request.Request(f"{server}/mcp", json.dumps(call).encode(), headers)
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        result = json.load(response)["result"]
    queries = result.get("structuredContent", {}).get("queries", [])
    return queries[0]["run"] if queries else None


def values(server: str, run: dict[str, Any]) -> set[str]:
    """All values of the answer to a named query; none if the server refuses the query."""
    address = f"{server}/queries/{run['name']}?{urlencode({**run['parameters'], 'format': 'json'})}"
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as response:
            rows = json.load(response)["results"]["bindings"]
    except urllib.error.HTTPError:
        return set()
    return {cell["value"] for row in rows for cell in row.values()}


def score(server: str, language: str, questions: list[dict[str, Any]]) -> dict[str, list[float]]:
    """F1 of each answerable question in a language, by kind."""
    scores: dict[str, list[float]] = {}
    for question in questions:
        gold = {cell for row in question["answer"] for cell in row if cell is not None}
        if not gold:
            continue
        run = first_query(server, question["question"][language])
        answer = values(server, run) if run else set()
        scores.setdefault(question["kind"], []).append(f1(gold, answer))
    return scores


def main() -> None:
    """Print the mean F1 of each language and kind."""
    parser = argparse.ArgumentParser(prog="bench.questions")
    parser.add_argument("server", help="address of a running server, such as http://127.0.0.1:8080")
    server = parser.parse_args().server.rstrip("/")
    questions = yaml.safe_load(FILE.read_text("utf-8"))["questions"]
    for language in LANGUAGES:
        scores = score(server, language, questions)
        scores_of_all_kinds = [number for numbers in scores.values() for number in numbers]
        print(
            f"{language}: {fmean(scores_of_all_kinds):.3f} of {len(scores_of_all_kinds)} questions"
        )
        for kind, numbers in sorted(scores.items()):
            print(f"  {kind}: {fmean(numbers):.3f} of {len(numbers)}")


if __name__ == "__main__":
    main()
