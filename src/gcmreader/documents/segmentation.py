"""A `Document` to its `Outline`: which line belongs to which part.

The reader walks the lines once, knows in which section it is, and hands each line to that section's
reader. A line that no reader takes becomes a block `not-understood`; nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.sources.source_texts import Block, BlockKind, Document, Span
from gcmgraph.sources.text_views import View
from gcmreader.documents import headings
from gcmreader.documents.headings import DocumentSection
from gcmreader.documents.outline import (
    ActionItem,
    GoalHeading,
    Line,
    Misprint,
    ObjectiveHead,
    Outline,
    TargetLine,
)
from gcmreader.documents.practice_parts import segment_practices
from gcmreader.lexicon import detect_language, lexicon_for, readable_languages

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
#: Number of goals, for `All SDGs`.
_GOALS = 17
#: Fewest actions before one whose letter is taken for a misprint.
_FEWEST_LETTERS = 3
#: Longest line of the head, in characters, that is a title.
_LONGEST_TITLE = 250
#: Longest line of the goals' section, in characters, that is not prose without a full stop.
_LONGEST_LABEL = 100
#: A note at the foot of a page, as Markdown writes it.
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:\s")
_RULE = re.compile(r"\s*([-*_=])(?:\s*\1){2,}\s*")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_WHITE_SPACE = " \t\ufeff\u00a0\u200b\f\v\r\n"
#: The first clause of a text, of at least four words.
_FIRST_CLAUSE = re.compile(r"\W*(?:\S+\s+){3,}?[^\s,;:]+(?=[,;:])")


def segment(document: Document, language: str | None = None) -> Outline:
    """The outline of a document. Raises `DocumentError` where its kind is unknown.

    `language` is detected where it is not given; a text in a language that cannot be read is refused.
    """
    language = language or _language(document)
    reader = _Reader(document)
    lines = list(_lines(document, reader.blocks))
    for line, reader.following in zip_longest(lines, lines[1:]):
        reader.take(line)
    outline = reader.finish(language)
    if not outline.actions and not outline.practices and not outline.targets:
        examples = lexicon_for(language).fragment("headings", "example_headings")
        raise DocumentError(
            "This is neither a guidance page nor a text of the Compact: "
            "no actions, practices or SDG targets found.",
            place=Place(document.name),
            hint=f"Expected headings such as these: {examples}.",
        )
    return outline


def _language(document: Document) -> str:
    """The detected language. Raises `DocumentError` where it is unknown or cannot be read."""
    language = detect_language(_COMMENT.sub(" ", document.text))
    readable = readable_languages()
    if language in readable:
        return language
    message = "The language of the text cannot be recognised."
    if language:
        message = "The text is in a language that cannot be read yet."
    raise DocumentError(
        message,
        place=Place(document.name),
        hint=f"Documents in these languages are read: {', '.join(readable.values())}.",
    )


def _lines(document: Document, blocks: list[Block]) -> Iterator[Line]:
    """The lines outside comments; comments go to `blocks` as notes."""
    text = document.text
    for comment in _COMMENT.finditer(text):
        blocks.append(Block(BlockKind.NOTE, Span(*comment.span())))
    text_without_comments = _COMMENT.sub(_blanked, text)
    after_blank = True
    for match in _LINE.finditer(text_without_comments):
        content = match[0].strip(_WHITE_SPACE)
        if content:
            start = match.start() + match[0].index(content)
            end = start + len(content)
            yield Line(Span(start, end), text[start:end], after_blank)
        after_blank = not content


def _blanked(comment: re.Match[str]) -> str:
    """A comment with a space in place of each character, so that offsets remain."""
    return re.sub(r"\S", " ", comment[0])


def _outermost(blocks: list[Block]) -> Iterator[Block]:
    """The blocks in order, without a comment inside a text that goes on after the comment."""
    end = 0
    for block in sorted(blocks, key=lambda block: (block.span.start, -block.span.end)):
        if block.span.end > end:
            yield block
            end = block.span.end


@dataclass(frozen=True)
class _Action:
    """An action: its letter, its span with and without the letter, and whether a bold label is open."""

    letter: str
    span: Span
    #: offset after the letter
    content: int
    is_bold: bool

    @property
    def content_span(self) -> Span:
        """The span after the letter."""
        return Span(self.content, self.span.end)


@dataclass(frozen=True)
class _Target:
    """A target: its code, its span, and the offset after the code."""

    code: str
    span: Span
    content: int


@dataclass
class _Reader:
    """State of the walk through a document."""

    document: Document
    section: DocumentSection = DocumentSection.HEAD
    #: the line after the one that is taken
    following: Line | None = None
    blocks: list[Block] = field(default_factory=list)
    number: int | None = None
    number_spans: list[Span] = field(default_factory=list)
    titles: list[View] = field(default_factory=list)
    commitment: list[Span] = field(default_factory=list)
    actions: list[_Action] = field(default_factory=list)
    practice_lines: list[Line] = field(default_factory=list)
    goals: list[GoalHeading] = field(default_factory=list)
    targets: list[_Target] = field(default_factory=list)
    misprints: list[Misprint] = field(default_factory=list)

    def take(self, line: Line) -> None:
        """Read one line."""
        if _is_note(line):
            self._block(BlockKind.NOTE, line)
            return
        section = headings.section_of(line.text)
        if section is not None:
            self.section = section
            self._block(BlockKind.HEADING, line)
            return
        readers = {
            DocumentSection.HEAD: self._head,
            DocumentSection.ACTIONS: self._action,
            DocumentSection.PRACTICES: self.practice_lines.append,
            DocumentSection.GOALS: self._goal,
        }
        readers[self.section](line)

    def finish(self, language: str) -> Outline:
        """The outline of all lines taken."""
        practices, practice_blocks = segment_practices(self.document, self.practice_lines)
        self.blocks.extend(practice_blocks)
        self._split_actions()
        self._correct_last_letter()
        commitment = View.of(self.document, self.commitment) if self.commitment else None
        return Outline(
            document=self.document,
            language=language,
            head=ObjectiveHead(
                self.number, tuple(self.number_spans), tuple(self.titles), commitment
            ),
            actions=tuple(map(self._action_item, self.actions)),
            practices=practices,
            goals=tuple(self.goals),
            targets=tuple(map(self._target_line, self.targets)),
            blocks=tuple(_outermost(self.blocks)),
            misprints=tuple(self.misprints),
        )

    def _block(self, kind: BlockKind, line: Line) -> None:
        self.blocks.append(Block(kind, line.span))

    def _extend_last(self, line: Line) -> Span:
        """Extend the last block to the end of `line`; its new span."""
        block = self.blocks.pop()
        span = Span(block.span.start, line.span.end)
        self.blocks.append(Block(block.kind, span))
        return span

    def _last_block_text(self) -> str:
        span = self.blocks[-1].span
        return self.document.text[span.start : span.end]

    def _head(self, line: Line) -> None:
        text = headings.plain(line.text)
        objective = headings.OBJECTIVE_NUMBER.fullmatch(text)
        title = headings.TITLE.fullmatch(text)
        if headings.POINTER.match(text):
            self._block(BlockKind.POINTER, line)
        elif objective:
            self._number(int(objective["number"]), line)
            self._title(line, objective["title"], BlockKind.OBJECTIVE)
        elif title:
            self._title(line, title["title"], BlockKind.TITLE)
        elif headings.COMMITMENT.match(text) or self.commitment:
            self.commitment.append(line.span)
            self._block(BlockKind.COMMITMENT, line)
        elif len(text) <= _LONGEST_TITLE and not text.endswith("."):
            self._title(line, text, BlockKind.TITLE)
        else:
            self._block(BlockKind.PARAGRAPH, line)

    def _number(self, number: int, line: Line) -> None:
        if self.number is not None and number != self.number:
            raise DocumentError(
                f"The document names objective {self.number} and objective {number}.",
                place=self.document.place(line.span.start),
                hint="One document holds one objective: split it.",
            )
        self.number = number
        self.number_spans.append(line.span)

    def _title(self, line: Line, title: str, kind: BlockKind) -> None:
        start = line.span.start + line.text.rindex(title)
        view = View.of(self.document, [Span(start, start + len(title))])
        if (
            title and kind is BlockKind.TITLE and self._continues_title(line)
        ):  # a title on several lines
            self.titles[-1] = View.joined([self.titles[-1], view])
            self._extend_last(line)
            return
        if title:
            self.titles.append(view)
        self._block(kind, line)

    def _continues_title(self, line: Line) -> bool:
        """Whether a line continues the title before: both in capitals, or both marked as headings."""
        if not self.blocks or not self.titles or line.after_blank:
            return False
        if self.blocks[-1].kind not in {BlockKind.TITLE, BlockKind.OBJECTIVE}:
            return False
        previous = self._last_block_text().split("\n")[-1]
        if previous.isupper() and line.text.isupper():
            return True
        return headings.is_marked_heading(previous) and headings.is_marked_heading(line.text)

    def _action(self, line: Line) -> None:
        item = headings.ACTION_ITEM.match(line.text)
        if item:
            self._add_action(line, item)
        elif self._is_pointer_to_actions(line):
            self._block(BlockKind.POINTER, line)
        elif self._is_heading_of_actions(line):
            self._block(BlockKind.HEADING, line)
        elif self.actions and self.blocks[-1].kind is BlockKind.ACTION:
            self.actions[-1] = replace(self.actions[-1], span=self._extend_last(line))
        else:
            self._block(BlockKind.NOT_UNDERSTOOD, line)

    def _add_action(self, line: Line, item: re.Match[str]) -> None:
        letter = item["letter"].lower()
        if any(action.letter == letter for action in self.actions):
            raise DocumentError(
                f"There is more than one action '{letter}'.",
                place=self.document.place(line.span.start),
                hint="Each action of an objective has a letter of its own: correct the letter.",
            )
        content = line.span.start + item.end()
        self.actions.append(_Action(letter, line.span, content, is_bold=bool(item["bold"])))
        self._block(BlockKind.ACTION, line)

    def _is_pointer_to_actions(self, line: Line) -> bool:
        if headings.POINTER.match(headings.plain(line.text)):
            return True
        return not self.actions and line.text.endswith(":")

    def _is_heading_of_actions(self, line: Line) -> bool:
        """Whether a line after an action is a heading, and no further line of its label.

        In the Compact, `Natural disasters …:` is one, before action 2h.
        """
        if not self.actions:
            return False
        if self._precedes_next_action(line):
            return True
        return headings.is_marked_heading(line.text) and not self._continues_label(line)

    def _precedes_next_action(self, line: Line) -> bool:
        """Whether a line ends with a colon, and the next line is the next action."""
        if self.following is None or not line.text.endswith(":") or not line.text[0].isupper():
            return False
        item = headings.ACTION_ITEM.match(self.following.text)
        return item is not None and item["letter"].lower() == _next_letter(self.actions[-1].letter)

    def _continues_label(self, line: Line) -> bool:
        """Whether a bold line is a further one of the label with which the action before begins."""
        if self.blocks[-1].kind is not BlockKind.ACTION or line.after_blank:
            return False
        return self._last_block_text().endswith("**")

    def _split_actions(self) -> None:
        """Take apart each action that holds the next one, whose letter begins no line."""
        index = 0
        while index < len(self.actions):
            held_action = self._held_action(self.actions[index])
            if held_action is not None:
                self._split(index, held_action)
            index += 1

    def _held_action(self, action: _Action) -> _Action | None:
        """The next action within the text of one; None if a line begins with its letter."""
        letter = _next_letter(action.letter)
        if any(known_action.letter == letter for known_action in self.actions):
            return None
        text = self.document.text
        doubled_letter = rf"(?<!\w){letter}{letter}[.)]"
        if re.search(doubled_letter, text[action.content : action.span.end]):
            return None
        for match in headings.ACTION_WITHIN.finditer(text, action.content, action.span.end):
            if match["letter"] == letter:
                span = Span(match.start(), action.span.end)
                return _Action(letter, span, match.end(), is_bold="**" in match[0])
        return None

    def _split(self, index: int, held_action: _Action) -> None:
        """End an action before the one that it holds."""
        action = self.actions[index]
        end = len(self.document.text[: held_action.span.start].rstrip())
        shortened = replace(action, span=Span(action.span.start, end))
        self.actions[index : index + 1] = [shortened, held_action]
        block_index = self.blocks.index(Block(BlockKind.ACTION, action.span))
        self.blocks[block_index : block_index + 1] = [
            Block(BlockKind.ACTION, shortened.span),
            Block(BlockKind.ACTION, held_action.span),
        ]

    def _correct_last_letter(self) -> None:
        """Give the last action the letter that follows the one before, where a later one is printed.

        Only where all before it follow one another from `a` on: then the printed letter is a
        misprint (`l` for `j`).
        """
        letters = [action.letter for action in self.actions]
        expected = [chr(ord("a") + index) for index in range(len(letters))]
        if len(letters) <= _FEWEST_LETTERS or letters[:-1] != expected[:-1]:
            return
        if letters[-1] > expected[-1]:
            action = self.actions[-1]
            self.actions[-1] = replace(action, letter=expected[-1])
            self.misprints.append(Misprint(action.letter, expected[-1], action.span))

    def _action_item(self, action: _Action) -> ActionItem:
        text = View.of(self.document, [action.content_span])
        return ActionItem(action.letter, self._label(action), text, action.span)

    def _label(self, action: _Action) -> View | None:
        """The bold lead of an action.

        Some sources lack one of the two `**`: either end is enough.
        """
        content = action.content_span
        end = _end_of_label(self.document.text[content.start : content.end], action.is_bold)
        if end is None:
            return None
        label = View.of(self.document, [Span(content.start, content.start + end)])
        start, stop = label.trimmed(0, len(label.text))
        return View.of(self.document, [label.span(start, stop)]) if stop > start else None

    def _goal(self, line: Line) -> None:
        text = headings.plain(line.text)
        goal = headings.GOAL.fullmatch(text)
        target = headings.TARGET.fullmatch(line.text)
        if goal:
            self.goals.append(GoalHeading(int(goal["after"] or goal["before"]), line.span))
            self._block(BlockKind.GOAL, line)
        elif target:
            code = target["code"].lower().replace(":", ".")
            content = line.span.start + target.start("text")
            self.targets.append(_Target(code, line.span, content))
            self._block(BlockKind.TARGET, line)
        elif headings.ALL_GOALS.fullmatch(text):
            for number in range(1, _GOALS + 1):
                self.goals.append(GoalHeading(number, line.span))
            self._block(BlockKind.GOAL, line)
        elif self._continues_target(line):
            self.targets[-1] = replace(self.targets[-1], span=self._extend_last(line))
        elif self._is_prose(line):
            self._add_named_targets(line)
            self._block(BlockKind.PARAGRAPH, line)
        else:
            self._block(BlockKind.NOT_UNDERSTOOD, line)

    def _continues_target(self, line: Line) -> bool:
        is_after_target = self.blocks[-1].kind is BlockKind.TARGET and bool(self.targets)
        return is_after_target and not headings.is_marked_heading(line.text)

    def _is_prose(self, line: Line) -> bool:
        """Whether a line of the goals' section is neither a heading nor a short label."""
        if headings.is_marked_heading(line.text):
            return False
        is_long = len(headings.plain(line.text)) > _LONGEST_LABEL
        is_in_paragraph = self.blocks[-1].kind is BlockKind.PARAGRAPH
        return is_long or is_in_paragraph or line.text.endswith((".", ":"))

    def _add_named_targets(self, line: Line) -> None:
        """Add the targets that a text names: they are relevant, too."""
        for match in headings.TARGET_NAMED.finditer(line.text):
            span = Span(line.span.start + match.start(), line.span.start + match.end())
            self.targets.append(_Target(match["code"].lower(), span, span.end))

    def _target_line(self, target: _Target) -> TargetLine:
        text = None
        if target.content < target.span.end:
            text = View.of(self.document, [Span(target.content, target.span.end)])
        return TargetLine(target.code, text if text and text.text else None, target.span)


def _is_note(line: Line) -> bool:
    """Whether a line is a rule, the number of a page, or a footnote."""
    is_number = headings.PAGE_NUMBER.fullmatch(line.text)
    return bool(_RULE.fullmatch(line.text) or is_number or _FOOTNOTE.match(line.text))


def _next_letter(letter: str) -> str:
    return chr(ord(letter) + 1)


def _end_of_label(text: str, is_bold: bool) -> int | None:
    """The offset at which the bold lead of an action ends; None without one.

    `is_bold`: whether `**` is before the text.
    """
    marks = [match.start() for match in re.finditer(r"\*\*", text)]
    if marks and not text[: marks[0]].strip():
        is_bold = True
        marks = marks[1:]
    # bold runs with only a space between them are one
    while len(marks) > 2 and text[marks[0] + 2 : marks[1]].isspace():
        marks = marks[2:]
    if marks and marks[0] > 0:
        return marks[0]
    if not is_bold:
        return None
    clause = _FIRST_CLAUSE.match(text)  # never closed
    return clause.end() if clause else len(text)
