"""Budget, start and end of a practice, in the precision of the text: `12 millions d'euros` is 12000000 EUR.

Sums that are not its own budget (the parent programme's, remittances, savings, fines) are told
apart by the words of their clause. Currencies have their names of the Unicode CLDR in the language
of the text, their ISO 4217 codes and signs. A name that several countries give their currency
(`pesos`) is that of the practice's country; dollars without a country are United States dollars, as
in United Nations usage.

A date counts where it belongs to the practice: a range, a `since`, an `until`, or the date of a
launch or an event in the opening sentences. The year of an act, a crisis, a report or a citation
does not count.

Dated events within a practice, such as the fourth meeting of a network, are found here, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from rapidfuzz import fuzz

from gcmgraph.platform.dates import Moment
from gcmgraph.platform.errors import ExtractionError
from gcmgraph.sources.source_texts import Document
from gcmreader.extraction.clauses import Extracted, ReadPassage
from gcmreader.lexicon import Lexicon, any_of

_SCALES = {
    "thousand": 10**3, "mille": 10**3, "mil": 10**3, "k": 10**3,
    "million": 10**6, "millions": 10**6, "millón": 10**6, "millones": 10**6, "m": 10**6, "mn": 10**6,
    "billion": 10**9, "billions": 10**9, "bn": 10**9, "milliard": 10**9, "milliards": 10**9, "mil millones": 10**9,
}  # fmt: skip
#: numbers in words that are read, before a scale only: `dix millions`
_WORDS = {
    word: number
    for language in (
        "one two three four five six seven eight nine ten",
        "un deux trois quatre cinq six sept huit neuf dix",
        "un dos tres cuatro cinco seis siete ocho nueve diez",
    )
    for number, word in enumerate(language.split(), start=1)
}
_digits = r"\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
_scales = rf"(?:{any_of(_SCALES)})(?![a-zà-ÿ])"
_number = rf"{_digits}|(?<!-)(?:{any_of(_WORDS)})(?= (?:{_scales}))"
#: No practice runs on so little, in any currency: that is a price, a fee, a fine.
_PRICE = 1000
#: Reach of the clause around an amount, in characters.
_BEFORE_AMOUNT, _AFTER_AMOUNT = 110, 60


@dataclass(frozen=True)
class Amount:
    """A sum of money: units of a currency (ISO 4217 code)."""

    value: Decimal
    currency: str


class Currencies:
    """The currencies of today as texts of a language write them."""

    def __init__(self, language: str, *, noun_last: bool) -> None:
        locale = Locale(language)
        territories = get_global("territory_currencies")
        codes = {code for territory in territories for code in get_territory_currencies(territory)}
        self._names = {
            get_currency_name(c, n, locale).casefold(): c for c in sorted(codes) for n in (1, 2)
        }
        self._signs = {"US$": "USD", "$US": "USD", **dict(zip(codes, codes, strict=True))}
        self._signs |= {
            sign: code for code, sign in Locale("en").currency_symbols.items() if code in codes
        }
        #: currencies by the noun of their names: `dollars`
        self._nouns: dict[str, set[str]] = {}
        for name, code in self._names.items():
            noun = name.split()[-1 if noun_last else 0]
            for form in (noun, f"{noun}s"):
                self._nouns.setdefault(form, set()).add(code)

    @cached_property
    def amount(self) -> re.Pattern[str]:
        """A number with a currency: its sign before, its sign, code or name after."""
        sign = any_of(self._signs)
        name = rf"(?:(?:US|United States|U\.S\.) )?(?:{any_of({*self._names, *self._nouns})})"
        return re.compile(
            rf"(?<![\w.,])(?:(?P<sign>{sign})\s?(?P<n1>{_digits})(?:[ -]?(?P<s1>{_scales}))?(?![\w%])"
            rf"|(?P<n2>{_number})(?:[ -](?P<s2>{_scales}))?(?: d'| de | )?(?P<name>{name}|(?:{sign})(?!\w)))(?!\w)",
            re.IGNORECASE,
        )

    def code(self, written: str, countries: Iterable[str]) -> str | None:
        """The code of a currency as written, or None where it is unclear.

        `countries` are those of the practice.
        """
        name = written.casefold()
        code = self._signs.get(written.upper()) or self._signs.get(written) or self._names.get(name)
        named = next((codes for noun in name.split() if (codes := self._nouns.get(noun))), set())
        alpha2 = {
            "".join(get_global("territory_aliases").get(country, ())) for country in countries
        }
        there = {
            code
            for country in alpha2
            for code in get_territory_currencies(country)
            if code in named
        }
        candidates = {"USD"} if "USD" in named else there or named
        return code or (next(iter(candidates)) if len(candidates) == 1 else None)


@cache
def _currencies(language: str, noun_last: bool) -> Currencies:
    return Currencies(language, noun_last=noun_last)


def read_amount(
    body: ReadPassage, lexicon: Lexicon, countries: Iterable[str] = ()
) -> Extracted[Amount] | None:
    """The practice's own budget, or None where the text gives none.

    `countries`: where it is carried out (ISO 3166 alpha-3), which says whose `pesos` are meant.
    """
    currencies = _currencies(lexicon.language, lexicon.fragment("names", "postposed") != "yes")
    countries = tuple(countries)
    best: tuple[int, Extracted[Amount]] | None = None
    for match in currencies.amount.finditer(body.text):
        value = parse_number(match["n1"] or match["n2"])
        code = currencies.code(match["sign"] or match["name"], countries)
        score = _score(body, match, lexicon)
        if value is None or code is None or score == 0 or (best and score <= best[0]):
            continue
        value = value * _SCALES.get((match["s1"] or match["s2"] or "").casefold(), 1)
        if value == value.to_integral_value():
            value = value.quantize(Decimal(1))
        if value > _PRICE:
            best = score, body.extracted(Amount(value, code), match.start(), match.end())
    return best[1] if best else None


def parse_number(text: str) -> Decimal | None:
    """The number that digits in any of the languages' writing, or a word, stand for; None where it is ambiguous.

    `12,5` and `12.5` are decimals; `1,200`, `1.200` and `1 200` are thousands.
    """
    if word := _WORDS.get(text.casefold()):
        return Decimal(word)
    compact = text.replace(" ", "")
    for form, grouping in (
        (r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", ","),
        (r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", "."),
        (r"\d+(?:[.,]\d+)?", " "),
    ):
        if re.fullmatch(form, compact):
            return Decimal(compact.replace(grouping, "").replace(",", "."))
    return None


def _score(body: ReadPassage, match: re.Match[str], lexicon: Lexicon) -> int:
    """Confidence, by the words around, that the sum is the practice's budget; 0: it is not."""
    start, end = body.sentence_of(match.start())
    before = body.text[max(start, match.start() - _BEFORE_AMOUNT) : match.start()]
    after = body.text[match.end() : min(end, match.end() + _AFTER_AMOUNT)]
    near_before = lexicon.compiled(rf"; |, (?!{lexicon.fragment('amounts', 'runs_on')})| - ").split(
        before
    )[-1]
    near_after = re.split(r"[;,.]| - ", after)[0]

    def says(name: str, words: str) -> bool:
        return bool(lexicon.pattern("amounts", name, re.IGNORECASE).search(words))

    if (
        says("against", near_before)
        or says("against", near_after)
        or says("none", body.text[start:end])
    ):
        return 0
    if lexicon.pattern("amounts", "each", re.IGNORECASE).match(near_after):
        return 0
    if says("strong", f"{near_before} {near_after}"):
        return 3
    return 2 if says("budget", f"{before} {near_after}") else 0


#: after the number of a day: `1st`, `1er`, `1.º`
_ORDINAL = r"er|st|nd|rd|th|\.?[ºo°]|ero"
#: Sentences, counted from 0, in which a date may be the practice's own.
_OPENING = 2
#: Fewest characters of a title that a text repeats by more than chance.
_TELLING = 10
#: Minimum similarity (0 to 100) of the name of a gathering and the title to be the practice.
_SAME_TITLE = 85
#: Context before a date that can name its act, in characters.
_BEFORE = 200
#: Context after a date that can name its subject, in characters.
_AFTER = 140


@dataclass(frozen=True)
class FoundPeriod:
    """Start and end, either may be open."""

    start: Extracted[Moment] | None = None
    end: Extracted[Moment] | None = None


class DateReader:
    """Finds dates in one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        months = lexicon.fragment("periods", "months").split("|")
        self._months = {name.casefold(): number for number, name in enumerate(months, start=1)}
        names = "|".join(months)
        self.pattern = (
            rf"(?:(?:\d{{1,2}}(?:{_ORDINAL})?(?: de)? )?(?:(?:{names})(?: del?)? (?:\d{{1,2}}, )?)?(?:19|20)\d\d)"
            r"(?![\d%]|\.\d|,\d| ?(?:euros|dollars|personnes))"
        )
        self._parts = lexicon.compiled(
            rf"(?:(?P<day>\d{{1,2}})(?:{_ORDINAL})?(?: de)? )?"
            rf"(?:(?P<month>{names})(?: del?)? (?:(?P<day2>\d{{1,2}}), )?)?(?P<year>(?:19|20)\d\d)",
            re.IGNORECASE,
        )
        #: a date whose year comes with the second date: `10 [to 12 March 2020]`, `January [to June
        #: 2019]`
        self.partial = rf"(?:\d{{1,2}}(?:{_ORDINAL})?(?: (?:de )?(?:{names}))?|(?:{names}))"
        self._partial_parts = lexicon.compiled(
            rf"(?:(?P<day>\d{{1,2}})(?:{_ORDINAL})?)? ?(?:de )?(?P<month>{names})?", re.IGNORECASE
        )

    def read(self, text: str) -> Moment | None:
        """The date that `text` is, or None where it is none (`31 February 2020`)."""
        parts = self._parts.fullmatch(text)
        month = self._months[parts["month"].casefold()] if parts and parts["month"] else 0
        day = (parts["day"] or parts["day2"]) if parts else None
        if parts is None or (day and (not month or not 1 <= int(day) <= 31)):
            return None
        return Moment(int(parts["year"]), month, int(day) if day else 0)

    def complete(self, text: str, by: Moment) -> Moment | None:
        """The date that a partial date is, given the date it is completed by."""
        parts = self._partial_parts.fullmatch(text.strip())
        if parts is None or not (parts["day"] or parts["month"]):
            return None
        month = self._months[parts["month"].casefold()] if parts["month"] else by.month
        return Moment(by.year, month, int(parts["day"]) if parts["day"] else 0)


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
        opening = body.sentences[: max(_OPENING, lead_sentence + 1)]
        held = lexicon.pattern("events", "held")
        #: the sentences in which a date may be the practice's own, not that of an event within it
        self.opening = [
            bounds
            for bounds in opening
            if "meeting" in kinds or not held.search(body.text, *bounds)
        ]
        acts = [words for kind, words in lexicon.table("period_acts").items() if kind not in kinds]
        before = lexicon.fragment("periods", "against_before")
        self.against_before = lexicon.compiled(
            rf"(?:\b(?:{'|'.join([*acts, before])})(?: [^,.;]{{0,45}})?"
            rf"(?: of| in| from| for| de| du| del| d'| en| fin| pour| para)?"
            rf"|{lexicon.fragment('periods', 'against_close')}) ?$"
        )

    def read(self) -> FoundPeriod:
        """The period.

        Raises `ExtractionError` where the text gives a range that ends before it starts.
        """
        if period := self._range(self.title, [(0, len(self.title.text))]):
            return period
        start = None
        for bounds in self.opening:
            if period := self._range(self.body, [bounds]):
                return period
            if start := next((found for _, found in self._preceded("since", [bounds])), None):
                break
        start = start or self._launched()
        if start is None and (
            period := self._range(self.body, self.body.sentences[len(self.opening) :])
        ):
            return period
        start = start or self._begun()
        if start is not None and self._is_event(start):
            return FoundPeriod(start, start)
        end = self._until()
        if start and end and end.value.before(start.value):
            end = None
        return FoundPeriod(start, end)

    def _range(self, passage: ReadPassage, sentences: list[tuple[int, int]]) -> FoundPeriod | None:
        """The first range of dates in some sentences."""
        for bounds in sentences:
            for start, end in self._ranges(passage, bounds):
                if end.value.before(start.value):
                    raise ExtractionError(
                        f"A practice ends ({end.value}) before it starts ({start.value}).",
                        place=self.document.place(start.span.start),
                        hint=f"Correct the dates of '{self.title.view.shown}'.",
                    )
                return FoundPeriod(start, end)
        return None

    def _ranges(
        self, passage: ReadPassage, bounds: tuple[int, int]
    ) -> Iterator[tuple[Extracted[Moment], Extracted[Moment]]]:
        """The date ranges of a sentence that nothing speaks against."""
        text, dates = passage.text, self.dates
        full, partial = dates.pattern, dates.partial
        patterns = [
            r"(?P<a>(?:19|20)\d\d) ?(?:-|/| to | à | a ) ?(?P<b>(?:19|20)\d\d)(?![\d%])",
            rf"(?P<a>(?:{full}))(?: ?- ?| to | à | au | al? )(?P<b>(?:{full}))",
        ]
        for first, second in self.lexicon.pairs("periods", "from_to"):
            patterns.append(
                rf"\b{first}(?:le |the |el )?(?P<a>{full}|{partial}),?{second}(?:le |the |el )?(?P<b>{full})"
            )
        found = []
        for pattern in patterns:
            for match in self.lexicon.compiled(pattern, re.IGNORECASE).finditer(text, *bounds):
                end = dates.read(match["b"])
                start = (dates.read(match["a"]) or dates.complete(match["a"], end)) if end else None
                if start and end and not self._against(text, match):
                    found.append((match.start(), match, start, end))
        for _, match, start, end in sorted(found, key=lambda item: (item[0], -item[1].end())):
            whole = (match.start(), match.end())
            yield passage.extracted(start, *whole), passage.extracted(end, *whole)

    def _against(self, text: str, match: re.Match[str]) -> bool:
        """Whether the words around a date give it to something else: an act, a report, a figure."""
        before = re.split(r"[.;:,]\s", text[max(0, match.start() - 70) : match.start()])[-1]
        after = text[match.end() : match.end() + _AFTER]
        if self.lexicon.pattern("roles", "instrument").search(
            text, max(0, match.start() - _BEFORE), match.start()
        ):
            return True
        return bool(
            self.against_before.search(before)
            or self.lexicon.pattern("periods", "against_after").match(after)
        )

    def _preceded(
        self, name: str, sentences: list[tuple[int, int]]
    ) -> Iterator[tuple[re.Match[str], Extracted[Moment]]]:
        """The dates after a wording of the lexicon."""
        pattern = self.lexicon.compiled(
            rf"(?:{self.lexicon.fragment('periods', name)})(?P<date>{self.dates.pattern})",
            re.IGNORECASE,
        )
        for bounds in sentences:
            for match in pattern.finditer(self.body.text, *bounds):
                moment = self.dates.read(match["date"])
                if moment is not None and not self._against(self.body.text, match):
                    yield match, self.body.extracted(moment, match.start(), match.end())

    def _launched(self) -> Extracted[Moment] | None:
        launched = [
            bounds
            for bounds in self.opening
            if self._word("launch").search(self.body.text, *bounds)
        ]
        return next((found for _, found in self._preceded("at", launched)), None)

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
            moment = self.dates.read(match["date"]) if match else None
            if match and moment is not None and not self._against(self.body.text, match):
                return self.body.extracted(moment, match.start("date"), match.end("date"))
        return None

    def _is_event(self, start: Extracted[Moment]) -> bool:
        """Whether the practice is over with its date: a meeting, a course that was held then, or a gathering.

        A gathering is one by its title: `In May it held a panel entitled …`.
        """
        if "meeting" in self.kinds:
            return True
        sentence = next((b for b in self.opening if start.span in self.body.view.span(*b)), None)
        if sentence is None or not start.value.month:
            return False
        text, title = self.body.text, self.title.text.casefold()
        if "training" in self.kinds and self._word("held").search(text, *sentence):
            return True
        held = self._word("gathering").search(text, *sentence)
        if held is None or len(title) < _TELLING:
            return False
        return fuzz.partial_ratio(title, text[held.end() : sentence[1]].casefold()) >= _SAME_TITLE

    def _word(self, name: str) -> re.Pattern[str]:
        """A wording of periods in the language of the text."""
        return self.lexicon.pattern("periods", name, re.IGNORECASE)

    def _until(self) -> Extracted[Moment] | None:
        not_own = self.lexicon.compiled(
            self.lexicon.fragment("periods", "until_not_own") + "$", re.IGNORECASE
        )
        for match, found in self._preceded("until", self.body.sentences):
            before = self.body.text[max(0, match.start() - 60) : match.start()]
            if not re.match(
                r",? (?:by|par|por)\b", self.body.text[match.end() :]
            ) and not not_own.search(before):
                return found
        return None
