"""Files are written whole, or it is said why they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.errors import RdfSyntaxError
from gcmgraph.rdfio.media import write_whole


def test_a_file_is_written_whole_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    for data in (b"one", b"two"):
        write_whole(file, data)
        assert (file.read_bytes(), list(tmp_path.iterdir())) == (data, [file])


def test_a_place_where_nothing_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder, words in (("file", "Not a directory"), ("none", "No such file")):
        with pytest.raises(RdfSyntaxError, match=f"a.ttl: The file cannot be written: {words}"):
            write_whole(tmp_path / folder / "a.ttl", b"one")


def test_what_cannot_take_the_place_of_something_is_not_left_behind(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").mkdir()
    with pytest.raises(RdfSyntaxError, match="cannot be written: Is a directory"):
        write_whole(tmp_path / "a.ttl", b"one")
    assert [path.name for path in tmp_path.iterdir()] == ["a.ttl"]
