"""Checks of names: characters that nobody sees or that look like others, and names of published resources."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice

from gcmgraph.platform.controls import CONTROLS, INVISIBLE, visible
from gcmgraph.platform.text import fold_name
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term
from gcmgraph.validation.checks.identifiers import named
from gcmgraph.validation.checks.literals import FUNCTION_WORDS, WORD
from gcmgraph.validation.checks.words import WORDS
from gcmgraph.validation.effect import ContributionEffect
from gcmgraph.validation.graphs import NAMES, TYPE, labels
from gcmgraph.validation.report import Nearest, Result

#: Limit on the organisations that are compared by name.
_ORGANISATIONS = 20_000

#: Scripts with letters that look like Latin ones, and Latin letters that look like those of the
#: alphabet.
_SCRIPTS_ALIKE = frozenset(WORDS["look-alikes"]["scripts"].split())
_LETTERS_ALIKE = frozenset(WORDS["look-alikes"]["latin"])

#: Letters and digits. `WORD` has letters only.
_WORD_WITH_DIGITS = re.compile(r"[^\W_]+")

#: Words of capitals with `l` for I or `0` for O ("UN0DC"), and words that begin so
#: ("lnternational"). None of the 16,651 names of the dataset has one (2 December 2026).
_CAPITALS = re.compile(r"(?=(?:.*[A-Z]){2})(?:[A-Z]*[0l])+[A-Z]*")
_BEGINNINGS = re.compile(r"l[bcdfgkmnprstvx][a-z]{2,}|0[a-z]{2,}")

#: Classes whose names no organisation should have.
_APART = ("gcm:Country", "dct:Location", "gcm:LegalInstrument")


def invisible_characters(effect: ContributionEffect) -> Iterator[Result]:
    """Texts with characters that change the direction of writing, and with others that nobody sees."""
    for subject, predicate, value in effect.new_literals:
        for name, characters in (
            ("bidirectional-control", CONTROLS),
            ("invisible-character", INVISIBLE),
        ):
            if not value.value.isascii() and (found := characters.findall(value.value)):
                shown = Literal(" ".join(visible(one) for one in dict.fromkeys(found)))
                yield effect.result(name, subject, predicate, shown)


def mixed_scripts(effect: ContributionEffect) -> Iterator[Result]:
    """Names with letters of scripts that look alike: in one word, or of another script than their language has."""
    for subject, predicate, name in _new_names(effect):
        words = [] if name.value.isascii() else WORD.findall(name.value)
        foreign_letters = (_foreign_letters(word, is_latin=_is_latin(name)) for word in words)
        first = next(filter(None, foreign_letters), None)
        if first is not None:
            shown = Literal(" ".join(f"{char} {visible(char)}" for char in first))
            yield effect.result("mixed-scripts", subject, predicate, shown)


def _is_latin(name: Literal) -> bool:
    """Whether a name is in a language with Latin letters."""
    return (name.language or "").partition("-")[0].lower() in FUNCTION_WORDS


def _foreign_letters(word: str, *, is_latin: bool) -> list[str]:
    """The letters of a word that look like Latin ones, beside Latin letters or in a language that has these."""
    scripts = {char: _script(char) for char in word}
    foreign = [char for char, script in scripts.items() if script in _SCRIPTS_ALIKE]
    alike = {script for script in scripts.values() if script == "LATIN" or script in _SCRIPTS_ALIKE}
    return foreign if is_latin or len(alike) > 1 else []


def look_alikes(effect: ContributionEffect) -> Iterator[Result]:
    """Names with Latin letters or digits in place of letters that look like them."""
    for subject, predicate, name in _new_names(effect):
        words = _WORD_WITH_DIGITS.findall(name.value)
        word = next(
            (word for word in words if _has_look_alike(word, is_latin=_is_latin(name))), None
        )
        if word is not None:
            yield effect.result("look-alike", subject, predicate, Literal(word))


def _has_look_alike(word: str, *, is_latin: bool) -> bool:
    """Whether a word has a character in place of one that looks like it."""
    if not _LETTERS_ALIKE.isdisjoint(word) or _CAPITALS.fullmatch(word):
        return True
    return is_latin and _BEGINNINGS.fullmatch(word) is not None


def names_without_letters(effect: ContributionEffect) -> Iterator[Result]:
    """Names in which nothing is visible."""
    for subject, predicate, value in _new_names(effect):
        if not any(
            unicodedata.category(char)[0] in "LN" for char in INVISIBLE.sub("", value.value)
        ):
            yield effect.result("name-without-letter", subject, predicate, value)


def _new_names(effect: ContributionEffect) -> Iterator[tuple[Term, IRI, Literal]]:
    """The new names of resources, with their properties."""
    named = {*NAMES, *map(effect.term, ("foaf:name", "schema:name", "gcm:acronym"))} - {
        effect.term("skos:notation")
    }
    return (
        (subject, predicate, value)
        for subject, predicate, value in effect.new_literals
        if predicate in named
    )


def _script(char: str) -> str:
    """The first word in the name of a character, which for letters is their script (Unicode Character Database)."""
    return unicodedata.name(char, "").partition(" ")[0]


def names_of_other_kinds(effect: ContributionEffect) -> Iterator[Result]:
    """Organisations with the name of a country, a place or a legal instrument."""
    classes, acronym = [effect.term(name) for name in _APART], effect.term("gcm:acronym")
    for subject, predicate, value in _new_names(effect):
        if predicate != acronym and effect.kind(subject) == "organisation":
            other = effect.valid.same_name(value.value, classes)
            if other is not None and other != subject:
                nearest = Nearest(other, labels(effect.before, other))
                yield effect.result(
                    "name-of-another-kind", subject, predicate, value, nearest=nearest
                )


def same_names(effect: ContributionEffect) -> Iterator[Result]:
    """New organisations with a name or acronym of a published one, in any language; each once."""
    term = effect.term
    organisation = term("gcm:Organisation")
    naming = [term(name) for name in ("skos:prefLabel", "skos:altLabel", "gcm:acronym")]

    @cache
    def published() -> dict[str, Term]:
        found: dict[str, Term] = {}
        for quad in islice(
            effect.published.quads(predicate=TYPE, object=organisation), _ORGANISATIONS
        ):
            for predicate in naming:
                for value in effect.before.objects(quad.subject, predicate):  # type: ignore[arg-type]
                    if isinstance(value, Literal):
                        found.setdefault(fold_name(value.value), quad.subject)  # type: ignore[arg-type]
        return found

    for subject, values in effect.new_values.items():
        if organisation not in values.get(TYPE, ()) or any(effect.remaining(subject, TYPE)):  # type: ignore[arg-type]
            continue
        for predicate, value in (
            (p, v) for p in naming for v in values.get(p, ()) if isinstance(v, Literal)
        ):
            other = published().get(fold_name(value.value))
            if (
                isinstance(other, IRI | BlankNode)
                and other != subject
                and effect.before.objects(other, TYPE)
            ):
                expected = named(other, effect)
                yield effect.result("same-name", subject, predicate, value, expected=expected)
                break
