"""Each example is exactly as wrong as its header says: focus node, path, constraint component, severity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.property_paths import path_text
from gcmgraph.rdf.shapes import SH
from gcmgraph.rdf.terms import Term
from gcmgraph.validation.report import Report, Result
from gcmgraph.validation.rules import Rules, Shapes
from gcmgraph.validation.validate import validate_dataset, validate_files

FOLDER = Path(__file__).parent
VALID = sorted(FOLDER.glob("*/valid-*.ttl"))
INVALID = sorted(FOLDER.glob("*/invalid-*.ttl"))
ADDRESSES = Addresses()


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def curie(term: Term) -> str:
    return ADDRESSES.compress(term.value) or term.value


def found(result: Result) -> tuple[str, str, str, str]:
    path = path_text(result.path, curie) if result.path else "-"
    return curie(result.focus), path, curie(result.component), curie(result.severity)


def by_shapes(report: Report) -> list[Result]:
    """What SHACL found; the other checks have tests of their own."""
    return [result for result in report.results if result.component.value.startswith(SH)]


def expected(path: Path) -> Counter[tuple[str, ...]]:
    marker = "# expects: "
    lines = path.read_text("utf-8").splitlines()
    return Counter(
        tuple(line.removeprefix(marker).split()) for line in lines if line.startswith(marker)
    )


def test_published_data_of_examples_conform(shapes: Shapes) -> None:
    assert validate_dataset(read_quads(FOLDER / "published.ttl"), shapes).results == ()


@pytest.mark.parametrize("path", VALID, ids=name)
def test_valid(path: Path, report_on: Callable[[Path], Report]) -> None:
    assert by_shapes(report_on(path)) == []


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_invalid(path: Path, report_on: Callable[[Path], Report]) -> None:
    report = report_on(path)
    assert expected(path), "state the expected results in the header"
    assert Counter(found(result) for result in by_shapes(report)) == expected(path)
    lines = path.read_text("utf-8").splitlines()
    for result in report.results:
        assert (result.place.source, result.place.line is None) == (str(path), False)
        # upwards from the line, the first one that is not indented begins the description of the
        # resource
        above = lines[: result.place.line]
        subject = next(
            line for line in reversed(above) if line and not line.startswith(" ")
        ).split()[0]
        assert subject.replace("\\", "") == curie(result.focus)


def test_named_resources_without_the_published_graph(rules: Rules) -> None:
    report = validate_files([FOLDER / "practice" / "valid-smallest.ttl"], rules)
    assert {found(result)[1] for result in by_shapes(report)} == {"gcm:objective", "gcm:country"}
