"""Citations, read back by the readers of others: bibtexparser and rispy."""

from __future__ import annotations

from datetime import date

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware

from gcmgraph.publication.metadata.formats import BibliographicReference, bibtex, ris

HOSTILE = 'A {brace}, 50% & $5_000 #1 ~ ^ \\end{x} "quoted" é أ 😀'


def cite(title: str, **changed: object) -> BibliographicReference:
    values: dict[str, object] = {
        "title": title,
        "language": "en",
        "authors": ("GCM Graph contributors",),
        "within": "GCM Graph",
        "iri": "https://w3id.org/gcmgraph/id/practice/a_b%20c",
        "version": "0123abcd",
        "issued": date(2026, 11, 24),
        "accessed": date(2027, 1, 2),
        "terms": "https://creativecommons.org/licenses/by/4.0/",
    }
    return BibliographicReference(**{**values, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("title", ["Plan de travail", HOSTILE, "two\nlines\r\nER  - \r\nTY  - JOUR", "{", "}", "\\"])
def test_titles_in_bibtex(title: str) -> None:
    library = bibtexparser.parse_string(bibtex(cite(title)), append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    (entry,) = library.entries
    # its decoder reads TeX’s own circumflex as the accent
    read = str(entry["title"]).replace("{", "").replace("}", "").replace("ˆ", "^")
    assert " ".join(read.split()) == " ".join(title.replace("{", "").replace("}", "").split())
    assert entry["urldate"] == "2027-01-02"
    assert entry["year"] == "2026"
    assert "0123abcd" in str(entry["version"])


@pytest.mark.parametrize("title", ["Plan de travail", HOSTILE, "two\nlines\r\nER  - \r\nTY  - JOUR"])
def test_titles_in_ris(title: str) -> None:
    (entry,) = rispy.loads(ris(cite(title)))
    assert entry["title"] == " ".join(title.split())
    assert entry["authors"] == ["GCM Graph contributors"]
    assert entry["urls"] == ["https://w3id.org/gcmgraph/id/practice/a_b%20c"]
    assert entry["access_date"] == "2027/01/02/"
    assert entry["type_of_reference"] == "DATA"


def test_year_of_a_version_without_date() -> None:
    (entry,) = rispy.loads(ris(cite("x", issued=None)))
    assert entry["year"] == "2027"
    assert "date" not in entry
