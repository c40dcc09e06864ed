"""The section of example practices: which lines are titles, and which paragraphs belong to which title.

A title has no mark of its own in the real documents. Its signs: it is short, does not end like a sentence,
a blank line goes before it, the paragraph before it is complete, and a paragraph follows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gcmgraph.documents import Block, BlockKind, Document, Span, View
from gcmreader.documents import parts
from gcmreader.documents.parts import PracticeText
from gcmreader.lexicon import sentence_bounds

#: Longest title, in characters. The longest in the known pages has 103.
MAX_TITLE = 220

#: `!` and `?` within a title, which end no sentence there: `Tous à l'école ! Accueillir les enfants migrants`
_ASIDE = re.compile(r"\s?[!?]+(?=\s)")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]*_]*$|[.;:,]$")
#: A text counts as wrapped where this share of its lines follows another at once, none wider than this.
_WRAPPED_SHARE, _WRAPPED_WIDTH = 0.3, 130
_BULLET = re.compile(r"\s*(?:\*\*)?(?:[-•*–■▪◦●]\s|\(?(?:\d{1,2}|[ivx]+|[a-z])[.)]\s)")

_Line = tuple[Span, str, bool]


@dataclass
class _Draft:
    title: list[Span]
    paragraphs: list[Span] = field(default_factory=list)


def segment_practices(document: Document, lines: list[_Line]) -> tuple[tuple[PracticeText, ...], list[Block]]:
    """The practices of a section, and the blocks of all its lines.

    Each line is its span, its text, and whether a blank line goes before it.
    """
    blocks: list[Block] = []
    drafts: list[_Draft] = []
    lines = _unwrapped(document, lines)
    for index, (span, text, after_blank) in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        draft = drafts[-1] if drafts else None
        if parts.POINTER.match(parts.plain(text)) and not (draft and draft.paragraphs):
            blocks.append(Block(BlockKind.POINTER, span))
        elif _is_title(document, text, after_blank or index == 0, following, draft):
            if draft and not draft.paragraphs:
                _retitle(draft, span, after_blank, blocks)
            else:
                drafts.append(_Draft([span]))
                blocks.append(Block(BlockKind.PRACTICE_TITLE, span))
        elif draft is None:
            blocks.append(Block(BlockKind.NOT_UNDERSTOOD, span))
        elif draft.paragraphs and not _complete(document, draft):
            draft.paragraphs[-1] = Span(draft.paragraphs[-1].start, span.end)
            blocks[-1] = Block(BlockKind.PARAGRAPH, draft.paragraphs[-1])
        else:
            draft.paragraphs.append(span)
            blocks.append(Block(BlockKind.PARAGRAPH, span))
    if drafts and not drafts[-1].paragraphs:  # a title that nothing follows
        untold = drafts.pop().title[0].start
        blocks = [
            Block(BlockKind.NOT_UNDERSTOOD, block.span) if block.span.start == untold else block for block in blocks
        ]
    return tuple(_practice(document, draft) for draft in drafts), blocks


def _unwrapped(document: Document, lines: list[_Line]) -> list[_Line]:
    """The lines, those of a paragraph wrapped at a fixed width joined; all set apart where blank lines are not used."""
    adjacent = [line for line in lines[1:] if not line[2]]
    if not lines or len(adjacent) == len(lines) - 1:
        return [(span, text, True) for span, text, _ in lines]
    if len(adjacent) < _WRAPPED_SHARE * len(lines) or max(len(text) for _, text, _ in lines) > _WRAPPED_WIDTH:
        return lines
    joined: list[_Line] = []
    for span, text, after_blank in lines:
        previous = joined[-1] if joined else None
        if previous is None or after_blank or _begins_item(text, previous[1]) or parts.is_marked_heading(previous[1]):
            joined.append((span, text, after_blank))
        else:
            whole = Span(previous[0].start, span.end)
            joined[-1] = (whole, " ".join(document.text[whole.start : whole.end].split()), previous[2])
    return joined


def _begins_item(text: str, previous: str) -> bool:
    """Whether a line begins a list item; a dash does so only after a line that is complete."""
    return bool(_BULLET.match(text)) and not (text[0] in "–—" and previous[-1] not in ".:;")


def _retitle(draft: _Draft, span: Span, after_blank: bool, blocks: list[Block]) -> None:
    """Two titles in a row: one title on two lines, or a heading over a group of practices and a title."""
    if after_blank:
        blocks[-1] = Block(BlockKind.HEADING, blocks[-1].span)
        draft.title = [span]
        blocks.append(Block(BlockKind.PRACTICE_TITLE, span))
    else:
        draft.title.append(span)
        blocks[-1] = Block(BlockKind.PRACTICE_TITLE, Span(draft.title[0].start, span.end))


def _is_title(document: Document, text: str, after_blank: bool, following: _Line | None, draft: _Draft | None) -> bool:
    if parts.is_marked_heading(text):
        return True
    bare = parts.plain(text)
    if (
        following is None
        or len(text) > MAX_TITLE
        or _BULLET.match(text)
        or _in_lower_case(bare)
        or text.startswith("**")  # bold, yet no heading: the lead of a bullet
        or (_SENTENCE_END.search(text) and not re.search(r"[?!][»\"”]?$", text))
        or len(sentence_bounds(_ASIDE.sub(",", text))) > 1
    ):
        return False
    if _in_lower_case(following[1]) or parts.is_marked_heading(following[1]):
        return False
    if draft is None:
        return True
    if not draft.paragraphs:  # a second title line: only where a paragraph still follows
        return len(following[1]) > MAX_TITLE or bool(_SENTENCE_END.search(following[1]))
    return after_blank and _complete(document, draft)


def _in_lower_case(text: str) -> bool:
    """Whether a text begins in lower case, other than as a product does: `iPortal`."""
    return text[:1].islower() and not text[1:2].isupper()


def _complete(document: Document, draft: _Draft) -> bool:
    """Whether the last paragraph ends like one."""
    last = draft.paragraphs[-1]
    return bool(re.search(r"[.!?…:;][\"'”’»)\]*_]*$|[)\]]$", document.text[last.start : last.end].rstrip()))


def _practice(document: Document, draft: _Draft) -> PracticeText:
    return PracticeText(View.of(document, draft.title), View.of(document, draft.paragraphs))
