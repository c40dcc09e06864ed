"""Texts of targets beside the editors' short labels: a name in a language is one, the official text a definition."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.documents.reading import read_document
from gcmgraph.extraction.extract import Extractor
from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.assembly import read_known
from gcmgraph.repository.layout import Repository

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
ROOT = Path(__file__).parents[2]


def test_the_text_of_a_target_with_a_short_label_is_its_definition() -> None:
    repository = Repository(ROOT)
    target = IRI(ADDRESSES.thing("sdg", "10.7"))
    extractor = Extractor(list(read_known(repository, ADDRESSES)), ADDRESSES)
    document = read_document(ROOT / "data" / "sources" / "objective-09.fr.md")
    stated = {
        (quad.predicate, quad.object.language)
        for quad in extractor.extract(document, preferred={(target, "fr"): "Migrations sûres"}).quads
        if quad.subject == target and isinstance(quad.object, Literal) and quad.object.language
    }
    assert stated == {(V("skos:definition"), "fr")}
