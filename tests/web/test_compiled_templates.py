"""Compiled templates are kept beside compiled modules, and only used where compiling would give the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from gcmgraph.web.templating import bytecode_cache
from gcmgraph.web.templating.bytecode_cache import CompiledTemplates


class Compiler(Environment):
    """Counts what is compiled."""

    compiled = 0

    def _compile(self, source: str, filename: str) -> object:
        self.compiled += 1
        return super()._compile(source, filename)


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path


def compiled(text: str = "{% if true %}\nwhole{% endif %}\n", *, trim: bool = True) -> int:
    """How often a new process would compile a template, once it is rendered."""
    environment = Compiler(loader=DictLoader({"a.html": text}), trim_blocks=trim)
    environment.bytecode_cache = CompiledTemplates(environment)
    assert environment.get_template("a.html").render() == ("whole" if trim else "\nwhole")
    return environment.compiled


def kept(prefix: Path) -> list[Path]:
    return [path for path in prefix.rglob("*") if path.is_file()]


def test_a_template_is_compiled_once_for_all_processes(prefix: Path) -> None:
    assert [compiled(), compiled(), compiled()] == [1, 0, 0]
    (file,) = kept(prefix)
    assert file.name.startswith("template-")
    assert file.stat().st_mode & 0o666 == Path(bytecode_cache.__file__).stat().st_mode & 0o666  # as Python's own


def test_another_source_and_other_options_are_compiled_anew(prefix: Path) -> None:
    compiled()
    assert [compiled("{% if 1 %}\nwhole{% endif %}\n"), compiled(trim=False), compiled(trim=False)] == [1, 1, 0]
    assert len(kept(prefix)) == 1


@pytest.mark.parametrize("share", [0, 0.02, 0.5, 0.99])
def test_a_file_that_was_cut_is_written_anew(prefix: Path, share: float) -> None:
    compiled()
    (file,) = kept(prefix)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert [compiled(), compiled()] == [1, 0]
    assert file.read_bytes() == whole


def test_where_nothing_can_be_written_nothing_is_kept(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [compiled(), compiled()] == [1, 1]
    assert kept(prefix) == []
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (prefix / "file").touch()
    monkeypatch.setattr(sys, "pycache_prefix", str(prefix / "file"))
    assert [compiled(), compiled()] == [1, 1]
