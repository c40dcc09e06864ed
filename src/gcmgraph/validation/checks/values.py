"""Checks of literals: language tags, codes of currencies, texts in place of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.numbers import list_currencies

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.namespaces import PREFIXES
from gcmgraph.translations.languages import LANGUAGES
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.report import ExtraConstraint, Result

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


def language_tags(checked: CheckedContribution) -> Iterator[Result]:
    """Language tags, and codes of languages as values, that name no language."""
    for subject, predicate, value in checked.new:
        if not isinstance(value, Literal):
            continue
        tag = value.value if predicate in _LANGUAGES else value.language
        if tag is not None and not is_language(tag):
            right = language_meant(tag)
            hint = None if right is None else _RIGHT_TAG
            yield LANGUAGE_TAG.result(
                checked.addresses, subject, predicate, value, hint=hint, words={"value": tag[:40], "right": right}
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


def currencies(checked: CheckedContribution) -> Iterator[Result]:
    """Codes of currencies outside ISO 4217; what has another form is left to the shapes."""
    for subject, predicate, value in checked.new:
        if predicate != _CURRENCY or not isinstance(value, Literal) or not re.fullmatch("[A-Z]{3}", value.value):
            continue
        if value.value not in list_currencies() or value.value in _NO_CURRENCY:
            yield CURRENCY.result(checked.addresses, subject, predicate, value)


def texts_for_addresses(checked: CheckedContribution) -> Iterator[Result]:
    """Texts as values of properties between resources."""
    for subject, predicate, value in checked.new:
        if predicate in _OF_RESOURCES and isinstance(value, Literal):
            yield TEXT_FOR_ADDRESS.result(checked.addresses, subject, predicate, value)


CHECKS = (language_tags, currencies, texts_for_addresses)
