"""CITATION.cff, codemeta.json and .zenodo.json agree with the description of the dataset."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from gcmgraph.platform.errors import DataError
from gcmgraph.publication.assembly import assemble
from gcmgraph.publication.metadata.doi import require_valid_doi
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad
from gcmgraph.repository.layout import Repository
from shared import ROOT, copy_repository
from tools.citation_files import FILES, read_release

DOI = "10.5281/zenodo.1234"
ADDRESSES = Addresses()


def state_doi(repository: Repository, *identifiers: str) -> None:
    values = ", ".join(f'"{identifier}"' for identifier in identifiers)
    statement = f"<{ADDRESSES.base}dataset> <http://purl.org/dc/terms/identifier> {values} .\n"
    (repository.root / "data/curated/dataset.ttl").write_text(statement, "utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Repository:
    repository = copy_repository(tmp_path / "copy", small=True)
    for name in ("pyproject.toml", "CHANGELOG.md"):
        (repository.root / name).write_bytes((ROOT / name).read_bytes())
    return repository


@pytest.mark.parametrize("name", FILES)
def test_file_agrees_with_the_description_of_the_dataset(repository: Repository, name: str) -> None:
    written = (repository.root / name).read_text("utf-8")
    assert written == FILES[name](read_release(repository)), "run: python -m tools.citation_files"


def test_registered_doi_is_in_all_files(copy: Repository) -> None:
    state_doi(copy, DOI)
    release = read_release(copy)
    assert yaml.safe_load(FILES["CITATION.cff"](release))["doi"] == DOI
    assert json.loads(FILES[".zenodo.json"](release))["doi"] == DOI
    assert json.loads(FILES["codemeta.json"](release))["identifier"] == f"https://doi.org/{DOI}"


@pytest.mark.parametrize("text", ["10.5281", "zenodo.1234", f"https://doi.org/{DOI}", "10.1/x y"])
def test_build_refuses_an_identifier_that_is_no_doi(copy: Repository, text: str) -> None:
    state_doi(copy, text)
    with pytest.raises(DataError, match="is no DOI") as refused:
        assemble(copy, ADDRESSES)
    assert refused.value.place is not None
    assert refused.value.place.source == "data/curated/dataset.ttl"


def test_second_doi_is_refused() -> None:
    dataset = IRI(f"{ADDRESSES.base}dataset")
    identifier = IRI(ADDRESSES.expand("dct:identifier"))
    quads = [Quad(dataset, identifier, Literal(text), dataset) for text in (DOI, f"{DOI}5")]
    require_valid_doi(quads[:1], ADDRESSES)
    with pytest.raises(DataError, match="several DOIs"):
        require_valid_doi(quads, ADDRESSES)
