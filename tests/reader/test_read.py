"""`gcmgraph read`: drafts of new pages, readings kept true to their documents, and a check that changes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gcmgraph.cli import main
from gcmgraph.repository.layout import Repository

PAGE = "objective-09.fr.md"


@pytest.fixture
def copy(small_repository: Repository, tmp_path: Path) -> Repository:
    """A repository of its own with one page read, to spoil."""
    shutil.copytree(small_repository.root, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "data" / "readings" / "objective-05")
    return Repository(tmp_path / "copy")


def read(repository: Repository, *arguments: object) -> Result:
    """Run the command on a repository, without fetched documents."""
    settings = ("--root", str(repository.root), "--sources", str(repository.root / "none"))
    return CliRunner().invoke(main, ["read", *map(str, arguments), *settings])


def test_check_of_the_repository_finds_nothing(repository: Repository) -> None:
    result = read(repository, "--check")
    assert result.exit_code == 0, result.output
    assert "1 documents checked, 0 to decide or correct." in result.output
    assert read(repository).exit_code == 2, "without documents"


def test_wrong_place_is_reported_by_a_check(copy: Repository) -> None:
    file = next(file for file in (copy.readings / "objective-09").glob("action-mondiale*.yaml"))
    text = file.read_text("utf-8")
    fact = text.partition("country: IRQ")[2].partition("fr: ")[2].partition("\n")[0]
    file.write_text(text.replace(fact, fact[:-4] + "0000"), "utf-8")
    before = {path: path.read_bytes() for path in copy.readings.rglob("*.yaml")}
    result = read(copy, "--check")
    assert result.exit_code == 1
    assert "(country): the document has other words at" in result.output
    assert {path: path.read_bytes() for path in copy.readings.rglob("*.yaml")} == before


def test_missing_fact_is_listed_until_its_own_practice_declines_it(copy: Repository) -> None:
    folder = copy.readings / "objective-09"
    file, other = (
        next(folder.glob(name)) for name in ("action-mondiale*.yaml", "plan-de-travail*.yaml")
    )
    text = file.read_text("utf-8")
    fact = "  - country: IRQ" + text.partition("  - country: IRQ")[2].partition("  - ")[0]
    file.write_text(text.replace(fact, ""), "utf-8")
    assert "declined:" not in other.read_text("utf-8")
    with other.open("a", encoding="utf-8") as end:
        end.write("declined:\n  - fr country IRQ\n")
    listed = read(copy, "--check")
    assert listed.exit_code == 1
    assert (
        "fr country IRQ (page 3, characters" in listed.output
        or "fr country IRQ (characters" in listed.output
    )
    with file.open("a", encoding="utf-8") as end:
        end.write(
            "declined:\n  - fr country IRQ\n" if "declined:" not in text else "  - fr country IRQ\n"
        )
    assert "fr country IRQ" not in read(copy, "--check").output


def test_words_become_places(copy: Repository) -> None:
    file = next(file for file in (copy.readings / "objective-09").glob("action-mondiale*.yaml"))
    text = file.read_text("utf-8")
    place = text.partition("country: IRQ")[2].partition("fr: ")[2].partition("\n")[0]
    file.write_text(text.replace(f"fr: {place}", 'fr: "République d’Iraq"'), "utf-8")
    result = read(copy, copy.root / "data" / "sources" / PAGE)
    assert result.exit_code == 0, result.output
    assert '"' not in file.read_text("utf-8").partition("country: IRQ")[2].partition("\n  - ")[0]
    assert read(copy, "--check").exit_code == 0


def test_page_without_reading_gets_a_draft(copy: Repository) -> None:
    shutil.rmtree(copy.readings / "objective-09")
    result = read(copy, copy.root / "data" / "sources" / PAGE)
    assert result.exit_code == 0, result.output
    assert result.output.count("written as a proposal") == 4
    page = (copy.readings / "objective-09" / "page.yaml").read_text("utf-8")
    assert "reviewed" not in page
    assert page.count("- action: ") == 6
    again = read(copy, copy.root / "data" / "sources" / PAGE)
    assert again.exit_code == 1
    assert "A text is empty." in again.output, "the editor's texts are still missing"
