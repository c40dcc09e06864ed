"""The prose check: its samples, its sources of text, and violations planted in files of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import prose

TABLE = prose.read_table()
SAMPLES = prose.tomllib.loads(prose.TABLE.read_text("utf-8"))["rule"]

HEADER = 'documents = ["docs"]\ncode = ["src"]\nstrings = ["src/texts.py"]\nnames = ["tests"]\n'
HEADER += 'identifiers = ["src"]\n'
RULES = """
[[identifier]]
names = "found one"
instead = "the noun"

[[rule]]
name = "kept"
pattern = 'is kept'
instead = "stored"
bad = []
good = []

[[rule]]
name = "headless"
scope = "opening"
pattern = 'What\\b'
instead = "a noun"
bad = []
good = []

[[rule]]
name = "pronoun"
scope = "whole"
pattern = 'It\\.'
instead = "the noun"
bad = []
good = []
"""


def violated_rules(docstring: str) -> list[str]:
    """Names of the rules that a docstring violates."""
    text = prose.Text(Path("x.py"), 1, docstring)
    return [finding.rule.name for finding in prose.findings([text], TABLE.rules)]


def test_a_rule_matches_its_bad_samples_and_no_good_one() -> None:
    assert SAMPLES
    for rule in SAMPLES:
        assert rule["bad"]
        assert rule["good"]
        assert [
            sample for sample in rule["bad"] if rule["name"] not in violated_rules(sample)
        ] == []
        assert [sample for sample in rule["good"] if rule["name"] in violated_rules(sample)] == []


def repository(root: Path, files: dict[str, str]) -> prose.Table:
    """A table over a small repository with these files."""
    for folder in ("docs", "src", "tests"):
        (root / folder).mkdir()
    for name, text in {"src/texts.py": "", "prose.toml": HEADER + RULES, **files}.items():
        (root / name).write_text(text, "utf-8")
    return prose.read_table(root / "prose.toml", root)


PLANTED = {
    "docs/a.md": ("# Title\n\nGood.\nEach version is\nkept here. Good.\n", [(4, "kept")]),
    "src/a.py": ('"""What it is."""\n', [(1, "headless")]),
    "src/b.py": ('"""Good.\n\nEach is kept.\n"""\n', [(3, "kept")]),
    "src/c.py": (
        "x = 1\n# Each value is\n# kept.\ny = 2  # What remains\n",
        [(2, "kept"), (4, "headless")],
    ),
    "src/d.py": ("def f():\n    #: It.\n    pass\n", [(2, "pronoun")]),
    "src/e.py": (
        "def one(_found):\n    for found in (): rows_found = 1\n",
        [(1, "the name 'one'"), (1, "the name '_found'"), (2, "the name 'found'")],
    ),
    "src/texts.py": (
        'x = {"y": "It.", "z": f"{x} is kept there"}\n',
        [(1, "pronoun"), (1, "kept")],
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_found_on_its_line(tmp_path: Path, name: str) -> None:
    text, expected = PLANTED[name]
    failing, warned = prose.check(repository(tmp_path, {name: text}))
    assert sorted((each.line, each.rule.name) for each in failing) == sorted(expected)
    assert {each.path for each in failing} == {tmp_path / name}
    assert not warned


UNCHECKED = {
    "docs/b.md": 'Before: "This one\nis kept."\n',
    "docs/a.md": "`is kept` and “is kept”, [label](is-kept.md)\n\n> A source: this is kept.\n\n```\nis kept\n```\n",
    "src/a.py": '"""What is a graph? An answer."""\n',
    "src/b.py": 'x = "It.", "this is kept"\n',
    "src/texts.py": 'x = ("What", "kept", "It", "Good words.")\n',
    "tests/a.py": '"""What is kept."""\n',
}


def test_quotations_and_other_files_are_not_checked(tmp_path: Path) -> None:
    for number, (name, text) in enumerate(UNCHECKED.items()):
        (tmp_path / str(number)).mkdir()
        assert prose.check(repository(tmp_path / str(number), {name: text})) == ([], [])
    (tmp_path / "names").mkdir()
    failing, warned = prose.check(
        repository(tmp_path / "names", {"tests/a.py": "def test_it_is_kept(): ...\n"})
    )
    assert (failing, len(warned)) == ([], 1)


def test_exit_statuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.py"
    for text, status in (('"""Good."""\n', 0), ('"""What remains."""\n', 1)):
        file.write_text(text, "utf-8")
        assert prose.main([str(file)]) == status
    assert "headless clause: write a noun of the field" in capsys.readouterr().out
    assert prose.main([str(tmp_path / "none.py")]) == 2
