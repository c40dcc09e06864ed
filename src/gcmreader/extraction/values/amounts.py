"""The budget of a practice: `12 millions d'euros` is 12000000 EUR.

Sums that are not its own budget (the parent programme's, remittances, savings, fines) are told apart by the words
of their clause. Where the text names no country of a dollar, United Nations usage holds: United States dollars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gcmreader.extraction.clauses import Found, Passage
from gcmreader.extraction.values.currencies import NAME, SIGN, currency_of
from gcmreader.lexicon import Lexicon

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_ES = (
    "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte"
)
_NUMBER_WORDS: dict[str, int | Decimal] = {
    **{word: number for number, word in enumerate(_EN.split())},
    **{word: number for number, word in enumerate(_FR.split())},
    **{word: number for number, word in enumerate(_ES.split())},
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
    "medio": Decimal("0.5"), "uno": 1, "una": 1,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "huitante": 80, "octante": 80, "nonante": 90, "a": 1, "une": 1, "half": Decimal("0.5"), "demi": Decimal("0.5"),
}  # fmt: skip
#: Words that multiply what goes before them.
_MULTIPLIERS = {
    "hundred": 100, "cent": 100, "cents": 100, "cien": 100, "ciento": 100, "thousand": 1000, "mille": 1000, "mil": 1000,
}  # fmt: skip
_SCALES = {
    "thousand": 10**3, "mille": 10**3, "k": 10**3, "million": 10**6, "millions": 10**6, "m": 10**6, "mn": 10**6,
    "billion": 10**9, "billions": 10**9, "bn": 10**9, "milliard": 10**9, "milliards": 10**9,
    "mil": 10**3, "millón": 10**6, "millones": 10**6, "mil millones": 10**9,
}  # fmt: skip

_digits = r"\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
_word = "(?:" + "|".join(sorted({*_NUMBER_WORDS, *_MULTIPLIERS}, key=len, reverse=True)) + ")"
_words = rf"{_word}(?:(?:[ -]|[ -]et[ -]| and | y ){_word}){{0,7}}"
_scales = r"mil millones|millones|millón|mil|millions?|milliards?|billions?|thousand|mille|mn|bn|[mMkK](?![a-zà-ÿ])"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<sign>{SIGN})\s?(?P<n1>{_digits})(?:[ -]?(?P<s1>{_scales}))?(?![\w%])"
    rf"|(?P<n2>{_digits}|\b{_words}\b)(?:[ -](?P<s2>{_scales})(?P<half> et demie?| and a half| y medio)?)?"
    rf"(?: d'| de | )?(?P<name>{NAME}|(?:{SIGN})(?!\w)))(?!\w)",
    re.IGNORECASE,
)
#: No practice runs on less, in any currency: a smaller sum is a price, a fee, a fine.
_LEAST = 1000
#: Reach of the clause around an amount, in characters.
_BEFORE, _AFTER = 110, 60


@dataclass(frozen=True)
class Amount:
    """A sum of money: units of a currency (ISO 4217 code)."""

    value: Decimal
    currency: str


def read_amount(body: Passage, lexicon: Lexicon, countries: Iterable[str] = ()) -> Found[Amount] | None:
    """The practice's own budget, or None where the text gives none.

    `countries`: where it is carried out (ISO 3166 alpha-3), which says whose `pesos` are meant.
    """
    countries = tuple(countries)
    best: tuple[int, Found[Amount]] | None = None
    for match in _AMOUNT.finditer(body.text):
        amount = _amount(match, countries)
        score = _score(body, match, lexicon)
        if amount is not None and score > 0 and (best is None or score > best[0]):
            begin, end = body.sentence_of(match.start())
            if lexicon.pattern("amounts", "none", re.IGNORECASE).search(body.text[begin:end]):
                continue
            start = max(begin, _cue_start(body.text, match.start(), lexicon))
            best = score, body.found(amount, start, match.end())
    return best[1] if best else None


def parse_number(text: str) -> Decimal | None:
    """The number that digits in any of the languages' writing stand for; None where it is ambiguous.

    `12,5` and `12.5` are decimals; `1,200`, `1.200` and `1 200` are thousands; `huit cent mille` is 800000.
    """
    if text[:1].isalpha():
        return _number_in_words(text)
    compact = text.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", compact):
        return Decimal(compact.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", compact):
        return Decimal(compact.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", compact):
        return Decimal(compact.replace(",", "."))
    return None


def _number_in_words(text: str) -> Decimal | None:
    """The number that words say, multiplied and added as both languages do: `quatre-vingt-dix`."""
    total, current = Decimal(0), Decimal(0)
    words = [word for word in re.split(r"[\s-]+", text.casefold()) if word not in {"et", "and", "y"}]
    for word in words:
        if (multiplier := _MULTIPLIERS.get(word)) is not None:
            current = (current or Decimal(1)) * multiplier
            if multiplier == 1000:
                total, current = total + current, Decimal(0)
        elif word not in _NUMBER_WORDS:
            return None
        elif word in {"vingt", "vingts"} and current % 100 == 4:
            current += 76  # quatre-vingts
        elif word != "a" or len(words) == 1 or words[1] in _MULTIPLIERS:  # not the article of `two and a half`
            current += _NUMBER_WORDS[word]
    return total + current


def _amount(match: re.Match[str], countries: Iterable[str]) -> Amount | None:
    number = parse_number(match["n1"] or match["n2"])
    if number is None:
        return None
    scale = (match["s1"] or match["s2"] or "").casefold()
    value = (number + (Decimal("0.5") if match["half"] else 0)) * _SCALES.get(scale, 1)
    currency = currency_of(match["sign"] or match["name"], countries)
    if value == value.to_integral_value():
        value = value.quantize(Decimal(1))
    return Amount(value, currency) if currency and value >= _LEAST else None


def _score(body: Passage, match: re.Match[str], lexicon: Lexicon) -> int:
    """Confidence, by the words around, that the sum is the practice's budget; 0 or less: it is not."""
    start, end = body.sentence_of(match.start())
    before = body.text[max(start, match.start() - _BEFORE) : match.start()]
    after = body.text[match.end() : min(end, match.end() + _AFTER)]
    near_before = lexicon.compiled(rf"; |, (?!{lexicon.fragment('amounts', 'runs_on')})| - ").split(before)[-1]
    near_after = re.split(r"[;,.]| - ", after)[0]
    against = lexicon.pattern("amounts", "against", re.IGNORECASE)
    each = lexicon.pattern("amounts", "each", re.IGNORECASE)
    if against.search(near_before) or against.search(near_after) or each.match(near_after):
        return 0
    if lexicon.pattern("amounts", "strong", re.IGNORECASE).search(near_before + " " + near_after):
        return 3
    if lexicon.pattern("amounts", "budget", re.IGNORECASE).search(before + " " + near_after):
        return 2
    return 0


def _cue_start(text: str, position: int, lexicon: Lexicon) -> int:
    """Where the word that makes the sum a budget begins, close before it; else the sum itself."""
    window = max(0, position - _BEFORE)
    cues = [m.start() for m in lexicon.pattern("amounts", "budget", re.IGNORECASE).finditer(text[window:position])]
    return window + cues[-1] if cues else position
