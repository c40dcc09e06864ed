"""Texts of the practices of a file that somebody sends for suggestions."""

from __future__ import annotations

from gcmgraph.publication.practice_texts import MAX_PRACTICES, practice_texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.store.port import Store


def test_only_the_first_practices_of_a_file_are_read() -> None:
    vocabulary = Vocabulary(Addresses())
    statements = []
    for number in range(MAX_PRACTICES + 1):
        practice = IRI(f"https://example.org/{number}")
        title = Literal(f"Practice {number}", language="en")
        statements += [
            Quad(practice, vocabulary("rdf:type"), vocabulary("gcm:Practice")),
            Quad(practice, vocabulary("dct:title"), title),
        ]
    texts = practice_texts(statements, Addresses(), Store.in_memory([]))
    assert [text.text for text in texts] == [f"Practice {n}" for n in range(100)]
