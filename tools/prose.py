"""Check the wording of documents, docstrings, comments, strings and identifiers by tools/prose.toml.

    python tools/prose.py          checked parts of the repository; exit status 1 where a rule is violated
    python tools/prose.py PATH…    all text of some files or folders, listed as checked or not

Findings are printed as `path:line: sentence`, followed by the rule and the replacement.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tools" / "prose.toml"

#: Parts of a text that quote code, data or addresses.
_QUOTED = re.compile(
    r'``[^`]+``|`[^`]*`|"(?:[^"\n]|\n(?!\s*\n)){1,300}"|“[^”]{1,300}”|«[^»]{1,300}»'
    r"|(?<=\]\()[^)\s]+|https?://\S+|(?m:^\s*>.*$)"
)
_FENCE = re.compile(r"^(\s*)(```|~~~).*?^\s*\2\s*$", re.MULTILINE | re.DOTALL)
_SENTENCE_END = re.compile(
    r"^#+ .*\n|[.!?](?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\.)\s)", re.MULTILINE
)
_NO_PATTERN = re.compile(r"(?!)")
_DEFINITION = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Rule:
    """A pattern to avoid and its replacement."""

    name: str
    pattern: re.Pattern[str]
    instead: str
    scope: str

    def matches(self, text: str) -> Iterator[int]:
        """Positions of the matches in a text without quotations."""
        if self.scope == "word":
            yield from (match.start() for match in self.pattern.finditer(text))
            return
        start = len(text) - len(text.lstrip())
        if self.scope == "whole":
            match = self.pattern.fullmatch(text.strip())
        else:
            end = _SENTENCE_END.search(text, start)
            is_question = end is not None and end[0] == "?"
            match = None if is_question else self.pattern.match(text, start)
        if match:
            yield start


@dataclass(frozen=True)
class Text:
    """A piece of prose of a file, with the line that it begins on."""

    path: Path
    line: int
    text: str


@dataclass(frozen=True)
class Finding:
    """A violation of a rule."""

    path: Path
    line: int
    sentence: str
    rule: Rule

    def __str__(self) -> str:
        path = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        return (
            f"{path}:{self.line}: {self.sentence}\n    {self.rule.name}: write {self.rule.instead}"
        )


@dataclass(frozen=True)
class Table:
    """The rules, the words that name nothing with what to write, and the paths of each check."""

    rules: tuple[Rule, ...]
    vague_names: dict[str, str]
    paths: dict[str, tuple[Path, ...]]


def read_table(file: Path = TABLE, root: Path = ROOT) -> Table:
    """Rules and checked paths of a table. Raises `ValueError` for a path that does not exist."""
    table = tomllib.loads(file.read_text("utf-8"))
    rules = tuple(_read_rule(rule) for rule in table["rule"])
    paths = {
        check: tuple(root / path for path in table[check])
        for check in ("documents", "code", "strings", "names", "identifiers")
    }
    for path in chain.from_iterable(paths.values()):
        if not path.exists():
            raise ValueError(
                f"{file}: {path.relative_to(root)} does not exist; name the place that it has moved to."
            )
    vague_names = {
        name: row["instead"] for row in table.get("identifier", []) for name in row["names"].split()
    }
    return Table(rules, vague_names, paths)


def _read_rule(rule: dict[str, str]) -> Rule:
    scope = rule.get("scope", "word")
    pattern = re.compile(
        rule["pattern"].replace(" ", r"\s+"), re.IGNORECASE if scope == "word" else 0
    )
    return Rule(rule["name"], pattern, rule["instead"], scope)


def files(paths: Iterable[Path], suffix: str) -> list[Path]:
    """Files with a suffix at or below some paths."""
    candidates: set[Path] = set()
    for path in paths:
        candidates.update(path.rglob(f"*{suffix}") if path.is_dir() else [path])
    return sorted(
        path for path in candidates if path.suffix == suffix and "node_modules" not in path.parts
    )


def document_texts(path: Path) -> Iterator[Text]:
    """The prose of a Markdown file, without fenced code."""
    yield Text(
        path, 1, _FENCE.sub(lambda block: "\n" * block[0].count("\n"), path.read_text("utf-8"))
    )


def code_texts(path: Path) -> Iterator[Text]:
    """Docstrings and comments of a Python file. Consecutive comment lines are one text."""
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _DEFINITION) and (docstring := _docstring(node)):
            yield Text(path, docstring.lineno, str(docstring.value))
    lines: list[str] = []
    begin = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        row, words = (
            token.start[0],
            re.sub(r"^#:?\s?|\b(?:noqa|type|fmt): ?\S+(?: - )?", "", token.string),
        )
        alone = not token.line[: token.start[1]].strip()
        if lines and alone and row == begin + len(lines):
            lines.append(words)
            continue
        if lines:
            yield Text(path, begin, "\n".join(lines))
        lines = [words]
        begin = row
    if lines:
        yield Text(path, begin, "\n".join(lines))


def string_texts(path: Path) -> Iterator[Text]:
    """Strings of a Python file that read as prose: several words, or one word with a full stop."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = list(ast.walk(tree))
    docstrings = {id(_docstring(node)) for node in nodes if isinstance(node, _DEFINITION)}
    pieces = {
        id(piece) for node in nodes if isinstance(node, ast.JoinedStr) for piece in node.values
    }
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                str(piece.value) if isinstance(piece, ast.Constant) else "…"
                for piece in node.values
            )
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings | pieces
        ):
            text = node.value
        else:
            continue
        if re.search(r"\w\s+\S*\w|^\w+\.$", text):
            yield Text(path, node.lineno, text)


def function_names(path: Path) -> Iterator[Text]:
    """Names of the functions of a Python file, as words."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Text(path, node.lineno, node.name.strip("_").replace("_", " "))


def vague_identifiers(path: Path, vague_names: dict[str, str]) -> Iterator[Finding]:
    """Values, parameters and functions of a Python file whose whole name is a vague one.

    A leading underscore does not count, a part of a longer name does not either: `_found` is
    vague, `found_rows` is not.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        name = _defined_name(node)
        instead = vague_names.get(name.strip("_"))
        if instead is not None:
            rule = Rule(f"the name '{name}'", _NO_PATTERN, instead, "identifier")
            yield Finding(path, node.lineno, name, rule)


def _defined_name(node: ast.AST) -> str:
    """The name that a node defines or assigns to, empty for all others."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.arg):
        return node.arg
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return node.id
    return ""


def findings(texts: Iterable[Text], rules: Sequence[Rule]) -> Iterator[Finding]:
    """Violations of the rules in some texts, in order."""
    for text in texts:
        plain = _QUOTED.sub(_blank, text.text)
        matches = [(position, rule) for rule in rules for position in rule.matches(plain)]
        for position, rule in sorted(matches, key=lambda match: match[0]):
            line = text.line + text.text.count("\n", 0, position)
            yield Finding(text.path, line, _sentence(text.text, position), rule)


def check(table: Table) -> tuple[list[Finding], list[Finding]]:
    """Findings in the checked parts of the repository: the failing ones, and those in names."""
    paths = table.paths
    texts = [
        *(text for path in files(paths["documents"], ".md") for text in document_texts(path)),
        *(text for path in files(paths["code"], ".py") for text in code_texts(path)),
        *(text for path in files(paths["strings"], ".py") for text in string_texts(path)),
    ]
    names = [text for path in files(paths["names"], ".py") for text in function_names(path)]
    words = [rule for rule in table.rules if rule.scope == "word"]
    failing = list(findings(texts, table.rules))
    for path in files(paths["identifiers"], ".py"):
        failing += vague_identifiers(path, table.vague_names)
    return failing, list(findings(names, words))


def check_paths(paths: Sequence[Path], table: Table) -> list[Finding]:
    """Findings in all documents, docstrings, comments, strings and identifiers at or below paths."""
    texts = [text for path in files(paths, ".md") for text in document_texts(path)]
    vague: list[Finding] = []
    for path in files(paths, ".py"):
        texts += [*code_texts(path), *string_texts(path)]
        vague += vague_identifiers(path, table.vague_names)
    return [*findings(texts, table.rules), *vague]


def _docstring(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> ast.Constant | None:
    first = node.body[0] if node.body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return first.value
    return None


def _blank(match: re.Match[str]) -> str:
    """A match with its characters blanked out and its line breaks retained."""
    return re.sub(r"[^\n]", "\x00", match[0])


def _sentence(text: str, position: int) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    start = max((end for end in ends if end <= position), default=0)
    end = min((end for end in ends if end > position), default=len(text))
    return " ".join(text[start:end].split())


def main(arguments: Sequence[str]) -> int:
    """Print the findings; exit status 1 where there are any, 2 for a table or path that cannot be read."""
    try:
        table = read_table()
        if missing := [path for path in arguments if not Path(path).exists()]:
            raise ValueError(f"{missing[0]} does not exist.")
    except (KeyError, ValueError, re.error) as error:
        print(error, file=sys.stderr)
        return 2
    failing, warned = (
        (check_paths([Path(p).resolve() for p in arguments], table), [])
        if arguments
        else check(table)
    )
    for finding in failing:
        print(finding)
    if warned:
        print(f"warning: {len(warned)} function names in tests use words of tools/prose.toml")
    return 1 if failing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
