"""Printed pages: numbers in other spellings, letters out of order, headings between actions, three languages."""

from __future__ import annotations

import pytest

from gcmgraph.documents import BlockKind
from gcmreader.documents.parts import Outline
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
def test_the_sections_of_a_page_are_found(language: str) -> None:
    actions, practices, goals, _, goal = PAGES[language]
    outline = outline_of(
        f"**KEEP THE LISTS OF ALL DESKS**\n\n**{actions}**\n\n**a. Keep the lists** of the desk\n\n**{practices}**\n\n"
        f"**A desk of its own**\n\nThe desk was opened in 2019.\n\n"
        f"**{goals}**\n\n**{goal} 10: Reduced**\n\n**10.7:** Move\n",
        language,
    )
    assert [title.shown for title in outline.head.titles] == ["KEEP THE LISTS OF ALL DESKS"]
    assert [action.label and action.label.shown for action in outline.actions] == ["Keep the lists"]
    assert [practice.title.shown for practice in outline.practices] == ["A desk of its own"]
    assert ([g.number for g in outline.goals], [t.code for t in outline.targets]) == ([10], ["10.7"])
    assert outline.not_understood == ()


@pytest.mark.parametrize("language", PAGES)
def test_all_goals_are_relevant_where_the_page_says_so_and_a_target_that_its_prose_names(language: str) -> None:
    *_, everything, goal = PAGES[language]
    outline = outline_of(
        f"**{PAGES[language][2]}**\n\n**{everything}**\n\n"
        f"The desk keeps to {goal} 3 and {goal} 17.14: what it is for.\n",
        language,
    )
    assert [g.number for g in outline.goals] == list(range(1, 18))
    assert [t.code for t in outline.targets] == ["17.14"]
    assert outline.targets[0].text is None
    assert outline.document.text[outline.targets[0].span.start : outline.targets[0].span.end] == f"{goal} 17.14"
    assert outline.not_understood == ()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("**17:18:** Count", "17.18"),
        ("**▪10.2:** Count", "10.2"),
        ("▪10.2**:** Count", "10.2"),
        ("**10.2**: Count", "10.2"),
        ("16.b: Count", "16.b"),
        ("**10.C)** Count", "10.c"),
        ("10.7:Count", "10.7"),
    ],
)
def test_codes_of_targets_are_read_in_every_spelling(line: str, code: str) -> None:
    target = goals_of("en", line).targets[0]
    assert (target.code, target.text and target.text.shown) == (code, "Count")


@pytest.mark.parametrize(
    ("line", "number"),
    [("**8 SDG: Work**", 8), ("**DS 16: Paz**", 16), ("**ODD 16 : Paix**", 16), ("**SDG 10: reduced**", 10)],
)
def test_numbers_of_goals_are_read_in_every_spelling(line: str, number: int) -> None:
    assert [goal.number for goal in goals_of("en", line).goals] == [number]


def test_a_time_of_day_is_no_target() -> None:
    outline = goals_of("en", "17:30 was the hour at which the desk closed, in winter and in summer, on every day.")
    assert [target.code for target in outline.targets] == ["10.7"]


def actions(*lines: str) -> Outline:
    return outline_of("**Associated actions**\n\n" + "\n\n".join(lines), "en")


def letters(outline: Outline) -> str:
    return "".join(action.letter for action in outline.actions)


def test_the_last_action_under_a_later_letter_is_the_next_one() -> None:
    outline = actions("a. **Ask**, twice", "b. **Tell**, once", "c. **Go**, fast", "l. **Stop**, at last")
    assert letters(outline) == "abcd"
    assert [(m.printed, m.read) for m in outline.misprints] == [("l", "d")]


def test_letters_that_do_not_begin_with_a_stay_as_they_are() -> None:
    outline = actions("c. **Ask**, twice", "d. **Tell**, once", "h. **Go**, fast")
    assert (letters(outline), outline.misprints) == ("cdh", ())


def test_an_action_within_the_line_of_the_one_before_is_one_of_its_own() -> None:
    outline = actions("a. **Ask** for all that they hold b) Tell them of the desk", "c. **Go**, fast")
    assert letters(outline) == "abc"
    assert [action.text.shown for action in outline.actions[:2]] == [
        "Ask for all that they hold",
        "Tell them of the desk",
    ]


@pytest.mark.parametrize("tail", ["in the ways b) and c) of the list", "once b) Tell and bb) Ask"])
def test_a_letter_in_a_sentence_begins_no_action(tail: str) -> None:
    assert letters(actions(f"a. **Ask** {tail}")) == "a"


def test_a_heading_between_actions_belongs_to_none() -> None:
    outline = actions("a. **Ask** for it;", "**Storms and floods of the north**", "b. **Tell** of it;")
    assert [action.text.shown for action in outline.actions] == ["Ask for it;", "Tell of it;"]
    assert BlockKind.HEADING in [block.kind for block in outline.blocks[2:]]


def test_a_letter_without_a_space_after_it_begins_an_action() -> None:
    assert letters(actions("**a. Ask** for it", "**b.Tell all** of it")) == "ab"


def practices(text: str) -> list[str]:
    return [practice.title.shown for practice in outline_of(f"Example practices\n\n{text}\n", "en").practices]


def test_a_title_may_begin_like_a_product() -> None:
    assert practices("iPortal\n\niPortal is a website that the office of the north opened.") == ["iPortal"]


@pytest.mark.parametrize(
    "bullet", ["▪ **The desk of the north:** it was opened.", "**▪ The desk of the north**", "**Desk:**"]
)
def test_bold_bullets_are_no_titles(bullet: str) -> None:
    assert practices(f"**Desks**\n\nThe desks are two.\n\n{bullet}\n\nIt was opened in 2019.") == ["Desks"]


def test_a_title_on_several_lines_is_one() -> None:
    outline = outline_of("**KEEP THE LISTS**\n**OF ALL DESKS**\n\n**Associated actions**\n\na. **Ask** them", "en")
    assert [title.shown for title in outline.head.titles] == ["KEEP THE LISTS OF ALL DESKS"]
