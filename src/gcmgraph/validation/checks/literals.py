"""Checks of literals: codes, texts in place of addresses, languages, directional controls, and names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.numbers import list_currencies

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.namespaces import PREFIXES
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.text import CONTROLS, visible
from gcmgraph.translations import DATA_LANGUAGES, LANGUAGES
from gcmgraph.translations.messages import Message
from gcmgraph.validation.effect import ContributionEffect
from gcmgraph.validation.report import ExtraConstraint, Nearest, Result
from gcmgraph.validation.suggestions import NAMES, labels

LANGUAGE_TAG = ExtraConstraint(
    "language-tag",
    Message("“{value}” is not the code of a language."),
    Message("Write the code of two letters (ISO 639-1), such as en, fr or es."),
)
CURRENCY = ExtraConstraint(
    "currency-code",
    Message("“{value}” is not the code of a currency."),
    Message("Write the code of ISO 4217, such as EUR, USD or CHF."),
)
TEXT_FOR_ADDRESS = ExtraConstraint(
    "text-for-address",
    Message("“{value}” is a text; this property has the address of a resource as value."),
    Message("Write the address in full, beginning with https://, as an IRI."),
)
OTHER_LANGUAGE = ExtraConstraint(
    "other-language",
    Message("The text is marked as {marked}, and its words are {seen}."),
    Message("Mark it as {seen} ({tag}), or in a spreadsheet move it to the column of that language."),
    WARNING,
)
BIDIRECTIONAL = ExtraConstraint(
    "bidirectional-control",
    Message("The text has characters that change the direction of writing, which are invisible: {value}"),
    Message("Remove them; they often come from copying out of another program."),
    WARNING,
)
OTHER_KIND = ExtraConstraint(
    "name-of-another-kind",
    Message("“{value}” is the name of a published resource of another class."),
    Message("If that resource is meant, name its address; else make the name distinct."),
    WARNING,
)
_RIGHT_TAG = Message("Write “{right}”.")

#: Properties with the code of a language as value.
_LANGUAGES = frozenset((IRI(PREFIXES["dct"] + "language"), IRI(PREFIXES["schema"] + "inLanguage")))
_CURRENCY = IRI(PREFIXES["schema"] + "currency")
#: Codes of ISO 4217 that name no currency.
_NO_CURRENCY = {"XXX", "XTS"}

#: Properties whose values are resources, by their vocabularies; shapes check those of our own classes only.
_OF_RESOURCES = frozenset(
    IRI(PREFIXES[prefix] + name)
    for prefix, names in (
        ("foaf", "homepage page"),
        ("schema", "url sameAs organizer funder funding"),
        ("rdfs", "seeAlso"),
        ("skos", "exactMatch closeMatch broadMatch narrowMatch relatedMatch broader narrower related inScheme"),
        ("prov", "wasInformedBy wasDerivedFrom wasAssociatedWith wasAttributedTo hadPrimarySource used"),
        ("org", "subOrganizationOf hasSubOrganization hasMember memberOf"),
        ("dct", "isPartOf hasPart replaces isReplacedBy isReferencedBy hasVersion isVersionOf"),
        ("dcat", "downloadURL landingPage"),
    )
    for name in names.split()
)

#: Function words by language, each of one language only.
_WORDS = {
    "en": frozenset("the of and to in for with by is are that from this which at was have has their or its".split()),
    "fr": frozenset(
        "le les des du et dans pour avec sur par est au aux qui une ou ce cette leur leurs ses à ont été".split()
    ),
    "es": frozenset("el los las del y en una para con por que se al su sus o este esta como más han".split()),
}
#: Beginnings of the names of characters by language of their script.
_SCRIPTS = {"ar": "ARABIC", "zh": "CJK", "ru": "CYRILLIC"}

#: Words of a text below which its language is not judged, and function words that show a language.
_SHORTEST, _ENOUGH = 4, 2
_WORD = re.compile(r"[^\W\d_]+")

#: Classes whose names no organisation should have.
_APART = ("gcm:Country", "dct:Location", "gcm:LegalInstrument")


def language_tags(effect: ContributionEffect) -> Iterator[Result]:
    """Language tags, and codes of languages as values, that name no language."""
    for subject, predicate, value in effect.new_literals:
        tag = value.value if predicate in _LANGUAGES else value.language
        if tag is not None and not is_language(tag):
            right = language_meant(tag)
            hint = None if right is None else _RIGHT_TAG
            yield LANGUAGE_TAG.result(
                effect.addresses, subject, predicate, value, hint=hint, words={"value": tag[:40], "right": right}
            )


@cache
def is_language(tag: str) -> bool:
    """Whether the first part of a language tag (BCP 47) names a language, in its shortest code.

    Of codes with three letters only those with a code of two letters are known to be wrong.
    """
    code = tag.partition("-")[0].lower()
    if not re.fullmatch("[a-z]{2,3}", code):
        return False
    return code in Locale("en").languages or (len(code) == 3 and code not in get_global("language_aliases"))


@cache
def language_meant(tag: str) -> str | None:
    """The code of the language that a wrong tag means by a longer code or by its name; None if that is unknown."""
    code = tag.strip().partition("-")[0].lower()
    if (right := get_global("language_aliases").get(code)) is not None:
        return str(right)
    names = ((name, key) for at in LANGUAGES for key, name in Locale(at).languages.items())
    return next((key for name, key in names if name.casefold() == tag.strip().casefold()), None)


def currencies(effect: ContributionEffect) -> Iterator[Result]:
    """Codes of currencies outside ISO 4217; what has another form is left to the shapes."""
    for subject, predicate, value in effect.new_literals:
        if predicate != _CURRENCY or not re.fullmatch("[A-Z]{3}", value.value):
            continue
        if value.value not in list_currencies() or value.value in _NO_CURRENCY:
            yield CURRENCY.result(effect.addresses, subject, predicate, value)


def texts_for_addresses(effect: ContributionEffect) -> Iterator[Result]:
    """Texts as values of properties between resources."""
    for subject, predicate, value in effect.new_literals:
        if predicate in _OF_RESOURCES:
            yield TEXT_FOR_ADDRESS.result(effect.addresses, subject, predicate, value)


def other_languages(effect: ContributionEffect) -> Iterator[Result]:
    """Texts whose words are of another language than they are marked with."""
    for subject, predicate, value in effect.new_literals:
        marked = (value.language or "").partition("-")[0].lower()
        seen = language_of(value.value[:5_000])
        if seen is not None and seen != marked and marked in {*_WORDS, *_SCRIPTS}:
            result = OTHER_LANGUAGE.result(effect.addresses, subject, predicate, value)
            texts = {tag: _named(marked, seen, tag) for tag in DATA_LANGUAGES}
            yield replace(
                result,
                messages=_texts(OTHER_LANGUAGE.message, texts),
                hints=_texts(OTHER_LANGUAGE.hint, texts),
            )


def _texts(message: Message, words: Mapping[str, Mapping[str, str]]) -> Texts:
    return Texts.of((tag, message.in_language(tag, **named)) for tag, named in words.items())


@cache
def _named(marked: str, seen: str, language: str) -> dict[str, str]:
    names = Locale(language).languages
    return {"marked": names[marked], "seen": names[seen], "tag": seen}


def language_of(text: str) -> str | None:
    """The language of the United Nations that most words of a text show; None where too few do."""
    words = [word.lower() for word in _WORD.findall(text)]
    letters = [char for char in text if char.isalpha()]
    for language, script in _SCRIPTS.items():
        if len(letters) > _SHORTEST and 2 * sum(_in_script(char, script) for char in letters) > len(letters):
            return language
    if len(words) < _SHORTEST:
        return None
    counts = sorted(((sum(word in own for word in words), tag) for tag, own in _WORDS.items()), reverse=True)
    (most, language), (second, _), *_ = counts
    return language if most >= _ENOUGH and most > 2 * second else None


def _in_script(char: str, script: str) -> bool:
    return unicodedata.name(char, "").startswith(script)


def directions(effect: ContributionEffect) -> Iterator[Result]:
    """Texts with characters that change the direction of writing."""
    for subject, predicate, value in effect.new_literals:
        if not value.value.isascii() and (found := CONTROLS.findall(value.value)):
            shown = Literal(" ".join(visible(control) for control in dict.fromkeys(found)))
            yield BIDIRECTIONAL.result(effect.addresses, subject, predicate, shown)


def names_of_other_kinds(effect: ContributionEffect) -> Iterator[Result]:
    """Organisations with the name of a country, a place or a legal instrument."""
    term = effect.term
    classes = [term(name) for name in _APART]
    named = {*NAMES, term("foaf:name"), term("schema:name")} - {term("skos:notation")}
    for subject, predicate, value in effect.new_literals:
        if predicate in named and effect.kind(subject) == "organisation":
            other = effect.valid.same_name(value.value, classes)
            if other is not None and other != subject:
                nearest = Nearest(other, labels(effect.before, other))
                yield OTHER_KIND.result(effect.addresses, subject, predicate, value, nearest=nearest)


CHECKS = (language_tags, currencies, texts_for_addresses, directions, names_of_other_kinds)
CHECKS_OF_CONTRIBUTIONS = (other_languages,)
