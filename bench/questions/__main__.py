"""Answer the questions by their scripts: `python -m bench.questions http://127.0.0.1:8080/ [--update]`.

Prints each question whose answer differs from that in `questions.json`; exit status 1 then. `--update` derives the
answers anew from the server's graph and writes them into the file: after data were added.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.parse
import urllib.request

from bench.questions.client import answer, over_http
from bench.questions.question import FILE, Question, read_questions
from gcmgraph.namespaces import Addresses


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m bench.questions", description=__doc__)
    parser.add_argument("url", help="address of a server")
    parser.add_argument("--update", action="store_true", help="derive the answers anew")
    given = parser.parse_args()
    base = given.url.rstrip("/")
    if given.update:
        update(base)
    call = over_http(f"{base}/mcp")
    wrong = 0
    for question in read_questions():
        found = answer(question, call)
        if found != (set(question.answer), question.reason):
            wrong += 1
            print(f"{question.id}: {question.question}\n  expected {question.reason or question.answer}\n  got {found}")
    print(f"{len(read_questions()) - wrong} of {len(read_questions())} questions answered.")
    return 1 if wrong else 0


def update(base: str) -> None:
    """Write the derived answers into the file."""
    stored = json.loads(FILE.read_text("utf-8"))
    for one, question in zip(stored, read_questions(), strict=True):
        one["answer"] = derived(question, base)
    FILE.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")


def derived(question: Question, base: str) -> list[str]:
    """The answer by the query of the question, sorted."""
    form = urllib.parse.urlencode({"query": question.derivation}).encode()
    request = urllib.request.Request(f"{base}/sparql", form, {"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        results = json.loads(response.read())["results"]["bindings"]
    values = [row["answer"] for row in results]
    addresses = Addresses()
    return sorted({addresses.short_form(v["value"]) if v["type"] == "uri" else v["value"] for v in values})


if __name__ == "__main__":
    sys.exit(main())
