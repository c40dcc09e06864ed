"""Printed pages: numbers in other spellings, letters out of order, headings between actions, three languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_files import laid_out_pdf
from PIL import Image

from gcmgraph.platform.errors import DocumentError
from gcmgraph.sources.source_texts import BlockKind
from gcmreader.documents.outline import Outline
from gcmreader.documents.pdf.page_pictures import draw_pages
from gcmreader.documents.reading import parse_document
from gcmreader.documents.segmentation import segment

PAGES = {
    "en": ("Associated actions", "Example practices", "Relevant sustainable development goals", "All SDGs", "SDG"),
    "fr": ("Actions connexes", "Exemples de pratiques", "Objectifs de développement durable pertinents",
           "Tous les ODD", "ODD"),
    "es": ("ACCIONES CONEXAS", "EJEMPLOS DE PRÁCTICAS", "OBJETIVOS DE DESARROLLO SOSTENIBLE PERTINENTES",
           "Todos los ODS", "ODS"),
}  # fmt: skip


def outline_of(text: str, language: str) -> Outline:
    return segment(parse_document(text.encode(), name="page.md", slug="page"), language)


def goals_of(language: str, lines: str) -> Outline:
    return outline_of(f"**{PAGES[language][2]}**\n\n{lines}\n\n**10.7:** The rest", language)


@pytest.mark.parametrize("language", PAGES)
def test_sections_of_a_page_are_found_in_each_language(language: str) -> None:
    actions, practices, goals, _, goal = PAGES[language]
    outline = outline_of(
        f"**KEEP THE LISTS**\n**OF ALL DESKS**\n\n**{actions}**\n\n**a. Keep the lists** of the desk\n\n"
        f"**{practices}**\n\n**A desk of its own**\n\nThe desk was opened in 2019.\n\n"
        f"**{goals}**\n\n**{goal} 10: Reduced**\n\n**10.7:** Move\n",
        language,
    )
    assert [title.shown for title in outline.head.titles] == ["KEEP THE LISTS OF ALL DESKS"]
    assert [action.label and action.label.shown for action in outline.actions] == ["Keep the lists"]
    assert [practice.title.shown for practice in outline.practices] == ["A desk of its own"]
    assert ([g.number for g in outline.goals], [t.code for t in outline.targets]) == (
        [10],
        ["10.7"],
    )
    assert outline.not_understood == ()


@pytest.mark.parametrize("language", PAGES)
def test_all_goals_and_a_target_are_found_in_prose(language: str) -> None:
    *_, everything, goal = PAGES[language]
    outline = outline_of(
        f"**{PAGES[language][2]}**\n\n**{everything}**\n\n"
        f"The desk keeps to {goal} 3 and {goal} 17.14: what it is for.\n",
        language,
    )
    assert [g.number for g in outline.goals] == list(range(1, 18))
    assert [t.code for t in outline.targets] == ["17.14"]
    assert outline.targets[0].text is None
    assert (
        outline.document.text[outline.targets[0].span.start : outline.targets[0].span.end]
        == f"{goal} 17.14"
    )
    assert outline.not_understood == ()


def test_target_and_goal_are_found_in_each_spelling() -> None:
    for line, code in (
        ("**17:18:** Count", "17.18"), ("**▪10.2:** Count", "10.2"), ("▪10.2**:** Count", "10.2"),
        ("**10.2**: Count", "10.2"), ("16.b: Count", "16.b"), ("**10.C)** Count", "10.c"), ("10.7:Count", "10.7"),
    ):  # fmt: skip
        target = goals_of("en", line).targets[0]
        assert (target.code, target.text and target.text.shown) == (code, "Count")
    for line, number in (("**8 SDG: Work**", 8), ("**DS 16: Paz**", 16), ("**ODD 16 : Paix**", 16)):
        assert [goal.number for goal in goals_of("en", line).goals] == [number]
    time = goals_of(
        "en", "17:30 was the hour at which the desk closed, in winter and in summer, on every day."
    )
    assert [target.code for target in time.targets] == ["10.7"]


def actions(*lines: str) -> Outline:
    return outline_of("**Associated actions**\n\n" + "\n\n".join(lines), "en")


def test_letters_of_actions_are_read_and_misprints_reported() -> None:
    for lines, read, misprints in (
        (
            ("a. **Ask**, twice", "b. **Tell**, once", "c. **Go**, fast", "l. **Stop**, at last"),
            "abcd",
            [("l", "d")],
        ),
        (("c. **Ask**, twice", "d. **Tell**, once", "h. **Go**, fast"), "cdh", []),
        (
            ("a. **Ask** for all that they hold b) Tell them of the desk", "c. **Go**, fast"),
            "abc",
            [],
        ),
        (("a. **Ask** in the ways b) and c) of the list",), "a", []),
        (("a. **Ask** once b) Tell and bb) Ask",), "a", []),
        (("**a. Ask** for it", "**b.Tell all** of it"), "ab", []),
    ):
        outline = actions(*lines)
        assert "".join(action.letter for action in outline.actions) == read
        assert [(m.printed, m.read) for m in outline.misprints] == misprints


def test_heading_between_actions_is_no_action() -> None:
    outline = actions(
        "a. **Ask** for it;", "**Storms and floods of the north**", "b. **Tell** of it;"
    )
    assert [action.text.shown for action in outline.actions] == ["Ask for it;", "Tell of it;"]
    assert BlockKind.HEADING in [block.kind for block in outline.blocks[2:]]


def practices(text: str) -> list[str]:
    return [
        practice.title.shown
        for practice in outline_of(f"Example practices\n\n{text}\n", "en").practices
    ]


def test_titles_of_practices_are_found() -> None:
    assert practices("iPortal\n\niPortal is a website that the office of the north opened.") == [
        "iPortal"
    ]
    for bullet in (
        "▪ **The desk of the north:** it was opened.",
        "**▪ The desk of the north**",
        "**Desk:**",
    ):
        assert practices(
            f"**Desks**\n\nThe desks are two.\n\n{bullet}\n\nIt was opened in 2019."
        ) == ["Desks"]


def test_each_page_is_drawn_once(tmp_path: Path) -> None:
    file, folder = tmp_path / "objective-09.en.pdf", tmp_path / "pictures"
    file.write_bytes(laid_out_pdf([("body", "One line of text.")]))
    assert draw_pages(file, folder) == 1
    with Image.open(folder / "1.png") as picture:
        assert picture.convert("L").getextrema()[0] < 100  # letters on white
    assert [path.name for path in folder.iterdir()] == ["1.png"]
    assert draw_pages(file, folder) == 0  # it has its picture
    file.write_bytes(b"%PDF-1.7 damaged")
    with pytest.raises(DocumentError, match="cannot be drawn"):
        draw_pages(file, folder)
