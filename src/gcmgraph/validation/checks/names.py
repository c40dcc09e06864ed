"""Checks of names: characters that nobody sees or that look like others, and names of published resources."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import cast

from gcmgraph.platform.controls import DIRECTION_CONTROLS, INVISIBLE, visible
from gcmgraph.platform.text import fold_name
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.validation.checks.identifiers import named
from gcmgraph.validation.checks.literals import FUNCTION_WORDS, WORD
from gcmgraph.validation.checks.words import WORDS
from gcmgraph.validation.contribution_effect import ContributionEffect
from gcmgraph.validation.graphs import NAMES, TYPE, Subject, labels
from gcmgraph.validation.report import Nearest, Result

#: Limit on the organisations that are compared by name.
_MAX_ORGANISATIONS = 20_000

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

#: Properties with names of organisations.
_NAMES_OF_ORGANISATIONS = ("skos:prefLabel", "skos:altLabel", "gcm:acronym")

_CHARACTERS_BY_CONSTRAINT = {
    "bidirectional-control": DIRECTION_CONTROLS,
    "invisible-character": INVISIBLE,
}


def invisible_characters(effect: ContributionEffect) -> Iterator[Result]:
    """Texts with characters that change the direction of writing, and with others that nobody sees."""
    for subject, predicate, value in effect.new_literals:
        if value.value.isascii():
            continue
        for name, characters in _CHARACTERS_BY_CONSTRAINT.items():
            matches = characters.findall(value.value)
            if matches:
                codes = Literal(" ".join(map(visible, dict.fromkeys(matches))))
                yield effect.result(name, subject, predicate, codes)


def mixed_scripts(effect: ContributionEffect) -> Iterator[Result]:
    """Names with letters of scripts that look alike: in one word, or of another script than their language has."""
    for subject, predicate, name in _new_names(effect):
        words = [] if name.value.isascii() else WORD.findall(name.value)
        letters_by_word = (_foreign_letters(word, is_latin=_is_latin(name)) for word in words)
        letters = next(filter(None, letters_by_word), None)
        if letters is not None:
            letters_with_codes = Literal(" ".join(f"{char} {visible(char)}" for char in letters))
            yield effect.result("mixed-scripts", subject, predicate, letters_with_codes)


def _is_latin(name: Literal) -> bool:
    """Whether a name is in a language with Latin letters."""
    return (name.language or "").partition("-")[0].lower() in FUNCTION_WORDS


def _foreign_letters(word: str, *, is_latin: bool) -> list[str]:
    """The letters of a word that look like Latin ones, beside Latin letters or in a language that has these."""
    scripts = {char: _script(char) for char in word}
    foreign = [char for char, script in scripts.items() if script in _SCRIPTS_ALIKE]
    similar_scripts = {"LATIN", *_SCRIPTS_ALIKE}.intersection(scripts.values())
    return foreign if is_latin or len(similar_scripts) > 1 else []


def look_alikes(effect: ContributionEffect) -> Iterator[Result]:
    """Names with Latin letters or digits in place of letters that look like them."""
    for subject, predicate, name in _new_names(effect):
        for word in _WORD_WITH_DIGITS.findall(name.value):
            if _has_look_alike(word, is_latin=_is_latin(name)):
                yield effect.result("look-alike", subject, predicate, Literal(word))
                break


def _has_look_alike(word: str, *, is_latin: bool) -> bool:
    """Whether a word has a character in place of one that looks like it."""
    if not _LETTERS_ALIKE.isdisjoint(word) or _CAPITALS.fullmatch(word):
        return True
    return is_latin and _BEGINNINGS.fullmatch(word) is not None


def names_without_letters(effect: ContributionEffect) -> Iterator[Result]:
    """Names in which nothing is visible."""
    for subject, predicate, value in _new_names(effect):
        visible_text = INVISIBLE.sub("", value.value)
        if not any(unicodedata.category(char)[0] in "LN" for char in visible_text):
            yield effect.result("name-without-letter", subject, predicate, value)


def _new_names(effect: ContributionEffect) -> Iterator[tuple[Term, IRI, Literal]]:
    """The new names of resources, with their properties."""
    properties = {*NAMES, *map(effect.term, ("foaf:name", "schema:name", "gcm:acronym"))}
    properties.remove(effect.term("skos:notation"))
    for subject, predicate, value in effect.new_literals:
        if predicate in properties:
            yield subject, predicate, value


def _script(char: str) -> str:
    """The first word in the name of a character, which for letters is their script (Unicode Character Database)."""
    return unicodedata.name(char, "").partition(" ")[0]


def names_of_other_kinds(effect: ContributionEffect) -> Iterator[Result]:
    """Organisations with the name of a country, a place or a legal instrument."""
    classes = [effect.term(name) for name in _APART]
    acronym = effect.term("gcm:acronym")
    for subject, predicate, value in _new_names(effect):
        if predicate == acronym or effect.kind(subject) != "organisation":
            continue
        namesake = effect.valid_values.same_name(value.value, classes)
        if namesake is not None and namesake != subject:
            nearest = Nearest(namesake, labels(effect.before, namesake))
            yield effect.result("name-of-another-kind", subject, predicate, value, nearest=nearest)


def same_names(effect: ContributionEffect) -> Iterator[Result]:
    """New organisations with a name or acronym of a published one, in any language; each once."""
    organisation = effect.term("gcm:Organisation")
    published_organisations = cache(lambda: _organisations_by_name(effect))
    for subject, values in effect.new_values.items():
        if organisation not in values.get(TYPE, ()) or any(effect.remaining(subject, TYPE)):  # type: ignore[arg-type]
            continue
        for predicate, name in _names_of_organisation(values, effect):
            namesake = published_organisations().get(fold_name(name.value))
            if namesake is None or namesake == subject:
                continue
            if effect.before.objects(namesake, TYPE):
                expected = named(namesake, effect)
                yield effect.result("same-name", subject, predicate, name, expected=expected)
                break


def _names_of_organisation(
    values: Mapping[IRI, Iterable[Term]], effect: ContributionEffect
) -> Iterator[tuple[IRI, Literal]]:
    """The names among the values of an organisation, with their properties."""
    for curie in _NAMES_OF_ORGANISATIONS:
        predicate = effect.term(curie)
        for value in values.get(predicate, ()):
            if isinstance(value, Literal):
                yield predicate, value


def _organisations_by_name(effect: ContributionEffect) -> dict[str, Subject]:
    """The published organisations by folded name."""
    organisations: dict[str, Subject] = {}
    quads = effect.published.quads(predicate=TYPE, object=effect.term("gcm:Organisation"))
    for quad in islice(quads, _MAX_ORGANISATIONS):
        organisation = cast(Subject, quad.subject)
        for curie in _NAMES_OF_ORGANISATIONS:
            for name in effect.before.objects(organisation, effect.term(curie)):
                if isinstance(name, Literal):
                    organisations.setdefault(fold_name(name.value), organisation)
    return organisations
