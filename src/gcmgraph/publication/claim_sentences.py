"""Claims that a sentence in English, French or Spanish may make, and the verdicts on them.

A sentence is taken apart by the phrases of relations (`relation_words.csv`) and the names of
datasets of figures; the words before and after must be names. Nothing is left out: a word that is
neither makes a name that nothing has, so that the claim is not understood. A denial makes no claim.

A reading is one claim, or more where a sentence lists names or states a period.

    >>> (claim,) = next(SentenceReader().readings("UNHCR is part of the United Nations."))
    >>> claim.resource, claim.relation, claim.value
    ('UNHCR', 'org:subOrganizationOf', 'United Nations')
    >>> *_, claims = SentenceReader().readings("Peru, Chile and Cuba are in America.")
    >>> [claim.resource for claim in claims]
    ['Peru', 'Chile', 'Cuba']
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.resources import files
from itertools import islice, product

from gcmgraph.model.program_tables import table_rows
from gcmgraph.model.relations import relations
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.text import fold_name
from gcmgraph.publication.claim_parts import Claim
from gcmgraph.publication.claims import ClaimChecker, ClaimVerdict, VerdictKind

_TABLES = tomllib.loads((files("gcmgraph.model") / "sentence_words.toml").read_text("utf-8"))
_BEFORE_NAMES = frozenset(_TABLES["before_names"].split())
_BEFORE_DATES = frozenset(_TABLES["before_dates"].split())
_APPROXIMATIONS = frozenset(_TABLES["approximations"].split())
_DENIALS = frozenset(_TABLES["denials"].split())
_CONJUNCTIONS = frozenset(_TABLES["conjunctions"].split())
_PERIOD_JOINTS = _CONJUNCTIONS | frozenset(_TABLES["period_joints"].split())
_AFTER_NAMES = tuple(tuple(words.split()) for words in _TABLES["after_names"])
_MONTHS = {
    word: int(month) for month in _TABLES["months"] for word in _TABLES["months"][month].split()
}

_TREATIES = {name: treaty for treaty, names in _TABLES["treaties"].items() for name in names}

#: Limit on the claims that are tried for a sentence, and on those that are proposed.
_MAX_TRIED = 60
_MAX_PROPOSALS = 4

#: Limit on the forms of a name with fewer words before it: `the UN`, `UN`.
_MAX_FORMS = 3

#: Limit on the names that a sentence lists.
_MAX_LISTED = 8

#: Limit on the words of a date: `el 4 de diciembre de 2000`.
_MAX_DATE = 6

#: Verdicts, the most definite first: the relations of a phrase are wider and narrower ones.
_ORDER = (
    VerdictKind.SUPPORTED,
    VerdictKind.STATED_OF_PART,
    VerdictKind.DISPUTED,
    VerdictKind.CONTRADICTED,
    VerdictKind.NOT_STATED,
    VerdictKind.NOT_UNDERSTOOD,
)

_ELISION = re.compile(r"\b(l|d|s|n|j|qu)[’'](?=\w)", re.IGNORECASE)
_SPACED_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\w)")
_GROUPED_NUMBER = re.compile(r"\d{1,3}(?:[.,’']\d{3})+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?")

#: Orders of phrases, beside resource, phrase, value.
_INVERSE = "inverse"
_PERIOD = "period"

_AROUND_WORDS = '.,;:!?«»“”"'

#: Verdicts, the weakest first: a sentence of several claims has the weakest of theirs.
_WEAKEST_FIRST = (
    VerdictKind.CONTRADICTED,
    VerdictKind.NOT_STATED,
    VerdictKind.DISPUTED,
    VerdictKind.STATED_OF_PART,
    VerdictKind.SUPPORTED,
)

#: Reasons of names that are not understood, which may be shortened ones.
_UNNAMED = frozenset({"unknown", "similar"})

#: Folded words.
_Words = tuple[str, ...]

#: Claims that a sentence makes together.
_Reading = tuple[Claim, ...]


@dataclass(frozen=True)
class _Word:
    """A word of a sentence, as it is written and folded, and whether a comma follows it."""

    text: str
    folded: str
    has_comma: bool


@dataclass(frozen=True)
class _Phrase:
    """Folded words of a relation; an inverse phrase follows the value.

    That of a period has the relations of its first and last day.
    """

    words: _Words
    relation: str
    order: str = ""


@dataclass(frozen=True)
class _PlacedPhrase:
    """A phrase at a position of a sentence."""

    phrase: _Phrase
    start: int

    @property
    def end(self) -> int:
        """The position after its last word."""
        return self.start + len(self.phrase.words)


@dataclass(frozen=True)
class _Quantity:
    """A number with the bound before it, from a first position to the one after its last word."""

    number: Decimal
    bound: str
    start: int
    end: int


@dataclass(frozen=True)
class Proposal:
    """A claim that a sentence may make, and the verdict on it."""

    claim: Claim
    verdict: ClaimVerdict

    @property
    def statement(self) -> tuple[object, ...]:
        """Resource, relation, value and date of the claim, for comparison."""
        value = self.verdict.value or self.claim.value
        return (self.verdict.resource, self.verdict.relation, value, self.claim.date)

    @property
    def is_understood(self) -> bool:
        """Whether the claim is understood."""
        return self.verdict.kind is not VerdictKind.NOT_UNDERSTOOD


@dataclass(frozen=True)
class SentenceAnswer:
    """The verdict on a sentence.

    The claims are those that it may make, the verdict being that on the first; or, with the reason
    `several`, those that it makes together.
    """

    verdict: ClaimVerdict
    proposals: list[Proposal]


class SentenceReader:
    """Takes sentences apart by the tables of phrases and words."""

    def __init__(self) -> None:
        self._phrases = list(_relation_phrases())
        self._figure_names = [
            _Phrase(tuple(fold_name(name).split()), relation.curie)
            for relation in relations()
            if relation.values == ("figure",)
            for name in relation.names
        ]
        self._in_dollars = {relation.curie for relation in relations() if "USD" in relation.rules}

    def denies(self, sentence: str) -> bool:
        """Whether a sentence has a word of denial outside the phrases of relations."""
        words = _words(sentence)
        phrases = _longest(words, self._phrases)
        in_phrases: set[int] = set()
        for placed in phrases:
            in_phrases.update(range(placed.start, placed.end))
        for position, word in enumerate(words):
            if position in in_phrases or _DENIALS.isdisjoint(word.folded.split()):
                continue
            followers = words[position + 1 : position + 2]
            is_number_sign = word.folded == "no" and any(
                _NUMBER.match(follower.text) for follower in followers
            )
            if not is_number_sign:
                return True
        return False

    def readings(self, sentence: str) -> Iterator[_Reading]:
        """The claims that a sentence may make, the likeliest first."""
        if self.denies(sentence):
            return
        words = _words(sentence)
        for placed in _longest(words, self._figure_names):
            for claim in self._figure_claims(words, placed):
                yield (claim,)
        phrases = _longest(words, self._phrases)
        for placed in phrases:
            if placed.phrase.order == _PERIOD:
                yield from _period_readings(words, placed)
            else:
                for claim in _relation_claims(words, placed):
                    yield (claim,)
        for placed in phrases:
            yield from _listed_readings(words, placed)

    def _figure_claims(self, words: Sequence[_Word], placed: _PlacedPhrase) -> Iterator[Claim]:
        """The claims on a figure: what is neither its name, number nor year is a country."""
        relation = placed.phrase.relation
        around_name = [*words[: placed.start], *words[placed.end :]]
        year_position = _year_position(around_name)
        year = "" if year_position is None else around_name.pop(year_position).text
        quantity = next(_quantities(around_name), None)
        if quantity is None:
            return
        end = quantity.end
        if relation in self._in_dollars:
            end = _after_dollars(around_name, end)
        country_words = [*around_name[: quantity.start], *around_name[end:]]
        verbs = frozenset(_TABLES["figure_verbs"].get(relation, "").split())
        for country in _names(country_words, _BEFORE_NAMES | verbs | _APPROXIMATIONS):
            yield Claim(country, relation, str(quantity.number), bound=quantity.bound, date=year)


class SentenceChecker:
    """Checks the claims that sentences may make."""

    def __init__(self, checker: ClaimChecker) -> None:
        self._checker = checker
        self._reader = SentenceReader()
        self._short_names = checker.reader.short_names(_BEFORE_NAMES | _CONJUNCTIONS)

    def answer(self, sentence: str, language: str) -> SentenceAnswer:
        """The verdict on the likeliest claim, else on claims together, else names to choose from."""
        alone: list[Proposal] = []
        together: list[list[Proposal]] = []
        for reading in islice(self._reader.readings(sentence), _MAX_TRIED):
            proposals = [self._proposal(claim, language) for claim in reading]
            if len(proposals) == 1:
                alone += proposals
            elif all(proposal.is_understood for proposal in proposals):
                together.append(proposals)
        understood = _distinct(proposal for proposal in alone if proposal.is_understood)
        if understood:
            return _likeliest(understood)
        if together:
            return SentenceAnswer(_verdict_on_several(together[0]), together[0])
        ambiguous = [proposal for proposal in alone if proposal.verdict.reason == "ambiguous"]
        if ambiguous:
            return _likeliest(ambiguous)
        reason = "denied" if self._reader.denies(sentence) else "sentence"
        return SentenceAnswer(ClaimVerdict(VerdictKind.NOT_UNDERSTOOD, reason, "sentence"), [])

    def _proposal(self, claim: Claim, language: str) -> Proposal:
        """A claim with the verdict on it; whole names stand for distinctive shortened ones."""
        verdict = self._checker.check(claim, language)
        for part in ("resource", "value"):
            if verdict.part != part or verdict.reason not in _UNNAMED:
                continue
            name = getattr(claim, part)
            entities = self._short_names.entities(name)
            if len(entities) == 1 and self._short_names.is_distinctive(name):
                claim = replace(claim, **{part: entities[0].iri.value})
                verdict = self._checker.check(claim, language)
            elif entities:
                candidates = tuple(entity.iri for entity in entities)
                verdict = replace(verdict, reason="ambiguous", candidates=candidates)
        return Proposal(claim, verdict)


def _likeliest(proposals: Iterable[Proposal]) -> SentenceAnswer:
    """The most definite of some verdicts, with the claims that it was chosen from."""
    best_first = sorted(proposals, key=lambda proposal: _ORDER.index(proposal.verdict.kind))
    return SentenceAnswer(best_first[0].verdict, best_first[:_MAX_PROPOSALS])


def _distinct(proposals: Iterable[Proposal]) -> list[Proposal]:
    """The first proposal of each statement."""
    first_of_statement: dict[object, Proposal] = {}
    for proposal in proposals:
        first_of_statement.setdefault(proposal.statement, proposal)
    return list(first_of_statement.values())


def _verdict_on_several(proposals: Sequence[Proposal]) -> ClaimVerdict:
    """The weakest of some verdicts, with the statements and notes of all."""
    verdicts = [proposal.verdict for proposal in proposals]
    weakest = min((verdict.kind for verdict in verdicts), key=_WEAKEST_FIRST.index)
    statements = dict.fromkeys(fact for verdict in verdicts for fact in verdict.statements)
    notes = dict.fromkeys(note for verdict in verdicts for note in verdict.notes)
    return ClaimVerdict(weakest, "several", statements=tuple(statements), notes=tuple(notes))


def _relation_phrases() -> Iterator[_Phrase]:
    """The phrases of `relation_words.csv`, each with one of its relations."""
    for _, row in table_rows("model/relation_words.csv"):
        is_period = row["order"] == _PERIOD
        relation_names = [row["relation"]] if is_period else row["relation"].split("|")
        for relation in relation_names:
            for phrase in row["phrases"].split("|"):
                words = tuple(fold_name(phrase).split())
                yield _Phrase(words, relation, row["order"])


def _words(sentence: str) -> list[_Word]:
    """The words of a sentence; `l’ONU` is two, a number with spaces is one."""
    sentence = _ELISION.sub(r"\1’ ", sentence.strip())
    sentence = _SPACED_NUMBER.sub(lambda number: "".join(number[0].split()), sentence)
    words = []
    for written in sentence.split():
        text = written.strip(_AROUND_WORDS)
        if text:
            words.append(_Word(text, fold_name(text), written.endswith(",")))
    return words


def _longest(words: Sequence[_Word], phrases: Iterable[_Phrase]) -> list[_PlacedPhrase]:
    """The places of phrases that are not within a longer one, the longest first."""
    folded = tuple(word.folded for word in words)
    placed_phrases = []
    for phrase in phrases:
        length = len(phrase.words)
        for start in range(len(folded) - length + 1):
            if folded[start : start + length] == phrase.words:
                placed_phrases.append(_PlacedPhrase(phrase, start))
    placed_phrases.sort(key=lambda placed: -len(placed.phrase.words))
    longest: list[_PlacedPhrase] = []
    for placed in placed_phrases:
        overlaps = any(
            placed.start < other.end and other.start < placed.end
            for other in longest
            if len(other.phrase.words) > len(placed.phrase.words)
        )
        if not overlaps:
            longest.append(placed)
    return longest


def _relation_claims(words: Sequence[_Word], placed: _PlacedPhrase) -> Iterator[Claim]:
    """The claims with the words before a phrase and those after it."""
    relation = placed.phrase.relation
    resource_words, value_words = _around(words, placed)
    for resource in _names(resource_words, _BEFORE_NAMES):
        date = _date(value_words)
        if date:
            yield Claim(resource, relation, date)
        yield from _number_claims(resource, relation, value_words)
        name_words, day = _without_date(value_words)
        if day:
            for name in _names(name_words, _BEFORE_NAMES):
                yield Claim(resource, relation, name, date=day)
        for name in _names(value_words, _BEFORE_NAMES):
            yield Claim(resource, relation, name)


def _around(
    words: Sequence[_Word], placed: _PlacedPhrase
) -> tuple[Sequence[_Word], Sequence[_Word]]:
    """The words of the resource and those of the value, before and after a phrase."""
    preceding = words[: placed.start]
    following = words[placed.end :]
    if placed.phrase.order == _INVERSE:
        return following, preceding
    return preceding, following


def _period_readings(words: Sequence[_Word], placed: _PlacedPhrase) -> Iterator[_Reading]:
    """The claims with the first and the last day of a period: `ran from 2014 to 2016`."""
    first_relation, last_relation = placed.phrase.relation.split("|")
    resource_words, period = _around(words, placed)
    for position, word in enumerate(period):
        first_day = _date(period[:position])
        last_day = _date(period[position + 1 :])
        if word.folded in _PERIOD_JOINTS and first_day and last_day:
            for resource in _names(resource_words, _BEFORE_NAMES):
                first_claim = Claim(resource, first_relation, first_day)
                yield (first_claim, Claim(resource, last_relation, last_day))


def _listed_readings(words: Sequence[_Word], placed: _PlacedPhrase) -> Iterator[_Reading]:
    """The claims with each name of a list: `Peru, Chile and Cuba are in America`.

    A name may have a conjunction of its own: `Asia and the Middle East`.
    """
    resource_words, value_words = _around(words, placed)
    date_value = _date(value_words)
    name_words, day = ((), "") if date_value else _without_date(value_words)
    value_lists = [[date_value]] if date_value else _whole_or_listed(name_words)
    for resources, values in product(_whole_or_listed(resource_words), value_lists):
        if 1 < len(resources) * len(values) <= _MAX_LISTED:
            relation = placed.phrase.relation
            pairs = product(resources, values)
            yield tuple(Claim(resource, relation, value, date=day) for resource, value in pairs)


def _whole_or_listed(words: Sequence[_Word]) -> list[list[str]]:
    """The one name that some words may be, and the names that they may list."""
    whole = next(_names(words, _BEFORE_NAMES), "")
    return [[whole], _listed_names(words)] if whole else []


def _listed_names(words: Sequence[_Word]) -> list[str]:
    """The names between commas and conjunctions; none where words between them are no name."""
    items: list[list[_Word]] = [[]]
    for word in words:
        if word.folded in _CONJUNCTIONS:
            items.append([])
        else:
            items[-1].append(word)
            if word.has_comma:
                items.append([])
    filled_items = [item for item in items if item]
    names = [next(_names(item, _BEFORE_NAMES), "") for item in filled_items]
    return names if all(names) else []


def _number_claims(resource: str, relation: str, words: Sequence[_Word]) -> Iterator[Claim]:
    """The claim with a number of a unit, where the words begin with a number."""
    quantity = next(_quantities(words), None)
    if quantity is None or any(
        word.folded not in _APPROXIMATIONS for word in words[: quantity.start]
    ):
        return
    unit = next(_names(words[quantity.end :], _BEFORE_NAMES, shortest=True), "")
    yield Claim(resource, relation, str(quantity.number), unit=unit, bound=quantity.bound)


def _names(
    words: Sequence[_Word], ignored: frozenset[str], *, shortest: bool = False
) -> Iterator[str]:
    """The names that some words may be, the shortest first, or the shortest only.

    `ignored` are words around names, such as articles. Longer names have the last of those before
    them: `UN`, `the UN`.
    """
    end = _end_of_name(words, ignored)
    start = 0
    while start < end and words[start].folded in ignored:
        start += 1
    earliest = start if shortest else max(0, start - _MAX_FORMS + 1)
    for position in range(start, earliest - 1, -1):
        text = " ".join(word.text for word in words[position:end]).replace("’ ", "’")
        if text:
            yield _TREATIES.get(fold_name(text), text)


def _end_of_name(words: Sequence[_Word], ignored: frozenset[str]) -> int:
    """The position after the last word of a name, without the words that follow names."""
    end = len(words)
    folded = tuple(word.folded for word in words)
    for phrase in _AFTER_NAMES:
        if folded[-len(phrase) :] == phrase:
            end -= len(phrase)
            break
    while end and words[end - 1].folded in ignored:
        end -= 1
    return end


def _year_position(words: Sequence[_Word]) -> int | None:
    """The position of the year that follows a word of time."""
    for position in range(len(words) - 1, 0, -1):
        is_year = _YEAR.fullmatch(words[position].text)
        if is_year and words[position - 1].folded in _BEFORE_DATES:
            return position
    return None


def _quantities(words: Sequence[_Word]) -> Iterator[_Quantity]:
    """The numbers among some words."""
    for position, word in enumerate(words):
        number = _number(word.text)
        if number is None:
            continue
        end = position + 1
        multiple = _phrase_at(words, end, _TABLES["multiples"])
        if multiple:
            number *= _TABLES["multiples"][multiple]
            end += len(multiple.split())
        bound, start = _bound_before(words, position)
        yield _Quantity(
            number.normalize() if number % 1 else number.to_integral(), bound, start, end
        )


def _number(text: str) -> Decimal | None:
    """The number of a word: 449,236; 449.236; 4.4; 4,4."""
    if _GROUPED_NUMBER.fullmatch(text):
        return Decimal(re.sub(r"\D", "", text))
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _bound_before(words: Sequence[_Word], position: int) -> tuple[str, int]:
    """The bound whose words end before a position, and where they start."""
    for bound, phrases in _TABLES["bounds"].items():
        for phrase in phrases:
            start = position - len(phrase.split())
            if start >= 0 and _phrase_at(words, start, [phrase]):
                return bound, start
    return "", position


def _phrase_at(words: Sequence[_Word], position: int, phrases: Iterable[str]) -> str:
    """The longest of some folded phrases that begins at a position; empty for none."""
    for phrase in sorted(phrases, key=len, reverse=True):
        folded = [word.folded for word in words[position : position + len(phrase.split())]]
        if folded == phrase.split():
            return phrase
    return ""


def _after_dollars(words: Sequence[_Word], position: int) -> int:
    """The position after the words for US dollars, if they are here."""
    start = position
    if start < len(words) and words[start].folded in {"de", "of"}:
        start += 1
    dollars = _phrase_at(words, start, _TABLES["units"]["dollars"])
    return start + len(dollars.split()) if dollars else position


def _without_date(words: Sequence[_Word]) -> tuple[Sequence[_Word], str]:
    """Words without the date at their end, and this date; no date if there is none."""
    for length in range(min(_MAX_DATE, len(words) - 1), 0, -1):
        date = _date(words[-length:])
        if date:
            return words[:-length], date
    return words, ""


def _date(words: Sequence[_Word]) -> str:
    """The date that some words are; empty for other words.

    >>> _date(_words("4 de diciembre de 2000"))
    '2000-12-04'
    """
    parts = [word for word in words if word.folded not in _BEFORE_DATES]
    if len(parts) == 1 and Moment.parse(parts[0].text):
        return parts[0].text
    months = [_MONTHS[word.folded] for word in parts if word.folded in _MONTHS]
    numbers = [word.text for word in parts if word.folded not in _MONTHS]
    if len(months) != 1 or not numbers or not _YEAR.fullmatch(numbers[-1]):
        return ""
    date = f"{numbers[-1]}-{months[0]:02}"
    for number in numbers[:-1]:
        day = _DAY.fullmatch(number)
        if day is None:
            return ""
        date += f"-{int(day[1]):02}"
    return date if Moment.parse(date) else ""
