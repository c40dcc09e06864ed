"""Write the files that describe this repository to others, from the description of the dataset.

    python -m tools.citation_files

- CITATION.cff (https://citation-file-format.github.io), for GitHub and reference managers
- codemeta.json (https://codemeta.github.io), for registers of software
- .zenodo.json (https://developers.zenodo.org/#deposit-metadata), for a deposit at Zenodo
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import yaml

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.publication.metadata.dcat import KEYWORDS
from gcmgraph.publication.metadata.doi import RESOLVER, doi_of_dataset, require_valid_doi
from gcmgraph.publication.metadata.void import DESCRIPTION, LICENCE, TITLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.repository.layout import Repository, read_graph
from gcmgraph.store.port import Store
from gcmgraph.translations import SOURCE_LANGUAGE

ADDRESSES = Addresses()
DATASET = f"{ADDRESSES.base}dataset"

#: Names of the licence of the data: in the list of SPDX, and at Zenodo.
SPDX = {"https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0"}[LICENCE]


@dataclass(frozen=True)
class Release:
    """The facts in all files."""

    author: str
    version: str
    #: day of the release, by the changelog
    day: str
    #: licence of the program, in the list of SPDX
    program_licence: str
    python: str
    doi: str | None

    @property
    def keywords(self) -> list[str]:
        """The keywords of the dataset, in English."""
        return [keyword.in_language(SOURCE_LANGUAGE) for keyword in KEYWORDS]


def read_release(repository: Repository) -> Release:
    """The facts of a repository. Raises `DataError` for a version without a day, and an invalid DOI."""
    root = repository.root
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    heading = re.search(rf"^## \[{re.escape(project['version'])}\] - (\S+)$", changelog, re.M)
    if heading is None:
        raise DataError(
            f"There is no heading of version {project['version']} with its day.",
            place=Place("CHANGELOG.md"),
            hint="Add '## [VERSION] - YYYY-MM-DD', or correct the version in pyproject.toml.",
        )
    curated = list(read_graph(repository.curated, IRI(ADDRESSES.graph("curated")), ADDRESSES))
    require_valid_doi(curated, ADDRESSES)
    return Release(
        author=_author(repository),
        version=project["version"],
        day=heading[1],
        program_licence=project["license"],
        python=project["requires-python"],
        doi=doi_of_dataset(Store.in_memory(curated), ADDRESSES),
    )


def _author(repository: Repository) -> str:
    """The creator of the ontology, as in citations of the dataset."""
    ontology = read_graph(repository.ontology, IRI(ADDRESSES.graph("ontology")), ADDRESSES)
    creator = IRI(ADDRESSES.expand("dct:creator"))
    return next(
        quad.object.value
        for quad in ontology
        if quad.predicate == creator
        and isinstance(quad.object, Literal)
        and quad.object.language == SOURCE_LANGUAGE
    )


def citation_cff(release: Release) -> str:
    """CITATION.cff, version 1.2.0."""
    document: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": "Please cite the dataset; each page of it has the citation of what it shows.",
        "type": "dataset",
        "title": TITLE,
        "abstract": DESCRIPTION.in_language(SOURCE_LANGUAGE),
        "authors": [{"name": release.author}],
        "version": release.version,
        "date-released": release.day,
        "license": SPDX,
        "url": DATASET,
        "keywords": release.keywords,
    }
    if release.doi:
        document["doi"] = release.doi
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


def codemeta(release: Release) -> str:
    """codemeta.json, version 2.0: the program."""
    return _json(
        {
            "@context": "https://doi.org/10.5063/schema/codemeta-2.0",
            "@type": "SoftwareSourceCode",
            "name": TITLE,
            "description": DESCRIPTION.in_language(SOURCE_LANGUAGE),
            "identifier": f"{RESOLVER}{release.doi}" if release.doi else DATASET,
            "version": release.version,
            "dateModified": release.day,
            "license": f"https://spdx.org/licenses/{release.program_licence}",
            "author": [{"@type": "Organization", "name": release.author}],
            "keywords": release.keywords,
            "programmingLanguage": "Python",
            "runtimePlatform": f"Python {release.python}",
            "url": ADDRESSES.base,
        }
    )


def zenodo(release: Release) -> str:
    """.zenodo.json: a deposit of the dataset."""
    document: dict[str, object] = {
        "upload_type": "dataset",
        "title": TITLE,
        "description": DESCRIPTION.in_language(SOURCE_LANGUAGE),
        "creators": [{"name": release.author}],
        "version": release.version,
        "publication_date": release.day,
        "license": SPDX.lower(),
        "keywords": release.keywords,
        "related_identifiers": [
            {"identifier": DATASET, "relation": "isIdenticalTo", "resource_type": "dataset"}
        ],
    }
    if release.doi:
        document["doi"] = release.doi
    return _json(document)


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


FILES = {"CITATION.cff": citation_cff, "codemeta.json": codemeta, ".zenodo.json": zenodo}


def main() -> None:
    """Write the three files."""
    repository = Repository.find()
    release = read_release(repository)
    for name, make in FILES.items():
        Path(repository.root / name).write_text(make(release), "utf-8")


if __name__ == "__main__":
    try:
        main()
    except DataError as error:
        sys.exit(f"{error}")
