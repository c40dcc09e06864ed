"""What the tests of validation share: a file with faults, and the report on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.validate import validate_files

FAULTY = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix x: <https://example.org/funding#> .

x:reference a dct:BibliographicResource ;
    dct:bibliographicCitation "UNODC, 2018" ;
    dct:date "s.d." .

x:amount a schema:MonetaryAmount ;
    schema:value "douze: 12 %, ou\\n::error::plus" .
"""


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "a file, with: marks.ttl"
    path.write_text(FAULTY, "utf-8")
    return path


@pytest.fixture
def report(faulty: Path, rules: Rules) -> Report:
    return validate_files([faulty], rules)
