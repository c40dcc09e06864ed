"""Files and folders are written whole or not at all, and leave nothing beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.files import make_folder, write_file, write_link, writing


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_replaces_an_earlier_one(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        write_file(tmp_path / "a", data)
        assert (tmp_path / "a").read_bytes() == data
    assert names(tmp_path) == ["a"]


def test_an_error_while_writing_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"one")

    def fail() -> None:
        with writing(tmp_path / "a") as file:
            file.write(b"tw")
            assert (tmp_path / "a").read_bytes() == b"one"
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fail()
    assert (tmp_path / "a").read_bytes() == b"one"
    assert names(tmp_path) == ["a"]


def test_a_folder_is_not_made_below_a_file(tmp_path: Path) -> None:
    make_folder(tmp_path / "a/b")
    make_folder(tmp_path / "a/b")
    write_file(tmp_path / "a/b/c", b"")
    for below in ("a/b/c", "a/b/c/d"):
        with pytest.raises(NotADirectoryError):
            make_folder(tmp_path / below)


def test_a_link_replaces_an_earlier_one(tmp_path: Path) -> None:
    for target in ("one", "two"):
        write_link(tmp_path / "a", Path(target))
        assert (tmp_path / "a").readlink() == Path(target)
    write_file(tmp_path / "b", b"")
    (tmp_path / "c").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_link(tmp_path / "c", Path("one"))
    assert names(tmp_path) == ["a", "b", "c"]
