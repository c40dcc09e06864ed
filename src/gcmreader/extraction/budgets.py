"""Budget of a practice, in the precision of the text: `12 millions d'euros` is 12000000 EUR.

Sums that are not its own budget (the parent programme's, remittances, savings, fines) are
recognised by the words of their clause. Currencies have their names of the Unicode CLDR in the
language of the text, their ISO 4217 codes and signs. A name that several countries give their
currency (`pesos`) is that of the practice's country; dollars without a country are United States
dollars, as in United Nations usage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import cache, cached_property

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies

from gcmreader.extraction.passages import Extracted, ReadPassage
from gcmreader.lexicon import Lexicon, any_of

#: No practice runs on so little, in any currency: that is a price, a fee, a fine.
MAX_PRICE = 1000
#: Reach of the clause before and after an amount, in characters.
CONTEXT_BEFORE = 110
CONTEXT_AFTER = 60

_SCALES = {
    "thousand": 10**3, "mille": 10**3, "mil": 10**3, "k": 10**3,
    "million": 10**6, "millions": 10**6, "millón": 10**6, "millones": 10**6,
    "m": 10**6, "mn": 10**6, "billion": 10**9, "billions": 10**9, "bn": 10**9,
    "milliard": 10**9, "milliards": 10**9, "mil millones": 10**9,
}  # fmt: skip
#: numbers in words that are read, before a scale only: `dix millions`
_WORDS = {
    word: number
    for words_of_language in (
        "one two three four five six seven eight nine ten",
        "un deux trois quatre cinq six sept huit neuf dix",
        "un dos tres cuatro cinco seis siete ocho nueve diez",
    )
    for number, word in enumerate(words_of_language.split(), start=1)
}
#: Ways to write a number in digits, with the sign that groups thousands.
_GROUPED_BY_COMMA = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_BY_STOP = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_UNGROUPED = re.compile(r"\d+(?:[.,]\d+)?")
_digits = r"\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
_scales = rf"(?:{any_of(_SCALES)})(?![a-zà-ÿ])"
_number = rf"{_digits}|(?<!-)(?:{any_of(_WORDS)})(?= (?:{_scales}))"
_CLAUSE_END = re.compile(r"[;,.]| - ")


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
        self._codes_by_name: dict[str, str] = {}
        for code in sorted(codes):
            for count in (1, 2):
                self._codes_by_name[get_currency_name(code, count, locale).casefold()] = code
        symbols = Locale("en").currency_symbols
        self._codes_by_sign = {"US$": "USD", "$US": "USD"}
        self._codes_by_sign |= {code: code for code in codes}
        self._codes_by_sign |= {sign: code for code, sign in symbols.items() if code in codes}
        #: currencies by the noun of their names: `dollars`
        self._codes_by_noun: dict[str, set[str]] = {}
        for name, code in self._codes_by_name.items():
            noun = name.split()[-1 if noun_last else 0]
            for form in (noun, f"{noun}s"):
                self._codes_by_noun.setdefault(form, set()).add(code)

    @cached_property
    def amount(self) -> re.Pattern[str]:
        """A number with a currency: its sign before, its sign, code or name after."""
        sign = any_of(self._codes_by_sign)
        names = any_of({*self._codes_by_name, *self._codes_by_noun})
        name = rf"(?:(?:US|United States|U\.S\.) )?(?:{names})"
        return re.compile(
            rf"(?<![\w.,])(?:(?P<sign>{sign})\s?(?P<n1>{_digits})"
            rf"(?:[ -]?(?P<s1>{_scales}))?(?![\w%])"
            rf"|(?P<n2>{_number})(?:[ -](?P<s2>{_scales}))?(?: d'| de | )?"
            rf"(?P<name>{name}|(?:{sign})(?!\w)))(?!\w)",
            re.IGNORECASE,
        )

    def code(self, written: str, countries: Iterable[str]) -> str | None:
        """The code of a currency as written, or None where it is unclear.

        `countries` are those of the practice (ISO 3166 alpha-3).
        """
        code = (
            self._codes_by_sign.get(written.upper())
            or self._codes_by_sign.get(written)
            or self._codes_by_name.get(written.casefold())
        )
        if code is not None:
            return code
        candidates = self._codes_of_noun(written.casefold())
        if "USD" in candidates:
            return "USD"
        national_codes = {code for country in countries for code in _national_codes(country)}
        candidates = (candidates & national_codes) or candidates
        return next(iter(candidates)) if len(candidates) == 1 else None

    def _codes_of_noun(self, name: str) -> set[str]:
        """The currencies whose noun is the first such noun in a name."""
        for word in name.split():
            if word in self._codes_by_noun:
                return self._codes_by_noun[word]
        return set()


def _national_codes(country: str) -> list[str]:
    """The codes of the currencies of a country (ISO 3166 alpha-3)."""
    alpha2 = "".join(get_global("territory_aliases").get(country, ()))
    return get_territory_currencies(alpha2)


@cache
def _currencies(language: str, noun_last: bool) -> Currencies:
    return Currencies(language, noun_last=noun_last)


class Confidence(IntEnum):
    """Confidence that a sum is the budget of the practice."""

    NONE = 0
    LIKELY = 1
    EXPLICIT = 2


def read_amount(
    body: ReadPassage, lexicon: Lexicon, countries: Iterable[str] = ()
) -> Extracted[Amount] | None:
    """The practice's own budget, or None where the text gives none.

    The first of those most confident.

    `countries`: where it is carried out (ISO 3166 alpha-3), which determines whose `pesos` are
    meant.
    """
    currencies = _currencies(lexicon.language, lexicon.fragment("names", "postposed") != "yes")
    countries = tuple(countries)
    budget: Extracted[Amount] | None = None
    confidence_of_budget = Confidence.NONE
    for match in currencies.amount.finditer(body.text):
        amount = _amount(match, currencies, countries)
        if amount is None or amount.value <= MAX_PRICE:
            continue
        confidence = _confidence(body, match, lexicon)
        if confidence > confidence_of_budget:
            budget = body.extracted(amount, match.start(), match.end())
            confidence_of_budget = confidence
    return budget


def _amount(
    match: re.Match[str], currencies: Currencies, countries: Iterable[str]
) -> Amount | None:
    """The amount that a text has, or None where number or currency is ambiguous."""
    number = parse_number(match["n1"] or match["n2"])
    currency = currencies.code(match["sign"] or match["name"], countries)
    if number is None or currency is None:
        return None
    scale = match["s1"] or match["s2"] or ""
    value = number * _SCALES.get(scale.casefold(), 1)
    if value == value.to_integral_value():
        value = value.quantize(Decimal(1))
    return Amount(value, currency)


def parse_number(text: str) -> Decimal | None:
    """The number that digits in any of the languages' writing, or a word, stand for.

    None if ambiguous.

    >>> [str(parse_number(text)) for text in ("12,5", "12.5", "1,200", "1.200", "1 200", "dix")]
    ['12.5', '12.5', '1200', '1200', '1200', '10']
    """
    word = _WORDS.get(text.casefold())
    if word:
        return Decimal(word)
    compact = text.replace(" ", "")
    if _GROUPED_BY_COMMA.fullmatch(compact):
        return Decimal(compact.replace(",", ""))
    if _GROUPED_BY_STOP.fullmatch(compact):
        return Decimal(compact.replace(".", "").replace(",", "."))
    if _UNGROUPED.fullmatch(compact):
        return Decimal(compact.replace(",", "."))
    return None


def _confidence(body: ReadPassage, match: re.Match[str], lexicon: Lexicon) -> Confidence:
    """Confidence, by the words around, that the sum is the practice's budget."""
    start, end = body.sentence_of(match.start())
    before = body.text[max(start, match.start() - CONTEXT_BEFORE) : match.start()]
    after = body.text[match.end() : min(end, match.end() + CONTEXT_AFTER)]
    runs_on = lexicon.fragment("amounts", "runs_on")
    clause_before = lexicon.compiled(rf"; |, (?!{runs_on})| - ").split(before)[-1]
    clause_after = _CLAUSE_END.split(after)[0]

    def has(name: str, words: str) -> bool:
        return bool(lexicon.pattern("amounts", name, re.IGNORECASE).search(words))

    if has("against", clause_before) or has("against", clause_after):
        return Confidence.NONE
    is_share = lexicon.pattern("amounts", "each", re.IGNORECASE).match(clause_after)
    if is_share or has("none", body.text[start:end]):
        return Confidence.NONE
    if has("strong", f"{clause_before} {clause_after}"):
        return Confidence.EXPLICIT
    is_budget = has("budget", f"{before} {clause_after}")
    return Confidence.LIKELY if is_budget else Confidence.NONE
