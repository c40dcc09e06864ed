"""When a practice ran: its start and its end, in the precision of the text and no more.

A date counts where it belongs to the practice: a range, a `since`, an `until`, or the date of a launch or an event
in the opening sentences. The year of an act, a crisis, a report or a citation does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.errors import ExtractionError
from gcmgraph.extraction.clauses import Found, Passage
from gcmgraph.extraction.lexicon import Lexicon

#: Sentences, counted from 0, in which a date may be the practice's own.
_OPENING = 2


@dataclass(frozen=True, order=True)
class Moment:
    """A year, a month or a day: `2018`, `2018-09`, `2018-09-20`."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """The ISO 8601 form in its own precision."""
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    @property
    def datatype(self) -> str:
        """The XML Schema datatype of its precision."""
        return "date" if self.day else "gYearMonth" if self.month else "gYear"

    def before(self, other: Moment) -> bool:
        """Whether it is earlier, as far as both precisions tell."""
        mine = [part for part in (self.year, self.month, self.day) if part is not None]
        theirs = [part for part in (other.year, other.month, other.day) if part is not None]
        shared = min(len(mine), len(theirs))
        return mine[:shared] < theirs[:shared]


@dataclass(frozen=True)
class Period:
    """Start and end, either may be open."""

    start: Found[Moment] | None = None
    end: Found[Moment] | None = None


@dataclass(frozen=True)
class _Dated:
    moment: Moment
    start: int
    end: int


class DateReader:
    """Finds dates in one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        months = lexicon.fragment("periods", "months").split("|")
        self._months = {name.casefold(): number for number, name in enumerate(months, start=1)}
        names = "|".join(months)
        self.pattern = rf"(?:(?:\d{{1,2}}(?:er|st|nd|rd|th)? )?(?:(?:{names}) (?:\d{{1,2}}, )?)?(?:19|20)\d\d)(?![\d%]|\.\d|,\d| ?(?:euros|dollars|personnes))"
        self._parts = re.compile(
            rf"(?:(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)? )?(?:(?P<month>{names}) (?:(?P<day2>\d{{1,2}}), )?)?(?P<year>(?:19|20)\d\d)",
            re.IGNORECASE,
        )
        #: a date whose year comes with the second date: `10 [to 12 March 2020]`, `January [to June 2019]`
        self.partial = rf"(?:\d{{1,2}}(?:er|st|nd|rd|th)?(?: (?:{names}))?|(?:{names}))"
        self._partial_parts = re.compile(
            rf"(?:(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?)? ?(?P<month>{names})?", re.IGNORECASE
        )

    def read(self, text: str) -> Moment | None:
        """The date that `text` is, or None where it is none (`31 February 2020`)."""
        parts = self._parts.fullmatch(text)
        if parts is None:
            return None
        month = self._months[parts["month"].casefold()] if parts["month"] else None
        day = parts["day"] or parts["day2"]
        if day and (month is None or not 1 <= int(day) <= 31):
            return None
        return Moment(int(parts["year"]), month, int(day) if day else None)

    def complete(self, text: str, by: Moment) -> Moment | None:
        """The date that a partial date is, given the date it is completed by."""
        parts = self._partial_parts.fullmatch(text.strip())
        if parts is None or not (parts["day"] or parts["month"]):
            return None
        month = self._months[parts["month"].casefold()] if parts["month"] else by.month
        return Moment(by.year, month, int(parts["day"]) if parts["day"] else None)


def read_period(
    title: Passage,
    body: Passage,
    lexicon: Lexicon,
    *,
    kinds: frozenset[str],
    lead_sentence: int | None,
    place: str,
) -> Period:
    """Start and end of a practice. `kinds` are its types: a meeting begins and ends with its date.

    Raises `ExtractionError` where the text gives a range that ends before it starts; `place` is for its message.
    """
    dates = DateReader(lexicon)
    for passage in (title, body):
        for opening in [(0, len(passage.text))] if passage is title else passage.sentences:
            for start, end in _ranges(passage, dates, lexicon, opening):
                if end.value.before(start.value):
                    raise ExtractionError(
                        f"A practice ends ({end.value}) before it starts ({start.value}).",
                        place=None,
                        hint=f"Correct the dates of '{place}' in the document.",
                    )
                return Period(start, end)
    start = _since(body, dates, lexicon, lead_sentence) or _launched(body, dates, lexicon, lead_sentence)
    if start is not None and "meeting" in kinds:
        return Period(start, start)
    end = _until(body, dates, lexicon)
    if start and end and end.value.before(start.value):
        end = None
    return Period(start, end)


def _ranges(
    passage: Passage, dates: DateReader, lexicon: Lexicon, bounds: tuple[int, int]
) -> Iterator[tuple[Found[Moment], Found[Moment]]]:
    """The date ranges of a sentence that nothing speaks against."""
    text = passage.text
    full, partial = dates.pattern, dates.partial
    patterns = [
        rf"(?P<a>(?:19|20)\d\d) ?(?:-|/| to | à ) ?(?P<b>(?:19|20)\d\d)(?![\d%])",
        rf"(?P<a>(?:{full}))(?: ?- ?| to | à | au )(?P<b>(?:{full}))",
    ]
    for first, second in lexicon.pairs("periods", "from_to"):
        patterns.append(rf"\b{first}(?:le |the )?(?P<a>{full}|{partial}),?{second}(?:le |the )?(?P<b>{full})")
    found = []
    for pattern in patterns:
        for match in re.compile(pattern, re.IGNORECASE).finditer(text, *bounds):
            end = dates.read(match["b"])
            start = (dates.read(match["a"]) or dates.complete(match["a"], end)) if end else None
            if start and end and not _against(text, match, lexicon):
                found.append((match.start(), match, start, end))
    for _, match, start, end in sorted(found, key=lambda item: (item[0], -item[1].end())):
        whole = (match.start(), match.end())
        yield passage.found(start, *whole), passage.found(end, *whole)


def _against(text: str, match: re.Match[str], lexicon: Lexicon) -> bool:
    before = text[max(0, match.start() - 70) : match.start()]
    before = re.split(r"[.;:,]\s", before)[-1]
    return bool(
        re.search(lexicon.fragment("periods", "against_before") + "$", before)
        or re.match(lexicon.fragment("periods", "against_after"), text[match.end() : match.end() + 60])
    )


def _preceded(
    passage: Passage, dates: DateReader, lexicon: Lexicon, name: str, sentences: list[tuple[int, int]]
) -> Iterator[tuple[re.Match[str], Moment]]:
    pattern = re.compile(
        "(?:" + lexicon.fragment("periods", name) + rf")(?P<date>{dates.pattern})", re.IGNORECASE
    )
    for bounds in sentences:
        for match in pattern.finditer(passage.text, *bounds):
            moment = dates.read(match["date"])
            if moment is not None and not _against(passage.text, match, lexicon):
                yield match, moment


def _opening(passage: Passage, lead_sentence: int | None) -> list[tuple[int, int]]:
    return passage.sentences[: max(_OPENING, (lead_sentence or 0) + 1)]


def _since(
    body: Passage, dates: DateReader, lexicon: Lexicon, lead_sentence: int | None
) -> Found[Moment] | None:
    for match, moment in _preceded(body, dates, lexicon, "since", _opening(body, lead_sentence)):
        return body.found(moment, match.start(), match.end())
    return None


def _launched(
    body: Passage, dates: DateReader, lexicon: Lexicon, lead_sentence: int | None
) -> Found[Moment] | None:
    launch = re.compile(lexicon.fragment("periods", "launch"), re.IGNORECASE)
    for bounds in _opening(body, lead_sentence):
        if not launch.search(body.text, *bounds):
            continue
        for match, moment in _preceded(body, dates, lexicon, "at", [bounds]):
            return body.found(moment, match.start(), match.end())
    return None


def _until(body: Passage, dates: DateReader, lexicon: Lexicon) -> Found[Moment] | None:
    for match, moment in _preceded(body, dates, lexicon, "until", body.sentences):
        if not re.match(r",? (?:by|par)\b", body.text[match.end() :]):
            return body.found(moment, match.start(), match.end())
    return None
