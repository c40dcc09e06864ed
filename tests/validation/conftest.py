"""What the tests of validation share: the repository, and a file with two faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.files import validate_files
from gcmgraph.validation.report import Report
from gcmgraph.validation.shapes import Shapes, load_shapes

ROOT = Path(__file__).parents[2]

FAULTY = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix x: <https://example.org/funding#> .

x:reference a dct:BibliographicResource ;
    dct:bibliographicCitation "UNODC, 2018" ;
    dct:date "s.d." .

x:amount a schema:MonetaryAmount ;
    schema:value "douze: 12 %, ou\\n::error::plus" .
"""


@pytest.fixture(scope="session")
def repository() -> Repository:
    return Repository.find(str(ROOT))


@pytest.fixture(scope="session")
def shapes(repository: Repository) -> Shapes:
    return load_shapes(repository, Addresses())


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "a file, with: marks.ttl"
    path.write_text(FAULTY, "utf-8")
    return path


@pytest.fixture
def report(faulty: Path, repository: Repository) -> Report:
    return validate_files([faulty], repository, Addresses())
