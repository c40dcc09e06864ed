from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.errors import DocumentError
from gcmreader.documents.reading import MAX_BYTES, parse_document, read_document
from gcmreader.documents.segmentation import segment

PAGE = "Objective 9\n\nRelated actions\n\na. **Promote** the ratification of the protocol and its use.\n"


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"", "empty", None),
        (b" \n\t\r\n", "empty", None),
        ("Objectif 9\nRéunion".encode("latin-1"), "not UTF-8", 2),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "binary", None),
        (b"Objective 9\n\x07\n", "control character U+0007", 2),
    ],
)
def test_what_is_no_text_is_refused_in_a_clear_sentence(data: bytes, message: str, line: int | None) -> None:
    with pytest.raises(DocumentError, match=message.replace("+", r"\+")) as caught:
        parse_document(data, name="page.md", slug="page")
    assert caught.value.place is not None
    assert caught.value.place.source == "page.md"
    assert caught.value.place.line == line


def test_fifty_megabytes_are_refused_without_being_read_whole(tmp_path: Path) -> None:
    page = tmp_path / "big.md"
    with page.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(DocumentError, match="larger than 2 MB"):
        read_document(page)
    assert MAX_BYTES < 50 * 1024 * 1024


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        read_document(tmp_path / "none.md")


def test_a_text_without_the_expected_headings_is_refused() -> None:
    text = "This is a note on the use of the office and of the kitchen. It is for all of us to read and to keep."
    with pytest.raises(DocumentError, match="neither a guidance page") as caught:
        segment(parse_document(text.encode(), name="note.md", slug="note"))
    assert "Related actions" in str(caught.value)


def test_a_text_in_a_language_without_a_lexicon_is_refused() -> None:
    text = "Objetivo 9\n\nUma resposta dos Estados ao tráfico, para que não sejam mais uma das vítimas."
    with pytest.raises(DocumentError, match=r"language that cannot be read yet.*English, Spanish, French"):
        segment(parse_document(text.encode(), name="pt.md", slug="pt"))


def test_a_letter_used_twice_is_refused_with_its_line() -> None:
    text = PAGE + "b. **Use** the channels of the police and of the courts.\nb. **Share** the lists of all of them.\n"
    with pytest.raises(DocumentError, match="more than one action 'b'") as caught:
        segment(parse_document(text.encode(), name="page.md", slug="page"))
    assert caught.value.place is not None
    assert caught.value.place.line == 7
