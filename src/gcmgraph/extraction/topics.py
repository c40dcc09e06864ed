"""Areas of work and audiences: lists in running text, as the text words them."""

from __future__ import annotations

import re
from itertools import chain

from gcmgraph.extraction.clauses import Found, Passage
from gcmgraph.extraction.entities.organisations import OrganisationReader
from gcmgraph.extraction.values.amounts import parse_number
from gcmgraph.lexicon import Lexicon, in_all_languages

_NUMBERED = re.compile(r"(?:^|(?<=[\s,;:]))(?:\((?:\d{1,2}|[a-h]|[ivx]{1,4})\)|(?:\d{1,2}|[a-h]|[ivx]{1,4})\)) ")
_AND = re.compile(
    rf",? (?:{in_all_languages('words', 'and')}|{in_all_languages('words', 'or')})"
    r" (?!(?:more|less|plus|moins|más|menos)\b)"
)
_LONGEST_ITEM = 200
#: Sentences, from the first on, that say for whom a practice is without a wording of their own for it.
_OPENING = 3
#: Longest item, in characters, of a list that no word announces as areas of work; and how many items it has at least.
_LONGEST_TOPIC, _FEWEST = 75, 3


def read_areas(body: Passage, names: OrganisationReader, lexicon: Lexicon) -> list[Found[str]]:
    """The areas of work that the text lists.

    After `in four areas:` and the like, or as a numbered list; else after any counted noun (`three stages, namely`),
    where there are as many items as counted; else after a verb of content (`the course deals with`).
    """
    return _announced_areas(body, lexicon) or _counted(body, names, lexicon) or _content(body, names, lexicon)


def _announced_areas(body: Passage, lexicon: Lexicon) -> list[Found[str]]:
    cue = lexicon.pattern("topics", "areas", re.IGNORECASE)
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


def _counted(body: Passage, names: OrganisationReader, lexicon: Lexicon) -> list[Found[str]]:
    cue = lexicon.pattern("topics", "counted", re.IGNORECASE)
    for start, end in body.sentences:
        for match in cue.finditer(body.text, start, end):
            count = parse_number(match["count"])
            items = _items(body, match.end(), _list_end(body, match.end(), end, lexicon))
            if count == len(items) and _are_topics(body, items, names, lexicon):
                return items
    return []


def _content(body: Passage, names: OrganisationReader, lexicon: Lexicon) -> list[Found[str]]:
    cue = lexicon.pattern("topics", "content", re.IGNORECASE)
    for start, end in body.sentences:
        for match in cue.finditer(body.text, start, end):
            items = _items(body, match.end(), _list_end(body, match.end(), end, lexicon))
            if len(items) >= _FEWEST and _are_topics(body, items, names, lexicon):
                return items
    return []


def _list_end(body: Passage, start: int, end: int, lexicon: Lexicon) -> int:
    """End of a list in running text: the sentence's end, or words that lead on."""
    stop = lexicon.pattern("topics", "list_end").search(body.text, start, end)
    return stop.start() if stop else end


def _are_topics(body: Passage, items: list[Found[str]], names: OrganisationReader, lexicon: Lexicon) -> bool:
    """Whether the items of a list are short and name no organisation, country, figure or person."""
    not_topic = lexicon.pattern("topics", "not_topic")
    mentioned = [body.view.span(m.start, m.end) for m in names.mentions]
    return not any(
        len(item.value) > _LONGEST_TOPIC
        or re.search(r"\d", item.value)
        or not_topic.search(item.value)
        or any(span in item.span for span in mentioned)
        for item in items
    ) and any(item.value[0].islower() for item in items)


def _items(body: Passage, start: int, end: int) -> list[Found[str]]:
    text = body.text
    marks = list(_NUMBERED.finditer(text, start, end))
    if len(marks) >= 2:
        ends = [mark.start() for mark in marks[1:]] + [end]
        ranges = [(mark.end(), stop) for mark, stop in zip(marks, ends, strict=True)]
    else:
        ranges = split_list(text, start, end)
    items = []
    for begin, stop in ranges:
        begin, stop = body.trimmed(begin, stop, " ,;:.")
        last = re.search(r"[,;]? ?(?:\b(?:and|et))?$", text[begin:stop])
        stop = begin + last.start() if last else stop
        begin, stop = body.trimmed(begin, stop, " ,;:.")
        if 2 < stop - begin <= _LONGEST_ITEM:
            items.append(body.found(body.view.shown_at(begin, stop), begin, stop))
    return items


def split_list(text: str, start: int, end: int) -> list[tuple[int, int]]:
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
    """For whom the practice is, one finding for each group that the text names apart.

    Where no wording says it outright, people whom the first sentences say it is offered to.
    """
    outright = (_addressed(body, sentence, "audience", lexicon) for sentence in body.sentences)
    if groups := next(filter(None, outright), None):
        return groups
    offered = (_addressed(body, sentence, "offered", lexicon) for sentence in body.sentences[:_OPENING])
    return list(chain.from_iterable(offered)) or _acting_people(body, lexicon)


def _addressed(body: Passage, sentence: tuple[int, int], wording: str, lexicon: Lexicon) -> list[Found[str]]:
    """The groups that one wording of a sentence names."""
    start, end = sentence
    match = lexicon.pattern("topics", wording, re.IGNORECASE).search(body.text, start, end)
    if match is None:
        return []
    halt = lexicon.pattern("topics", "audience_end").search(body.text, match.end(), end)
    close = halt.start() if halt else end
    first = lexicon.pattern("topics", "part_prefix").match(body.text, match.end())
    repeated = first[0] if first and first[0].strip() not in {"the"} else None
    begin = first.end() if first else match.end()
    return _groups(body, begin, close, repeated, lexicon.pattern("topics", "relative"))


def _acting_people(body: Passage, lexicon: Lexicon) -> list[Found[str]]:
    """People who can do, get or attend something by the practice: `Applicants for permits can file …`."""
    acting = lexicon.pattern("topics", "acting_people")
    for start, end in body.sentences:
        if match := acting.match(body.text, start, end):
            begin, stop = body.trimmed(match.start("who"), match.end("who"))
            return [body.found(body.view.shown_at(begin, stop), begin, stop)]
    return []


def _groups(body: Passage, begin: int, close: int, repeated: str | None, relative: re.Pattern[str]) -> list[Found[str]]:
    """The groups named apart, which repeat the preposition: « aux A, aux B et aux C ».

    Within a relative clause the preposition alone begins none: « aux ONG qui viennent en aide aux A ».
    """
    cuts = [(begin, begin)]
    if repeated:
        again = re.compile(r"(?<!particulier)(?<!notamment),? (?:et |and )?" + re.escape(repeated))
        for match in again.finditer(body.text, begin, close):
            if match[0] != f" {repeated}" or not relative.search(body.text, cuts[-1][1], match.start()):
                cuts.append(match.span())
    ranges = [(cut[1], following[0]) for cut, following in zip(cuts, [*cuts[1:], (close, close)], strict=True)]
    groups = []
    for start, stop in ranges:
        start, stop = body.trimmed(start, stop, " ,;:.")
        if stop - start > 2:
            groups.append(body.found(body.view.shown_at(start, stop), start, stop))
    return groups
