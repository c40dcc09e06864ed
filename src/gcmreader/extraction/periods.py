"""Start and end of a practice, in the precision of the text.

A date counts where it belongs to the practice: a range, a `since`, an `until`, or the date of a
launch or an event in the opening sentences. The year of an act, a crisis, a report or a citation
does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from gcmgraph.platform.dates import Moment
from gcmgraph.platform.errors import ExtractionError
from gcmgraph.sources.source_texts import Document
from gcmreader.extraction.dates import DateReader
from gcmreader.extraction.passages import Extracted, ReadPassage
from gcmreader.lexicon import Lexicon

#: Sentences, counted from 0, in which a date may be the practice's own.
OPENING = 2
#: Minimum number of characters of a title that a text repeats by more than chance.
MIN_TITLE = 10
#: Minimum similarity (0 to 100) of the name of a gathering and the title to be the practice.
SIMILARITY_TO_TITLE = 85
#: Context before a date that can name its act, in characters.
ACT_CONTEXT = 200
#: Context before and after a date that can name its subject, in characters.
CONTEXT_BEFORE = 70
CONTEXT_AFTER = 140
#: Context before an end that can give it to something else, in characters.
UNTIL_CONTEXT = 60

#: `2016-2020`: years only
_YEARS = r"(?P<a>(?:19|20)\d\d) ?(?:-|/| to | à | a ) ?(?P<b>(?:19|20)\d\d)(?![\d%])"
_CLAUSE_START = re.compile(r"[.;:,]\s")
#: the agent after a deadline: `until 2020[, by] the ministry`
_AGENT = re.compile(r",? (?:by|par|por)\b")

#: Start and end of a sentence.
Bounds = tuple[int, int]


@dataclass(frozen=True)
class Period:
    """Start and end, either may be open."""

    start: Extracted[Moment] | None = None
    end: Extracted[Moment] | None = None


@dataclass(frozen=True)
class _DateRange:
    """Two dates that words join, and the match of all these words."""

    match: re.Match[str]
    start: Moment
    end: Moment


class PeriodReader:
    """Reads start and end of a practice.

    `kinds` are its types: a meeting begins and ends with its date.
    """

    def __init__(
        self,
        title: ReadPassage,
        body: ReadPassage,
        lexicon: Lexicon,
        kinds: frozenset[str],
        lead_sentence: int,
        document: Document,
    ) -> None:
        self.title = title
        self.body = body
        self.lexicon = lexicon
        self.kinds = kinds
        self.document = document
        self.dates = DateReader(lexicon)
        opening = body.sentences[: max(OPENING, lead_sentence + 1)]
        held = lexicon.pattern("events", "held")
        #: the sentences in which a date may be the practice's own, not that of an event within it
        self.opening = [
            bounds
            for bounds in opening
            if "meeting" in kinds or not held.search(body.text, *bounds)
        ]
        acts = [words for kind, words in lexicon.table("period_acts").items() if kind not in kinds]
        nouns = "|".join([*acts, lexicon.fragment("periods", "against_before")])
        self.against_before = lexicon.compiled(
            rf"(?:\b(?:{nouns})(?: [^,.;]{{0,45}})?"
            rf"(?: of| in| from| for| de| du| del| d'| en| fin| pour| para)?"
            rf"|{lexicon.fragment('periods', 'against_close')}) ?$"
        )

    def read(self) -> Period:
        """The period.

        Raises `ExtractionError` where the text gives a range that ends before it starts.
        """
        whole_title = (0, len(self.title.text))
        period = self._first_range(self.title, [whole_title]) or self._period_of_opening()
        if period is None:
            later_sentences = self.body.sentences[len(self.opening) :]
            period = self._first_range(self.body, later_sentences) or Period(self._begun())
        if period.start is None:
            return Period(None, self._until())
        if period.end is not None:
            return period
        if self._is_event(period.start):
            return Period(period.start, period.start)
        end = self._until()
        if end and end.value.before(period.start.value):
            end = None
        return Period(period.start, end)

    def _period_of_opening(self) -> Period | None:
        """The first range of the opening, or a start there.

        After `since`, else the date of a launch.
        """
        for bounds in self.opening:
            period = self._first_range(self.body, [bounds])
            if period is not None:
                return period
            start = self._first_after("since", [bounds])
            if start is not None:
                return Period(start)
        start = self._launched()
        return Period(start) if start is not None else None

    def _first_range(self, passage: ReadPassage, sentences: Iterable[Bounds]) -> Period | None:
        """The first range of dates in some sentences."""
        for bounds in sentences:
            ranges = self._ranges(passage.text, bounds)
            if not ranges:
                continue
            first = min(ranges, key=_order)
            start = passage.extracted(first.start, *first.match.span())
            end = passage.extracted(first.end, *first.match.span())
            if first.end.before(first.start):
                raise ExtractionError(
                    f"A practice ends ({first.end}) before it starts ({first.start}).",
                    place=self.document.place(start.span.start),
                    hint=f"Correct the dates of '{self.title.view.shown}'.",
                )
            return Period(start, end)
        return None

    def _ranges(self, text: str, bounds: Bounds) -> list[_DateRange]:
        """The date ranges of a sentence that no words speak against."""
        ranges: list[_DateRange] = []
        for pattern in self._range_patterns():
            for match in self.lexicon.compiled(pattern, re.IGNORECASE).finditer(text, *bounds):
                end = self.dates.read(match["b"])
                if end is None:
                    continue
                start = self.dates.read(match["a"]) or self.dates.complete(match["a"], end)
                if start is not None and not self._against(text, match):
                    ranges.append(_DateRange(match, start, end))
        return ranges

    def _range_patterns(self) -> Iterator[str]:
        date = self.dates.pattern
        yield _YEARS
        yield rf"(?P<a>(?:{date}))(?: ?- ?| to | à | au | al? )(?P<b>(?:{date}))"
        article = "(?:le |the |el )?"
        for from_words, to_words in self.lexicon.pairs("periods", "from_to"):
            yield (
                rf"\b{from_words}{article}(?P<a>{date}|{self.dates.partial})"
                rf",?{to_words}{article}(?P<b>{date})"
            )

    def _against(self, text: str, match: re.Match[str]) -> bool:
        """Whether the words around a date give it to something else: an act, a report, a figure."""
        act_start = max(0, match.start() - ACT_CONTEXT)
        if self.lexicon.pattern("roles", "instrument").search(text, act_start, match.start()):
            return True
        before = text[max(0, match.start() - CONTEXT_BEFORE) : match.start()]
        if self.against_before.search(_CLAUSE_START.split(before)[-1]):
            return True
        after = text[match.end() : match.end() + CONTEXT_AFTER]
        return self.lexicon.pattern("periods", "against_after").match(after) is not None

    def _matches_after(self, name: str, sentences: Iterable[Bounds]) -> Iterator[re.Match[str]]:
        """The matches of a wording of the lexicon with a date (group `date`)."""
        words = self.lexicon.fragment("periods", name)
        pattern = self.lexicon.compiled(
            rf"(?:{words})(?P<date>{self.dates.pattern})", re.IGNORECASE
        )
        for bounds in sentences:
            for match in pattern.finditer(self.body.text, *bounds):
                is_date = self.dates.read(match["date"]) is not None
                if is_date and not self._against(self.body.text, match):
                    yield match

    def _first_after(self, name: str, sentences: Iterable[Bounds]) -> Extracted[Moment] | None:
        """The first date after a wording of the lexicon."""
        match = next(self._matches_after(name, sentences), None)
        return self._extracted(match) if match else None

    def _extracted(self, match: re.Match[str]) -> Extracted[Moment] | None:
        """The date of a match, with the whole match as its passage."""
        date = self.dates.read(match["date"])
        return self.body.extracted(date, *match.span()) if date else None

    def _launched(self) -> Extracted[Moment] | None:
        """The date in a sentence of the opening that speaks of a launch."""
        launch = self._pattern("launch")
        sentences = [bounds for bounds in self.opening if launch.search(self.body.text, *bounds)]
        return self._first_after("at", sentences)

    def _begun(self) -> Extracted[Moment] | None:
        """The date of a beginning after the opening: `Launched by the mayor in January 2015, …`."""
        begun = self.lexicon.fragment("periods", "begun")
        at = self.lexicon.fragment("periods", "at")
        itself = self.lexicon.fragment("periods", "itself")
        pattern = self.lexicon.compiled(
            rf"{itself}(?i:{begun})[^.;]{{0,80}}?(?:,? )(?:{at})(?P<date>{self.dates.pattern})"
        )
        for bounds in self.body.sentences:
            match = pattern.match(self.body.text, *bounds)
            date = self.dates.read(match["date"]) if match else None
            if match and date and not self._against(self.body.text, match):
                return self.body.extracted(date, *match.span("date"))
        return None

    def _is_event(self, start: Extracted[Moment]) -> bool:
        """Whether the practice is over with its date.

        A meeting, a course that was held then, or a gathering.

        A gathering is one by its title: `In May it held a panel entitled …`.
        """
        if "meeting" in self.kinds:
            return True
        bounds = self._opening_sentence(start)
        if bounds is None or not start.value.month:
            return False
        text = self.body.text
        if "training" in self.kinds and self._pattern("held").search(text, *bounds):
            return True
        gathering = self._pattern("gathering").search(text, *bounds)
        title = self.title.text.casefold()
        if gathering is None or len(title) < MIN_TITLE:
            return False
        name = text[gathering.end() : bounds[1]].casefold()
        return fuzz.partial_ratio(title, name) >= SIMILARITY_TO_TITLE

    def _opening_sentence(self, date: Extracted[Moment]) -> Bounds | None:
        """The sentence of the opening in which a date is."""
        for bounds in self.opening:
            if date.span in self.body.view.span(*bounds):
                return bounds
        return None

    def _pattern(self, name: str) -> re.Pattern[str]:
        """A wording of periods in the language of the text."""
        return self.lexicon.pattern("periods", name, re.IGNORECASE)

    def _until(self) -> Extracted[Moment] | None:
        """The first date after `until` that is the practice's own end."""
        not_own_words = self.lexicon.fragment("periods", "until_not_own")
        not_own = self.lexicon.compiled(not_own_words + "$", re.IGNORECASE)
        text = self.body.text
        for match in self._matches_after("until", self.body.sentences):
            before = text[max(0, match.start() - UNTIL_CONTEXT) : match.start()]
            if not _AGENT.match(text, match.end()) and not not_own.search(before):
                return self._extracted(match)
        return None


def _order(date_range: _DateRange) -> tuple[int, int]:
    """The order of ranges: by their beginning, of those the longest first."""
    return date_range.match.start(), -date_range.match.end()
