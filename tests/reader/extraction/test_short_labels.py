"""Texts of targets: a page gives a target neither a name nor a definition, whatever it prints under its number."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.assembly import read_known
from gcmgraph.repository.layout import Repository
from gcmreader.documents.reading import read_document
from gcmreader.extraction.extract import Extractor

ADDRESSES = Addresses()
ROOT = Path(__file__).parents[3]


def test_a_page_gives_a_target_no_text() -> None:
    repository = Repository(ROOT)
    target = IRI(ADDRESSES.thing("sdg", "10.7"))
    extractor = Extractor(list(read_known(repository, ADDRESSES)), ADDRESSES)
    document = read_document(ROOT / "data" / "sources" / "objective-09.fr.md")
    stated = {
        (quad.predicate, quad.object.language)
        for quad in extractor.extract(document, preferred={(target, "fr"): "Migrations sûres"}).quads
        if quad.subject == target and isinstance(quad.object, Literal) and quad.object.language
    }
    assert stated == set()
