"""Practices of a guidance page: which lines belong to a practice.

In the section of example practices, a title has no mark of its own in the real documents. Its
signs: it is short, does not end like a sentence, a blank line goes before it, the paragraph before
it is complete, and a paragraph follows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gcmgraph.sources.source_texts import Block, BlockKind, Document, Span
from gcmgraph.sources.text_views import View
from gcmreader.documents.headings import POINTER, is_marked_heading, plain
from gcmreader.documents.outline import Line, PracticeText
from gcmreader.lexicon import sentence_bounds

#: Longest title, in characters. The longest in the known pages has 103.
_MAX_TITLE = 220

#: `!` and `?` within a title, which end no sentence there: `Tous à l'école ! Accueillir les enfants
#: migrants`
_ASIDE = re.compile(r"\s?[!?]+(?=\s)")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]*_]*$|[.;:,]$")
#: A text counts as wrapped where this share of its lines follows another at once, none wider than
#: this number of characters.
_WRAPPED_SHARE = 0.3
_WRAPPED_WIDTH = 130
_LIST_MARK = re.compile(r"\s*(?:\*\*)?(?:[-•*–■▪◦●]\s|\(?(?:\d{1,2}|[ivx]+|[a-z])[.)]\s)")


#: The end of a title that is a question or an exclamation, and that of a paragraph.
_QUESTION_END = re.compile(r"[?!][»\"”]?$")
_PARAGRAPH_END = re.compile(r"[.!?…:;][\"'”’»)\]*_]*$|[)\]]$")


def segment_practices(
    document: Document, lines: list[Line]
) -> tuple[tuple[PracticeText, ...], list[Block]]:
    """The practices of a section, and the blocks of all its lines."""
    reader = _PracticeReader(document)
    paragraphs = _unwrapped(document, lines)
    for index, line in enumerate(paragraphs):
        following = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
        if index == 0:
            line = line._replace(after_blank=True)
        reader.take(line, following)
    reader.finish()
    practices = []
    for draft in reader.drafts:
        title = View.of(document, [draft.title])
        practices.append(PracticeText(title, View.of(document, draft.paragraphs)))
    return tuple(practices), reader.blocks


@dataclass
class _Draft:
    """A practice whose paragraphs are being collected."""

    title: Span
    paragraphs: list[Span] = field(default_factory=list)


@dataclass
class _PracticeReader:
    """State of the walk through a section of practices."""

    document: Document
    blocks: list[Block] = field(default_factory=list)
    drafts: list[_Draft] = field(default_factory=list)

    def take(self, line: Line, following: Line | None) -> None:
        """Read one line, before the line that follows, if any."""
        draft = self.drafts[-1] if self.drafts else None
        has_paragraphs = draft is not None and bool(draft.paragraphs)
        if POINTER.match(plain(line.text)) and not has_paragraphs:
            self.blocks.append(Block(BlockKind.POINTER, line.span))
        elif self._is_title(line, following):
            self._begin(line)
        elif draft is None:
            self.blocks.append(Block(BlockKind.NOT_UNDERSTOOD, line.span))
        elif has_paragraphs and not self._is_complete(draft):
            draft.paragraphs[-1] = Span(draft.paragraphs[-1].start, line.span.end)
            self.blocks[-1] = Block(BlockKind.PARAGRAPH, draft.paragraphs[-1])
        else:
            draft.paragraphs.append(line.span)
            self.blocks.append(Block(BlockKind.PARAGRAPH, line.span))

    def finish(self) -> None:
        """Drop a last title that nothing follows."""
        if self.drafts and not self.drafts[-1].paragraphs:
            title = self.drafts.pop().title
            index = self.blocks.index(Block(BlockKind.PRACTICE_TITLE, title))
            self.blocks[index] = Block(BlockKind.NOT_UNDERSTOOD, title)

    def _begin(self, line: Line) -> None:
        """Begin a practice. Of two titles in a row, the first is over a group of practices."""
        if self.drafts and not self.drafts[-1].paragraphs:
            self.blocks[-1] = Block(BlockKind.HEADING, self.blocks[-1].span)
            self.drafts.pop()
        self.drafts.append(_Draft(line.span))
        self.blocks.append(Block(BlockKind.PRACTICE_TITLE, line.span))

    def _is_title(self, line: Line, following: Line | None) -> bool:
        """Whether a line is the title of a practice, by the signs above."""
        if is_marked_heading(line.text):
            return True
        if following is None or not _is_like_title(line.text):
            return False
        if _in_lower_case(following.text) or is_marked_heading(following.text):
            return False
        if not self.drafts:
            return True
        draft = self.drafts[-1]
        if not draft.paragraphs:  # a second title line: only where a paragraph still follows
            is_long = len(following.text) > _MAX_TITLE
            return is_long or bool(_SENTENCE_END.search(following.text))
        return line.after_blank and self._is_complete(draft)

    def _is_complete(self, draft: _Draft) -> bool:
        """Whether the last paragraph ends like one."""
        span = draft.paragraphs[-1]
        paragraph = self.document.text[span.start : span.end].rstrip()
        return _PARAGRAPH_END.search(paragraph) is not None


def _is_like_title(text: str) -> bool:
    """Whether a line is short, begins like a title and does not end like a sentence."""
    if len(text) > _MAX_TITLE or _in_lower_case(plain(text)):
        return False
    if _LIST_MARK.match(text) or text.startswith(
        "**"
    ):  # bold, yet no heading: the lead of a bullet
        return False
    if _SENTENCE_END.search(text) and not _QUESTION_END.search(text):
        return False
    return len(sentence_bounds(_ASIDE.sub(",", text))) <= 1


def _in_lower_case(text: str) -> bool:
    """Whether a text begins in lower case, other than as a product does: `iPortal`."""
    return text[:1].islower() and not text[1:2].isupper()


def _unwrapped(document: Document, lines: list[Line]) -> list[Line]:
    """The lines; those of a paragraph wrapped at a fixed width are joined.

    Where no blank lines are used, each counts as set apart by one.
    """
    adjacent = [line for line in lines[1:] if not line.after_blank]
    if not lines or len(adjacent) == len(lines) - 1:
        return [line._replace(after_blank=True) for line in lines]
    width = max(len(line.text) for line in lines)
    if len(adjacent) < _WRAPPED_SHARE * len(lines) or width > _WRAPPED_WIDTH:
        return lines
    paragraphs = [lines[0]]
    for line in lines[1:]:
        previous = paragraphs[-1]
        if _begins_paragraph(line, previous):
            paragraphs.append(line)
            continue
        span = Span(previous.span.start, line.span.end)
        text = " ".join(document.text[span.start : span.end].split())
        paragraphs[-1] = Line(span, text, previous.after_blank)
    return paragraphs


def _begins_paragraph(line: Line, previous: Line) -> bool:
    """Whether a line of a wrapped text begins a paragraph or an item of a list."""
    if line.after_blank or is_marked_heading(previous.text):
        return True
    # a dash begins an item only after a line that is complete
    is_dash_in_sentence = line.text[0] in "–—" and previous.text[-1] not in ".:;"
    return _LIST_MARK.match(line.text) is not None and not is_dash_in_sentence
