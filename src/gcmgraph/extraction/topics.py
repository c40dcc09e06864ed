"""Areas of work and audiences: lists in running text, as the text words them."""

from __future__ import annotations

import re

from gcmgraph.extraction.clauses import Found, Passage
from gcmgraph.extraction.lexicon import Lexicon

_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,;:]))(?:\((?:\d{1,2}|[a-h]|[ivx]{1,4})\)|(?:\d{1,2}|[a-h]|[ivx]{1,4})\)) "
)
_AND = re.compile(r",? (?:and|et) ")
_LONGEST_ITEM = 200


def read_areas(body: Passage, lexicon: Lexicon) -> list[Found[str]]:
    """The areas of work that the text lists: after `in four areas:` and the like, or as a numbered list."""
    cue = re.compile(lexicon.fragment("topics", "areas"), re.IGNORECASE)
    found: list[Found[str]] = []
    for start, end in body.sentences:
        match = cue.search(body.text, start, end)
        if match:
            found.extend(_items(body, match.end(), end))
        elif not found and len(list(_NUMBERED.finditer(body.text, start, end))) >= 2:
            first = _NUMBERED.search(body.text, start, end)
            if first is not None:
                found.extend(_items(body, first.start(), end))
    return found


def _items(body: Passage, start: int, end: int) -> list[Found[str]]:
    text = body.text
    marks = list(_NUMBERED.finditer(text, start, end))
    if len(marks) >= 2:
        ends = [mark.start() for mark in marks[1:]] + [end]
        ranges = [(mark.end(), stop) for mark, stop in zip(marks, ends, strict=True)]
    else:
        ranges = _split_list(text, start, end)
    items = []
    for begin, stop in ranges:
        begin, stop = body.trimmed(begin, stop, " ,;:.")
        last = re.search(r"[,;]? ?(?:\b(?:and|et))?$", text[begin:stop])
        stop = begin + last.start() if last else stop
        begin, stop = body.trimmed(begin, stop, " ,;:.")
        if 2 < stop - begin <= _LONGEST_ITEM:
            items.append(body.found(body.view.shown_at(begin, stop), begin, stop))
    return items


def _split_list(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """`a, b, c and d` to its parts; the last comma part is split at its first `and`."""
    separator = ";" if text.count(";", start, end) >= 2 else ","
    cuts = [start]
    position = text.find(separator, start, end)
    while position != -1:
        cuts.append(position + 1)
        position = text.find(separator, position + 1, end)
    ranges = list(zip(cuts, [cut - 1 for cut in cuts[1:]] + [end], strict=True))
    last_start, last_end = ranges[-1]
    conjunction = _AND.search(text, last_start + 1, last_end)
    if conjunction and conjunction.start() > last_start + 2:
        ranges[-1:] = [(last_start, conjunction.start()), (conjunction.end(), last_end)]
    return ranges


def read_audiences(body: Passage, lexicon: Lexicon) -> list[Found[str]]:
    """For whom the practice is, one finding for each group that the text names apart."""
    cue = re.compile(lexicon.fragment("topics", "audience"), re.IGNORECASE)
    stop = re.compile(lexicon.fragment("topics", "audience_end"))
    prefix = re.compile(lexicon.fragment("topics", "part_prefix"))
    for start, end in body.sentences:
        match = cue.search(body.text, start, end)
        if match is None:
            continue
        halt = stop.search(body.text, match.end(), end)
        close = halt.start() if halt else end
        first = prefix.match(body.text, match.end())
        # the groups named apart repeat the preposition: « aux A, aux B et aux C »
        again = (
            re.compile(r",? (?:et |and )?" + re.escape(first[0]))
            if first and first[0].strip() not in {"the"}
            else None
        )
        begin = first.end() if first else match.end()
        return _groups(body, begin, close, again)
    return []


def _groups(body: Passage, begin: int, close: int, again: re.Pattern[str] | None) -> list[Found[str]]:
    cuts = [
        (begin, begin),
        *((m.start(), m.end()) for m in (again.finditer(body.text, begin, close) if again else ())),
    ]
    ranges = [
        (cut[1], following[0]) for cut, following in zip(cuts, [*cuts[1:], (close, close)], strict=True)
    ]
    groups = []
    for start, stop in ranges:
        start, stop = body.trimmed(start, stop, " ,;:.")
        if stop - start > 2:
            groups.append(body.found(body.view.shown_at(start, stop), start, stop))
    return groups
