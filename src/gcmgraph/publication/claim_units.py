"""Units of numbers: whether the unit of a claim counts what the unit of a statement counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from babel.numbers import get_currency_name

from gcmgraph.platform.text import plain_letters
from gcmgraph.translations import LANGUAGES

#: Words that end the name of what is counted: "support hubs for children" counts hubs, not
#: children.
_ENDS = frozenset(
    (
        "a at by for from in of on that to under who whose with without "
        "au aux d de des dont du en par pour qui sans sous sur "
        "al con cuyas cuyos del para por que sin"
    ).split()
)
#: Words that join what is counted together: "cities and regions" counts no cities alone.
_JOINS = frozenset("and et o or ou y".split())

#: A unit of all numbers of persons, and its words.
PEOPLE = "people"
_PEOPLE = frozenset("people persons personnes personas".split())

#: Persons that units count. Families and households are more than one.
_PERSONS = frozenset(
    (
        "adults caseworkers children girls boys managers mayors men migrants persons people "
        "refugees returnees staff students trainees victims women workers youth "
        "adultes enfants filles garcons femmes hommes maires migrantes migrants personnes "
        "refugies travailleurs victimes travailleuses "
        "adultos alcaldes alcaldesas chicas hombres migrantes mujeres ninas ninos personas "
        "refugiados trabajadores trabajadoras victimas"
    ).split()
)

#: A word, or a comma.
_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*|,")

#: Numbers for the singular and the plural of the name of a currency: one euro, five euros.
_SINGULAR = 1
_PLURAL = 5

#: Number of words of a unit with which the unit of a claim may begin: "Venezuelan migrants" are
#: migrants.
_BEGINNINGS = 2


def counts_the_same(claimed: str, stated: str) -> bool:
    """Whether a number in a stated unit is one in the claimed unit, which may leave out words.

    >>> counts_the_same("migrants", "Venezuelan migrants able to stay in Colombia")
    True
    >>> counts_the_same("children", "support hubs for children and families")
    False
    >>> counts_the_same("cities", "cities and regions present at the meeting")
    False
    """
    claimed_tokens = _tokens(claimed)
    stated_tokens = _tokens(stated)
    if not claimed_tokens:
        return True
    # "pour cent" begins with a word that ends other names
    counted = stated_tokens[:1] + list(
        takewhile(lambda token: token not in _ENDS, stated_tokens[1:])
    )
    if claimed_tokens[0] in _PEOPLE and len(claimed_tokens) == 1:
        return not _PERSONS.isdisjoint(counted[:_BEGINNINGS])
    return any(
        _counts_only(claimed_tokens, stated_tokens[position:])
        for position, token in enumerate(counted[:_BEGINNINGS])
        if token == claimed_tokens[0]
    )


def currency_names(code: str | None) -> Iterator[str]:
    """The names of a currency in all languages, in singular and plural."""
    if code:
        for language in LANGUAGES:
            for count in (_SINGULAR, _PLURAL):
                yield get_currency_name(code, count, locale=language)


def _tokens(unit: str) -> list[str]:
    return _TOKEN.findall(plain_letters(unit))


def _counts_only(claimed: list[str], stated: list[str]) -> bool:
    """Whether a stated unit begins like the claimed one, and counts nothing else besides.

    The further words of the claimed unit must follow in the stated one, in their order.
    """
    equal_pairs = takewhile(lambda pair: pair[0] == pair[1], zip(claimed, stated, strict=False))
    equal_count = sum(1 for _ in equal_pairs)
    further_tokens = stated[equal_count:]
    if _continues_list(further_tokens):
        return False
    following = iter(further_tokens)
    return all(token in following for token in claimed[equal_count:])


def _continues_list(further_tokens: list[str]) -> bool:
    """Whether the further tokens of a unit go on with a list."""
    if further_tokens[:1] == [","]:
        return not _JOINS.isdisjoint(takewhile(lambda token: token not in _ENDS, further_tokens))
    return bool(further_tokens) and further_tokens[0] in _JOINS
