"""Checks of identifiers: one exact identifier, one resource; and of the codes of countries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term
from gcmgraph.validation.contribution_effect import ContributionEffect
from gcmgraph.validation.graphs import TYPE, Subject, labels
from gcmgraph.validation.report import Result

#: Properties whose values mean the same as their subject, and properties with identifiers as texts.
_EXACT = ("skos:exactMatch", "owl:sameAs", "schema:sameAs")
_CODES = ("dct:identifier", "schema:identifier", "org:identifier")

#: Names and codes of new resources, and the codes of countries that readers and programs know.
_CODE_LIKE = ("skos:altLabel", "gcm:acronym", "skos:notation", *_CODES)
_COUNTRY_CODES = ("gcm:iso2", "gcm:iso3", "gcm:m49")

#: Addresses of pages and data files about a resource of Wikidata.
_WIKIDATA = r"https?://(?:www\.|m\.)?wikidata\.org/(?:entity|wiki)/(?:Special:EntityData/)?Q(\d+)"
#: The UN's SDG data, and the IRIs of its goals, targets and areas.
_GEO_AREA = r"https?://unstats\.un\.org/sdgapi/v\d/sdg/GeoArea"
_UN_SDG = "http://metadata.un.org/sdg"
_UN_AREA = f"{_UN_SDG}/codes/geoArea"
#: Addresses of web pages about a resource, and the IRI of the resource in the link sets.
_PAGES = (
    (
        re.compile(r"https?://(?:www\.)?geonames\.org/(\d+)(?:/.*)?"),
        r"https://sws.geonames.org/\1/",
    ),
    (re.compile(_WIKIDATA, re.IGNORECASE), r"http://www.wikidata.org/entity/Q\1"),
    (re.compile(r"https?://(?:www\.)?ror\.org/(0\w{8})/?"), r"https://ror.org/\1"),
    (re.compile(r"https?://sdgs\.un\.org/goals/goal(\d+)(?:[#?].*)?"), _UN_SDG + r"/\1"),
    (re.compile(r"https?://metadata\.un\.org/sdg/([\w./]+)\?lang=\w+"), _UN_SDG + r"/\1"),
    # of one to three digits: the code of M49 has leading zeros
    (re.compile(rf"{_GEO_AREA}/(\d{{3}})(?:/.*)?", re.IGNORECASE), _UN_AREA + r"/\1"),
    (re.compile(rf"{_GEO_AREA}/(\d{{2}})(?:/.*)?", re.IGNORECASE), _UN_AREA + r"/0\1"),
    (re.compile(rf"{_GEO_AREA}/(\d)(?:/.*)?", re.IGNORECASE), _UN_AREA + r"/00\1"),
)


def identifier_forms(iri: str) -> list[IRI]:
    """Spellings of an IRI, then of the resource of a web page with this address.

    `http` and `https`, forms with and without a final slash, and letters and their percent codes
    are equivalent.

    >>> for form in identifier_forms("http://www.geonames.org/1694008"):
    ...     print(form)
    <http://www.geonames.org/1694008>
    <http://www.geonames.org/1694008/>
    <https://www.geonames.org/1694008>
    <https://www.geonames.org/1694008/>
    <https://sws.geonames.org/1694008/>
    <https://sws.geonames.org/1694008>
    <http://sws.geonames.org/1694008/>
    <http://sws.geonames.org/1694008>
    """
    decoded = unquote(iri)
    resources = [
        pattern.sub(resource, decoded) for pattern, resource in _PAGES if pattern.fullmatch(decoded)
    ]
    return [form for address in (iri, *resources) for form in _spellings(address)]


def _spellings(iri: str) -> list[IRI]:
    scheme, colon, path = iri.partition(":")
    equal_scheme = {"http": "https", "https": "http"}.get(scheme.lower(), scheme)
    equal_path = path[:-1] if path.endswith("/") else f"{path}/"
    return [
        IRI(scheme + colon + path),
        IRI(scheme + colon + equal_path),
        IRI(equal_scheme + colon + path),
        IRI(equal_scheme + colon + equal_path),
    ]


def same_identifiers(effect: ContributionEffect) -> Iterator[Result]:
    """Resources with an identifier of another resource, which is that of another class, or of the same."""
    exact = {effect.term(curie) for curie in _EXACT}
    codes = {effect.term(curie) for curie in _CODES}
    for subject, predicate, value in effect.new:
        holders: set[Subject] = set()
        if predicate in exact:
            holders = _holders(value, effect)
        elif predicate in codes:
            holders = set(effect.before.subjects(predicate, value))
        elif predicate == TYPE and not effect.kind(subject):
            # an address of others, described as a resource
            holders = _holders(subject, effect)
        for holder in sorted(holders - {subject}, key=str):
            name = _constraint(subject, holder, effect, is_code=predicate in codes)
            if name is not None:
                yield effect.result(name, subject, predicate, value, expected=named(holder, effect))


def codes_of_countries(effect: ContributionEffect) -> Iterator[Result]:
    """Resources of another class with the code of a published country, such as `THA`."""
    code_like = {effect.term(curie) for curie in _CODE_LIKE}
    for subject, predicate, value in effect.new:
        if predicate not in code_like or not isinstance(value, Literal):
            continue
        code = Literal(value.value)
        holders = [
            holder
            for curie in _COUNTRY_CODES
            for holder in effect.before.subjects(effect.term(curie), code)
        ]
        classes = set(effect.after.objects(subject, TYPE))
        for holder in sorted(set(holders) - {subject}, key=str):
            if classes.isdisjoint(effect.before.objects(holder, TYPE)):
                yield effect.result(
                    "code-of-another-kind",
                    subject,
                    predicate,
                    value,
                    expected=named(holder, effect),
                )


def _holders(identifier: Term, effect: ContributionEffect) -> set[Subject]:
    """The resources with an exact identifier, in one of its spellings; none if it is no IRI."""
    holders: set[Subject] = set()
    if not isinstance(identifier, IRI):
        return holders
    for form in identifier_forms(identifier.value):
        for curie in _EXACT:
            holders.update(effect.after.subjects(effect.term(curie), form))
    return holders


def _constraint(
    subject: Subject, holder: Subject, effect: ContributionEffect, *, is_code: bool
) -> str | None:
    """The constraint that two resources with one identifier violate; None where one has no class."""
    classes = set(effect.after.objects(subject, TYPE))
    classes_of_holder = set(effect.after.objects(holder, TYPE))
    if not classes.isdisjoint(classes_of_holder):
        return "same-identifier"
    if is_code or not classes or not classes_of_holder:
        return None  # a code has a meaning within its class
    return "identifier-of-another-kind"


def named(resource: Term, effect: ContributionEffect) -> Texts:
    """The label of a resource in each language, with its address."""
    address = f"<{resource.value}>" if isinstance(resource, IRI | BlankNode) else ""
    names = labels(effect.after, resource).pairs or (("", ""),)
    return Texts.of((language, f"{name} {address}".strip()) for language, name in names)
