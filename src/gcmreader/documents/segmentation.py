"""A `Document` to its `Outline`: which line belongs to what.

The reader walks the lines once, knows in which section it is, and hands each line to that section's
reader. A line that no reader takes becomes a block `not-understood`; nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.sources.source_texts import Block, BlockKind, Document, Span
from gcmgraph.sources.text_views import View
from gcmreader.documents import parts
from gcmreader.documents.parts import DocumentSection, Line, Outline
from gcmreader.lexicon import detect_language, lexicon_for, readable_languages

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
#: Number of goals, for `All SDGs`.
_GOALS = 17
#: Fewest actions before one whose letter is taken for a misprint.
_FEWEST_LETTERS = 3
#: Longest line of the goals' section, in characters, that is not prose without a full stop.
_LONGEST_LABEL = 100
#: a note at the foot of a page, as Markdown writes it
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:\s")
_RULE = re.compile(r"\s*([-*_=])(?:\s*\1){2,}\s*")


def segment(document: Document, language: str | None = None) -> Outline:
    """The outline of a document. Raises `DocumentError` where it is not of a kind we know.

    `language` is detected where it is not given; a text in a language we cannot read is refused.
    """
    language = language or _language(document)
    reader = _Reader(document)
    lines = list(_lines(document, reader.blocks))
    for line, reader.following in zip_longest(lines, lines[1:]):
        reader.take(line)
    outline = reader.finish(language)
    if not outline.actions and not outline.practices and not outline.targets:
        raise DocumentError(
            "This is neither a guidance page nor a text of the Compact: no actions, practices or SDG targets found.",
            place=Place(document.name),
            hint=f"Expected headings such as these: {lexicon_for(language).fragment('headings', 'example_headings')}.",
        )
    return outline


def _language(document: Document) -> str:
    language = detect_language(_COMMENT.sub(" ", document.text))
    readable = readable_languages()
    if language not in readable:
        raise DocumentError(
            "The text is in a language that cannot be read yet."
            if language
            else "The language of the text cannot be recognised.",
            place=Place(document.name),
            hint=f"Documents in these languages are read: {', '.join(readable.values())}.",
        )
    return language


def _lines(document: Document, blocks: list[Block]) -> Iterator[Line]:
    """The lines outside comments; comments go to `blocks` as notes."""
    text = document.text
    comments = [Span(match.start(), match.end()) for match in _COMMENT.finditer(text)]
    blocks.extend(Block(BlockKind.NOTE, span) for span in comments)
    masked = _COMMENT.sub(lambda match: re.sub(r"\S", " ", match[0]), text)
    after_blank = True
    for match in re.finditer(r"[^\r\n]*(?:\r\n?|\n|\Z)", masked):
        content = match[0].strip(" \t\ufeff\u00a0\u200b\f\v\r\n")
        if content:
            start = match.start() + match[0].index(content)
            yield Line(
                Span(start, start + len(content)), text[start : start + len(content)], after_blank
            )
        after_blank = not content


def _outermost(blocks: list[Block]) -> Iterator[Block]:
    """The blocks in order, without a comment that stands within a text that goes on after it."""
    end = 0
    for block in sorted(blocks, key=lambda block: (block.span.start, -block.span.end)):
        if block.span.end > end:
            yield block
            end = block.span.end


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
    action_spans: list[tuple[str, Span, int, bool]] = field(default_factory=list)
    practice_lines: list[Line] = field(default_factory=list)
    goals: list[parts.GoalHeading] = field(default_factory=list)
    target_spans: list[tuple[str, Span, int]] = field(default_factory=list)
    misprints: list[parts.Misprint] = field(default_factory=list)

    def take(self, line: Line) -> None:
        """Read one line."""
        if (
            _RULE.fullmatch(line.text)
            or parts.PAGE_NUMBER.fullmatch(line.text)
            or _FOOTNOTE.match(line.text)
        ):
            self._block(BlockKind.NOTE, line)
        elif (section := parts.section_of(line.text)) is not None:
            self.section = section
            self._block(BlockKind.HEADING, line)
        else:
            {
                DocumentSection.HEAD: self._head,
                DocumentSection.ACTIONS: self._action,
                DocumentSection.PRACTICES: self.practice_lines.append,
                DocumentSection.GOALS: self._goal,
            }[self.section](line)

    def finish(self, language: str) -> Outline:
        """The outline of all lines taken."""
        practices, blocks = parts.segment_practices(self.document, self.practice_lines)
        self.blocks.extend(blocks)
        self._splits()
        self._correct_last_letter()
        return Outline(
            self.document,
            language,
            parts.ObjectiveHead(
                self.number,
                tuple(self.number_spans),
                tuple(self.titles),
                View.of(self.document, self.commitment) if self.commitment else None,
            ),
            tuple(self._actions()),
            practices,
            tuple(self.goals),
            tuple(self._targets()),
            tuple(_outermost(self.blocks)),
            tuple(self.misprints),
        )

    def _block(self, kind: BlockKind, line: Line) -> None:
        self.blocks.append(Block(kind, line.span))

    def _extend_last(self, line: Line) -> Span:
        """Make the last block reach to the end of `line`; its new span."""
        last = self.blocks.pop()
        span = Span(last.span.start, line.span.end)
        self.blocks.append(Block(last.kind, span))
        return span

    def _splits(self) -> None:
        """Take apart an action that holds the next one, whose letter begins no line."""
        known = {letter for letter, *_ in self.action_spans}
        for index, (letter, span, content, bold) in enumerate(self.action_spans):
            text = self.document.text
            following = chr(ord(letter) + 1)
            if following in known or re.search(
                rf"(?<!\w){following}{following}[.)]", text[content : span.end]
            ):
                continue
            within = parts.ACTION_WITHIN.finditer(text, content, span.end)
            match = next((found for found in within if found["letter"] == following), None)
            if match is None:
                continue
            before = Span(
                span.start,
                match.start() - len(text[: match.start()]) + len(text[: match.start()].rstrip()),
            )
            after = Span(match.start(), span.end)
            self.action_spans[index : index + 1] = [
                (letter, before, content, bold),
                (following, after, match.end(), "**" in match[0]),
            ]
            at = self.blocks.index(Block(BlockKind.ACTION, span))
            self.blocks[at : at + 1] = [
                Block(BlockKind.ACTION, before),
                Block(BlockKind.ACTION, after),
            ]
            self._splits()
            return

    def _correct_last_letter(self) -> None:
        """Give the last action the letter that follows the one before it, where a later one is printed.

        Only where all before it follow one another from `a` on: then the printed letter is a
        misprint (`l` for `j`).
        """
        letters = [letter for letter, *_ in self.action_spans]
        expected = [chr(ord("a") + index) for index in range(len(letters))]
        if (
            len(letters) > _FEWEST_LETTERS
            and letters[:-1] == expected[:-1]
            and letters[-1] > expected[-1]
        ):
            printed, span, content, bold = self.action_spans[-1]
            self.action_spans[-1] = (expected[-1], span, content, bold)
            self.misprints.append(parts.Misprint(printed, expected[-1], span))

    def _head(self, line: Line) -> None:
        text = parts.plain(line.text)
        if parts.POINTER.match(text):
            self._block(BlockKind.POINTER, line)
        elif match := parts.OBJECTIVE_NUMBER.fullmatch(text):
            self._number(int(match["number"]), line)
            self._title(line, match["title"], BlockKind.OBJECTIVE)
        elif match := parts.TITLE.fullmatch(text):
            self._title(line, match["title"], BlockKind.TITLE)
        elif parts.COMMITMENT.match(text) or self.commitment:
            self.commitment.append(line.span)
            self._block(BlockKind.COMMITMENT, line)
        elif len(text) <= 250 and not text.endswith("."):
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
        if title and kind is BlockKind.TITLE and self._goes_on(line):  # a title on several lines
            self.titles[-1] = View.joined([self.titles[-1], view])
            self._extend_last(line)
            return
        if title:
            self.titles.append(view)
        self._block(kind, line)

    def _goes_on(self, line: Line) -> bool:
        """Whether a title line continues the one before it: both in capitals, or both marked as headings."""
        last = self.blocks[-1] if self.blocks and self.titles else None
        if (
            last is None
            or line.after_blank
            or last.kind not in {BlockKind.TITLE, BlockKind.OBJECTIVE}
        ):
            return False
        before = self.document.text[last.span.start : last.span.end].split("\n")[-1]
        return (before.isupper() and line.text.isupper()) or (
            parts.is_marked_heading(before) and parts.is_marked_heading(line.text)
        )

    def _action(self, line: Line) -> None:
        if match := parts.ACTION_ITEM.match(line.text):
            letter = match["letter"].lower()
            if any(letter == known for known, *_ in self.action_spans):
                raise DocumentError(
                    f"There is more than one action '{letter}'.",
                    place=self.document.place(line.span.start),
                    hint="Each action of an objective has a letter of its own: correct the letter.",
                )
            self.action_spans.append(
                (letter, line.span, line.span.start + match.end(), bool(match["bold"]))
            )
            self._block(BlockKind.ACTION, line)
        elif parts.POINTER.match(parts.plain(line.text)) or (
            not self.action_spans and line.text.endswith(":")
        ):
            self._block(BlockKind.POINTER, line)
        elif self._heads_actions(line) or (
            self.action_spans
            and parts.is_marked_heading(line.text)
            and not self._label_goes_on(line)
        ):
            self._block(BlockKind.HEADING, line)
        elif self.action_spans and self.blocks[-1].kind is BlockKind.ACTION:
            letter, _, content, bold = self.action_spans[-1]
            self.action_spans[-1] = (letter, self._extend_last(line), content, bold)
        else:
            self._block(BlockKind.NOT_UNDERSTOOD, line)

    def _heads_actions(self, line: Line) -> bool:
        """Whether a line is a heading among actions: `Natural disasters …:` before action 2h of the Compact."""
        if (
            not self.action_spans
            or self.following is None
            or not (line.text.endswith(":") and line.text[0].isupper())
        ):
            return False
        item = parts.ACTION_ITEM.match(self.following.text)
        return item is not None and ord(item["letter"].lower()) == ord(self.action_spans[-1][0]) + 1

    def _label_goes_on(self, line: Line) -> bool:
        """Whether a bold line is a further one of the label that the action before it begins with."""
        last = self.blocks[-1]
        before = self.document.text[last.span.start : last.span.end]
        return last.kind is BlockKind.ACTION and not line.after_blank and before.endswith("**")

    def _goal(self, line: Line) -> None:
        text = parts.plain(line.text)
        marked = parts.is_marked_heading(line.text)
        if (match := parts.TARGET.fullmatch(line.text)) and not parts.GOAL.fullmatch(text):
            code = match["code"].lower().replace(":", ".")
            self.target_spans.append((code, line.span, line.span.start + match.start("text")))
            self._block(BlockKind.TARGET, line)
        elif match := parts.GOAL.fullmatch(text):
            self.goals.append(parts.GoalHeading(int(match["after"] or match["before"]), line.span))
            self._block(BlockKind.GOAL, line)
        elif parts.ALL_GOALS.fullmatch(text):
            self.goals.extend(
                parts.GoalHeading(number, line.span) for number in range(1, _GOALS + 1)
            )
            self._block(BlockKind.GOAL, line)
        elif self.blocks[-1].kind is BlockKind.TARGET and self.target_spans and not marked:
            code, _, content = self.target_spans[-1]
            self.target_spans[-1] = (code, self._extend_last(line), content)
        elif not marked and (
            line.text.endswith((".", ":"))
            or len(text) > _LONGEST_LABEL
            or self.blocks[-1].kind is BlockKind.PARAGRAPH
        ):
            for match in parts.TARGET_NAMED.finditer(
                line.text
            ):  # a target that the text names is relevant, too
                span = Span(line.span.start + match.start(), line.span.start + match.end())
                self.target_spans.append((match["code"].lower(), span, span.end))
            self._block(BlockKind.PARAGRAPH, line)
        else:
            self._block(BlockKind.NOT_UNDERSTOOD, line)

    def _actions(self) -> Iterator[parts.ActionItem]:
        for letter, span, content, bold in self.action_spans:
            text = View.of(self.document, [Span(content, span.end)])
            yield parts.ActionItem(letter, self._label(Span(content, span.end), bold), text, span)

    def _label(self, content: Span, opened: bool) -> View | None:
        """The bold lead of an action.

        Sources lose one of the two `**` now and then: either end will do.
        """
        raw = self.document.text[content.start : content.end]
        marks = [match.start() for match in re.finditer(r"\*\*", raw)]
        if marks and raw[: marks[0]].strip() == "":
            opened, marks = True, marks[1:]
        while (
            len(marks) > 2 and raw[marks[0] + 2 : marks[1]].isspace()
        ):  # bold runs with but a space between are one
            marks = marks[2:]
        if marks and marks[0] > 0:
            end = marks[0]
        elif opened:  # never closed: the first clause of at least four words
            clause = re.match(r"\W*(?:\S+\s+){3,}?[^\s,;:]+(?=[,;:])", raw)
            end = clause.end() if clause else len(raw)
        else:
            return None
        label = View.of(self.document, [Span(content.start, content.start + end)])
        start, stop = label.trimmed(0, len(label.text))
        return View.of(self.document, [label.span(start, stop)]) if stop > start else None

    def _targets(self) -> Iterator[parts.TargetLine]:
        for code, span, content in self.target_spans:
            text = View.of(self.document, [Span(content, span.end)]) if content < span.end else None
            yield parts.TargetLine(code, text if text and text.text else None, span)
