"""The bench: its queries, synthetic graph, answers and figures."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from pyoxigraph import QueryBoolean

from bench.queries import REPEATED, TITLES, query_mix
from bench.report import BEGIN, END, PAGE, RESULTS, Figure, tables
from bench.sparql import Answer, agreeing
from bench.synthetic import Synthetic, beside, write_quads
from gcmgraph.publication.assembly import read_known
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.validation.report import Level
from gcmgraph.validation.rules import load_shapes
from gcmgraph.validation.validate import validate_dataset


def test_systems_that_differ_from_most() -> None:
    one, other = (Answer(1),), (Answer(2),)
    assert agreeing({"a": one, "b": one, "c": other}) == {
        "a": "",
        "b": "",
        "c": "differs from most systems",
    }
    assert all(agreeing({"a": one, "b": other}).values())
    assert agreeing({"a": one}) == {"a": ""}
    assert agreeing({"a": (Answer(fault="no answer"),)}) == {"a": "no answer"}


FOLDER = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def thousand(repository: Repository) -> Synthetic:
    return Synthetic(1_000, 1, repository, Addresses())


@pytest.fixture(scope="module")
def store(thousand: Synthetic, repository: Repository) -> Store:
    return Store.in_memory(chain(beside(repository, Addresses()), thousand.quads()))


def test_documented_queries() -> None:
    assert len(TITLES) == 8
    assert {path.stem for path in (FOLDER / "queries").glob("*.rq")} == set(TITLES)
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert [name for name in TITLES if f"`{name}`" not in readme] == []


def test_distinct_texts_of_queries(fifty: Synthetic) -> None:
    for query in query_mix(fifty):
        assert len(set(query.texts)) == len(query.texts), query.name
        assert "$" not in "".join(query.texts)
        assert len(query.samples) == min(REPEATED, len(query.texts))


def test_every_sample_has_an_answer(thousand: Synthetic, store: Store) -> None:
    for query in query_mix(thousand):
        for text in query.samples:
            found = store.engine.query(text)
            assert bool(found) if isinstance(found, QueryBoolean) else next(iter(found), None), text


ROOT = Path(__file__).parents[2]


@pytest.mark.exhaustive
def test_run_of_all_parts_without_other_systems(tmp_path: Path) -> None:
    parts = (
        "load",
        "sparql",
        "synthetic graph",
        "validation",
        "contributions",
        "decisions under load",
    )
    command = [
        sys.executable,
        "-m",
        "bench",
        "--practices",
        "20",
        "--seconds",
        "0.05",
        "--load-seconds",
        "10",
        "--systems",
    ]
    out = tmp_path / "run.json"
    done = subprocess.run(
        [*command, "--only", *parts, "--out", out],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    run = json.loads(out.read_text("utf-8"))
    assert run["parts"] == [*parts]
    assert run["failed"] == {}
    for figure in run["figures"]:
        assert figure["ours"] > 0, figure
        assert figure["fault"] == "", figure
        assert f"| {figure['work']} " in done.stdout
    assert "left out by --systems" in done.stdout
    assert PAGE.read_text("utf-8").count(BEGIN) == 1


@pytest.mark.exhaustive
def test_comparison_with_another_commit(tmp_path: Path) -> None:
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    if not head:
        pytest.skip("these files are no clone with commits")
    command = [sys.executable, "-m", "bench", "--against", head, "--practices", "20"]
    done = subprocess.run(
        [*command, "--folder", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1:-1] for line in done.stdout.splitlines()[2:]]
    cells = [[cell.strip() for cell in row] for row in rows]
    works = {row[0] for row in cells}
    kinds = ("lookup", "search (JSON)", "named query", "page of a practice", "page of a country")
    assert works >= {f"{kind}, CPU" for kind in kinds}
    assert all(float(row[4]) > 0 for row in cells)
    assert {row[2] for row in cells} == {head}
    assert list(tmp_path.iterdir()) == []


def test_unknown_commit_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--against", "0" * 40, "--folder", tmp_path]
    done = subprocess.run(
        [*command, "--practices", "20"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"no checkout of '{'0' * 40}':")


def test_published_tables_are_those_of_the_result() -> None:
    shown = PAGE.read_text("utf-8").split(BEGIN)[1].split(END)[0].strip()
    assert shown == tables(json.loads(RESULTS.read_text("utf-8")))


def test_verdicts() -> None:
    for figure, ratio, verdict in (
        (Figure("p", "w", "/s", 30.0, "peer", 10.0, at_least=2), 3.0, "reached"),
        (Figure("p", "w", "/s", 10.0, "peer", 10.0, at_least=2), 1.0, "missed"),
        (Figure("p", "w", "s", 2.0, "peer", 10.0, at_least=2), 5.0, "reached"),
        (Figure("p", "w", "s", 2.0, below=1), None, "missed"),
        (Figure("p", "w", "s", 0.5), None, ""),
        (Figure("p", "w", "/s", 30.0, "peer", None, at_least=2), None, "not measured"),
        (
            Figure("p", "w", "/s", 30.0, "peer", 10.0, at_least=2, fault="other rows"),
            3.0,
            "wrong: other rows",
        ),
    ):
        assert (figure.ratio, figure.verdict) == (ratio, verdict)


def written(data: Synthetic) -> bytes:
    out = io.BytesIO()
    write_quads(data.quads(), out)
    return out.getvalue()


def test_bytes_by_seed_and_size(fifty: Synthetic, repository: Repository) -> None:
    first = written(fifty)
    assert written(Synthetic(50, 1, repository, Addresses())) == first
    assert written(Synthetic(50, 2, repository, Addresses())) != first
    assert written(Synthetic(80, 1, repository, Addresses())).startswith(first)


def test_one_graph_for_each_triple(fifty: Synthetic, repository: Repository) -> None:
    times = Counter(quad.triple for quad in chain(beside(repository, Addresses()), fifty.quads()))
    assert [triple for triple, count in times.items() if count > 1] == []


def test_conformance_to_the_shapes(fifty: Synthetic, repository: Repository) -> None:
    shapes = load_shapes(repository, Addresses())
    dataset = [*read_known(repository, Addresses()), *fifty.quads()]
    report = validate_dataset(dataset, shapes)
    assert [result for result in report.results if result.level is Level.VIOLATION] == []
