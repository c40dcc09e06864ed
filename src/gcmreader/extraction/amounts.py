"""The budget of a practice: `12 millions d'euros` is 12000000 EUR.

Sums that are not its own budget (the parent programme's, remittances, savings, fines) are told apart by the words
of their clause. Currencies have their names of the Unicode CLDR in the language of the text, their ISO 4217 codes and
signs. A name that several countries give their currency (`pesos`) is that of the practice's country; dollars without a
country are United States dollars, as in United Nations usage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies

from gcmreader.extraction.clauses import Found, Passage
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
_BEFORE, _AFTER = 110, 60


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
        self._names = {get_currency_name(c, n, locale).casefold(): c for c in sorted(codes) for n in (1, 2)}
        self._signs = {"US$": "USD", "$US": "USD", **dict(zip(codes, codes, strict=True))}
        self._signs |= {sign: code for code, sign in Locale("en").currency_symbols.items() if code in codes}
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
        """The code of a currency as written, or None where it is unclear. `countries` are those of the practice."""
        name = written.casefold()
        code = self._signs.get(written.upper()) or self._signs.get(written) or self._names.get(name)
        named = next((codes for noun in name.split() if (codes := self._nouns.get(noun))), set())
        alpha2 = {"".join(get_global("territory_aliases").get(country, ())) for country in countries}
        there = {code for country in alpha2 for code in get_territory_currencies(country) if code in named}
        candidates = {"USD"} if "USD" in named else there or named
        return code or (next(iter(candidates)) if len(candidates) == 1 else None)


@cache
def _currencies(language: str, noun_last: bool) -> Currencies:
    return Currencies(language, noun_last=noun_last)


def read_amount(body: Passage, lexicon: Lexicon, countries: Iterable[str] = ()) -> Found[Amount] | None:
    """The practice's own budget, or None where the text gives none.

    `countries`: where it is carried out (ISO 3166 alpha-3), which says whose `pesos` are meant.
    """
    currencies = _currencies(lexicon.language, lexicon.fragment("names", "postposed") != "yes")
    countries = tuple(countries)
    best: tuple[int, Found[Amount]] | None = None
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
            best = score, body.found(Amount(value, code), match.start(), match.end())
    return best[1] if best else None


def parse_number(text: str) -> Decimal | None:
    """The number that digits in any of the languages' writing, or a word, stand for; None where it is ambiguous.

    `12,5` and `12.5` are decimals; `1,200`, `1.200` and `1 200` are thousands.
    """
    if word := _WORDS.get(text.casefold()):
        return Decimal(word)
    compact = text.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", compact):
        return Decimal(compact.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", compact):
        return Decimal(compact.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", compact):
        return Decimal(compact.replace(",", "."))
    return None


def _score(body: Passage, match: re.Match[str], lexicon: Lexicon) -> int:
    """Confidence, by the words around, that the sum is the practice's budget; 0: it is not."""
    start, end = body.sentence_of(match.start())
    before = body.text[max(start, match.start() - _BEFORE) : match.start()]
    after = body.text[match.end() : min(end, match.end() + _AFTER)]
    near_before = lexicon.compiled(rf"; |, (?!{lexicon.fragment('amounts', 'runs_on')})| - ").split(before)[-1]
    near_after = re.split(r"[;,.]| - ", after)[0]

    def says(name: str, words: str) -> bool:
        return bool(lexicon.pattern("amounts", name, re.IGNORECASE).search(words))

    if says("against", near_before) or says("against", near_after) or says("none", body.text[start:end]):
        return 0
    if lexicon.pattern("amounts", "each", re.IGNORECASE).match(near_after):
        return 0
    if says("strong", f"{near_before} {near_after}"):
        return 3
    return 2 if says("budget", f"{before} {near_after}") else 0
