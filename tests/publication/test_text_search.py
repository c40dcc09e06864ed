"""Search in longer texts: what is found, in which language, also without a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.text_file import TEXTS, make_text_file, stored_texts
from gcmgraph.publication.search.texts import TextIndex
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.web.browse.excerpts import excerpt

A = Addresses()
V = Vocabulary(A)
GRAPH = IRI(A.graph("curated"))


def described(number: int, **texts: str) -> list[Quad]:
    iri = IRI(A.thing("practice", f"p{number}"))
    return [Quad(iri, V("dct:description"), text(words, tag), GRAPH) for tag, words in texts.items()]


STORE = EmbeddedStore.in_memory(
    [
        *described(1, en="Training of border guards against smuggling.", es="Formación contra el tráfico ilícito."),
        *described(2, en="Smuggling, smuggling and again smuggling."),
        Quad(IRI(f"{A.thing('practice', 'p1')}#part"), V("dct:description"), text("smuggling", "en"), GRAPH),
    ]
)


def found(index: TextIndex, query: str, language: str = "en") -> list[str]:
    return [hit.iri.value.rpartition("/")[2] for hit in index.search(query, language, 10)]


def made(folder: Path) -> TextIndex:
    make_text_file(folder / TEXTS, stored_texts(STORE, A))
    return TextIndex(STORE, A, folder / TEXTS)


def damaged(folder: Path) -> TextIndex:
    (folder / TEXTS).write_bytes(b"no database" * 100)
    return TextIndex(STORE, A, folder / TEXTS)


@pytest.mark.parametrize("opened", [made, damaged, lambda _folder: TextIndex(STORE, A)])
def test_all_words_are_found_by_their_beginnings_without_accents(
    tmp_path: Path, opened: Callable[[Path], TextIndex]
) -> None:
    index = opened(tmp_path)
    assert found(index, "smuggl") == ["p2", "p1"]
    assert found(index, "border SMUGGLING") == ["p1"]
    assert found(index, "trafico formacion") == ["p1"]
    assert found(index, "nothing") == []
    assert found(index, '" OR (') == []
    assert index.count("smuggling") == 2
    (hit,) = index.search("ilicito", "en", 10)
    assert (hit.language, hit.text) == ("es", "Formación contra el tráfico ilícito.")


def test_an_excerpt_has_the_words_and_marks_them() -> None:
    pieces = excerpt("x " * 100 + "Tráfico ilícito de migrantes" + " y" * 200, "trafico")
    assert [piece.text for piece in pieces if piece.marked] == ["Tráfico"]
    words = "".join(piece.text for piece in pieces)
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert len(words) < 300
    assert excerpt("short", "none")[0].text == "short"
