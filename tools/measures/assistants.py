"""Questions of `questions.json`, and a client of `/mcp` that answers each by its script, without a model.

    python -m tools.measures.assistants http://127.0.0.1:8080/ [--update | --queries]

Prints each question whose answer differs from that in `questions.json`; exit status 1 then.
`--update` derives the answers anew from the server's graph and writes them into the file: after
data were added. `docs/mcp.md` describes the members of a question.

`--queries` measures `find_examples` by the questions of `questions_of_people.json` instead: how
many have a query that answers them in first place, also with its parameters, and among five; of the
half held apart, only the numbers.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcmgraph.rdf.namespaces import Addresses

FILE = Path(__file__).parents[2] / "tests" / "web" / "questions.json"

#: Questions in people's words, each with the queries that answer it.
PEOPLE = FILE.with_name("questions_of_people.json")


@dataclass(frozen=True)
class Call:
    """A call of a tool. A text argument `$1` is the first result of the first call, and so on."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A question.

    Its answer is a set of short forms and texts, or the reason why it is not known here.
    """

    id: str
    language: str
    question: str
    answer: tuple[str, ...]
    reason: str | None
    #: SELECT ?answer: the answer, from the statements alone; no rows where it is not known
    derivation: str
    calls: tuple[Call, ...]
    #: how the answer is read from the last result (`client.read_answer`)
    read: dict[str, Any]


def read_questions() -> list[Question]:
    """All questions, in order."""
    return [_question(row) for row in json.loads(FILE.read_text("utf-8"))]


def _question(one: dict[str, Any]) -> Question:
    calls = tuple(Call(call["tool"], call["arguments"]) for call in one["calls"])
    answer = tuple(one["answer"])
    return Question(
        one["id"],
        one["language"],
        one["question"],
        answer,
        one["reason"],
        one["derivation"],
        calls,
        one["read"],
    )


#: Calls a tool: its name and arguments, to the text of the answer.
CallTool = Callable[[str, dict[str, Any]], str]

#: The reason of an empty answer, and the number of rows of a table.
_REASON = re.compile(r"Not known here: ([a-z ]+)\.")
_ROWS = re.compile(r"^(?:Rows [\d,]+ to [\d,]+ of )?([\d,]+)(?: rows?)?(?:;.*)?\.$", re.MULTILINE)

#: A value in a description: a label with its short form, or a text with its language.
_VALUE = re.compile(
    r"^  - (?:“.*” \(([^ ]+)\)(?: \(inferred\))?|(.*?)(?: \[[a-z-]+\])?)(?: — sources [\d, ]+)?$",
    re.MULTILINE,
)
_PAGE = re.compile(r"^\d+\. .*, page (\d+)", re.MULTILINE)


def over_http(url: str) -> CallTool:
    """Calls by the protocol of 2026-07-28."""
    version, prefix = "2026-07-28", "io.modelcontextprotocol"
    meta = {f"{prefix}/protocolVersion": version, f"{prefix}/clientCapabilities": {}}

    def call(tool: str, arguments: dict[str, Any]) -> str:
        params = {"name": tool, "arguments": arguments, "_meta": meta}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "MCP-Protocol-Version": version,
            "Mcp-Method": "tools/call",
            "Mcp-Name": tool,
        }
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            result = json.loads(response.read())["result"]
        if result["isError"]:
            raise ValueError(f"{tool}: {result['content'][0]['text']}")
        return str(result["content"][0]["text"])

    return call


def answer(question: Question, call: CallTool) -> tuple[set[str], str | None]:
    """The answer by the script, or the reason why it is not known here."""
    texts: list[str] = []
    for step in question.calls:
        texts.append(call(step.tool, _filled(step.arguments, texts)))
        if reason := _REASON.search(texts[-1]):
            return set(), reason[1]
    return read_answer(texts[-1], question.read), None


def read_answer(text: str, read: dict[str, Any]) -> set[str]:
    """The answer in the text of the last call.

    `column` reads a column of a table, of the rows with the values of `where` or of the first row
    alone (`first`); `count` the number of rows; `values` the values of a described property,
    `pages` the pages that support it.
    """
    match read:
        case {"column": str(column)}:
            found = rows(text)
            where = read.get("where", {})
            chosen = [
                row for row in found if all(row[name] == value for name, value in where.items())
            ]
            return {row[column] for row in (chosen[:1] if read.get("first") else chosen)}
        case {"count": True}:
            count = _ROWS.search(text)
            return {count[1].replace(",", "")} if count else set()
        case {"values": True}:
            return {labelled or plain for labelled, plain in _VALUE.findall(text)}
        case {"pages": True}:
            return set(_PAGE.findall(text))
        case {}:  # of a question whose answer is not known here
            return {"an answer"}


def rows(text: str) -> list[dict[str, str]]:
    """The table after the first blank line of an answer."""
    table = text.partition("\n\n")[2].partition("\n\n")[0]
    return list(csv.DictReader(table.splitlines()))


def _filled(value: Any, texts: list[str]) -> Any:
    """Arguments with the first results of earlier calls in place of `$1` to `$9`."""
    if isinstance(value, dict):
        return {name: _filled(one, texts) for name, one in value.items()}
    if isinstance(value, str) and (reference := re.fullmatch(r"\$(\d)", value)):
        return next(iter(rows(texts[int(reference[1]) - 1])[0].values()))
    return value


@dataclass(frozen=True)
class FilledQuery:
    """A query of the library with values of its parameters."""

    name: str
    parameters: dict[str, str]

    def equals(self, other: FilledQuery) -> bool:
        """Whether both are one query with the same values, in short form or not."""
        return self.name == other.name and self._values() == other._values()

    def _values(self) -> dict[str, str]:
        return {name: value.rpartition(":")[2] for name, value in self.parameters.items()}


@dataclass(frozen=True)
class PeoplesQuestion:
    """A question in people's words, the filled queries that answer it (none has), and whether it is held apart."""

    text: str
    held: bool
    answers: tuple[FilledQuery, ...]


def peoples_questions() -> list[PeoplesQuestion]:
    """The questions that a query of the library answers, in order."""
    read = [
        PeoplesQuestion(
            one["question"],
            one["held"],
            tuple(FilledQuery(answer["query"], answer["parameters"]) for answer in one["answers"]),
        )
        for one in json.loads(PEOPLE.read_text("utf-8"))
    ]
    return [question for question in read if question.answers]


@dataclass
class QueryScore:
    """Number of questions, and of those whose query is first, first with its parameters, among the first five."""

    questions: int = 0
    first: int = 0
    filled: int = 0
    among_five: int = 0

    def add(self, question: PeoplesQuestion, offered: list[FilledQuery]) -> bool:
        """Count a question with the queries that were found for it; whether a right one is first."""
        names = {answer.name for answer in question.answers}
        is_first = bool(offered) and offered[0].name in names
        self.questions += 1
        self.first += is_first
        self.filled += bool(offered) and any(
            offered[0].equals(answer) for answer in question.answers
        )
        self.among_five += any(query.name in names for query in offered)
        return is_first


#: Finds the queries for a question.
FindQueries = Callable[[str], list[FilledQuery]]


def score_queries(find: FindQueries) -> dict[str, QueryScore]:
    """The scores of both halves; prints the questions of the tuned half whose first query is another."""
    scores = {"tuned": QueryScore(), "held apart": QueryScore()}
    for question in peoples_questions():
        offered = find(question.text)
        half = "held apart" if question.held else "tuned"
        if not scores[half].add(question, offered) and not question.held:
            print(
                f"{question.text}\n  expected {question.answers[0].name}\n  got {[query.name for query in offered]}"
            )
    return scores


#: The call of `run_query` in an answer of `find_examples`.
_RUN = re.compile(r"^  run_query (\{.*\})$", re.MULTILINE)


def offered_queries(text: str) -> list[FilledQuery]:
    """The filled queries of an answer of `find_examples`."""
    calls = [json.loads(call) for call in _RUN.findall(text)]
    return [FilledQuery(call["name"], call["parameters"]) for call in calls]


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="address of a server")
    parser.add_argument("--update", action="store_true", help="derive the answers anew")
    parser.add_argument("--queries", action="store_true", help="measure find_examples")
    given = parser.parse_args()
    base = given.url.rstrip("/")
    if given.queries:
        call = over_http(f"{base}/mcp")
        scores = score_queries(
            lambda text: offered_queries(call("find_examples", {"question": text}))
        )
        for half, score in scores.items():
            print(f"{half}: {score}")
        return 0
    if given.update:
        update(base)
    call = over_http(f"{base}/mcp")
    wrong = 0
    for question in read_questions():
        found = answer(question, call)
        if found != (set(question.answer), question.reason):
            wrong += 1
            print(
                f"{question.id}: {question.question}\n  expected {question.reason or question.answer}\n  got {found}"
            )
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
    request = urllib.request.Request(
        f"{base}/sparql", form, {"Accept": "application/sparql-results+json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        results = json.loads(response.read())["results"]["bindings"]
    values = [row["answer"] for row in results]
    addresses = Addresses()
    return sorted(
        {addresses.short_form(v["value"]) if v["type"] == "uri" else v["value"] for v in values}
    )


if __name__ == "__main__":
    sys.exit(main())
