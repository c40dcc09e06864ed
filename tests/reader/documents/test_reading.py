from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.errors import DocumentError
from gcmreader.documents.reading import parse_document, read_document
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
def test_file_that_is_no_text_is_refused(data: bytes, message: str, line: int | None) -> None:
    with pytest.raises(DocumentError, match=message.replace("+", r"\+")) as caught:
        parse_document(data, name="page.md", slug="page")
    assert caught.value.place is not None
    assert caught.value.place.source == "page.md"
    assert caught.value.place.line == line


def test_large_and_missing_files_are_refused(tmp_path: Path) -> None:
    page = tmp_path / "big.md"
    with page.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(DocumentError, match="larger than 2 MB"):
        read_document(page)
    with pytest.raises(DocumentError, match="cannot be read"):
        read_document(tmp_path / "none.md")


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (
            "This is a note on the use of the office and of the kitchen. It is for all of us to read and to keep.",
            "neither a guidance page.*Related actions",
            None,
        ),
        (
            "Objetivo 9\n\nUma resposta dos Estados ao tráfico, para que não sejam mais uma das vítimas.",
            "language that cannot be read yet.*English, Spanish, French",
            None,
        ),
        (
            f"{PAGE}b. **Use** the channels of the police and of the courts.\nb. **Share** the lists of all of them.\n",
            "more than one action 'b'",
            7,
        ),
    ],
)
def test_text_that_is_no_guidance_page_is_refused(text: str, message: str, line: int | None) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        segment(parse_document(text.encode(), name="page.md", slug="page"))
    assert caught.value.place is not None
    assert caught.value.place.line == line
