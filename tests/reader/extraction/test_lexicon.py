"""The wordings of the lexicon against the names of the reference data."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gcmgraph.lexicon import read_wordings
from gcmgraph.model.terms import IRI, Literal
from gcmgraph.names import fold
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_tables
from gcmreader.extraction.practices import ReferenceData
from gcmreader.lexicon import lexicon_for, readable_tags

ADDRESSES = Addresses()
#: Names of a type which in running text mostly mean another: an online platform, a protocol of what to do.
MEANT_OTHERWISE = {"platform", "plateforme", "protocol", "dispositif"}


def practice_types() -> dict[str, IRI]:
    """The types of practices by folded label."""
    types = ADDRESSES.thing("concept", "practice-type/")
    return {
        fold(quad.object.value).casefold(): quad.subject
        for table in read_tables(Repository.find().reference, ADDRESSES)
        for quad in table.quads
        if isinstance(quad.subject, IRI)
        and quad.subject.value.startswith(types)
        and quad.predicate.value.rpartition("#")[2] in {"prefLabel", "altLabel", "hiddenLabel"}
        and isinstance(quad.object, Literal)
    }


@pytest.mark.parametrize("section", ["kinds", "kinds_in_text"])
@pytest.mark.parametrize("language", readable_tags())
def test_a_name_of_a_practice_type_says_no_other_type(language: str, section: str) -> None:
    kinds = lexicon_for(language).table(section)
    names = practice_types()
    other = {
        (name, kind)
        for name, concept in names.items()
        for kind, words in kinds.items()
        if re.fullmatch(words, name, re.IGNORECASE) and not concept.value.endswith(f"/{kind}")
    }
    assert {(name, kind) for name, kind in other if name not in MEANT_OTHERWISE} == set()


def wordings(language: str) -> dict[str, Any]:
    return read_wordings("gcmgraph.lexicon", language) | read_wordings("gcmreader.lexicon", language)


@pytest.mark.parametrize("language", readable_tags())
def test_wordings_of_each_language(language: str) -> None:
    every = {(section, name) for tag in readable_tags() for section, names in wordings(tag).items() for name in names}
    own = {(section, name) for section, names in wordings(language).items() for name in names}
    # adjectives, and wordings of topics that names do not find, differ by language
    missing = {name for name in every - own if name[0] not in {"adjectives", "topics"}}
    assert missing == set(), "say it in this language, too"


@pytest.mark.parametrize("language", readable_tags())
def test_every_wording_is_a_regular_expression(language: str) -> None:
    lexicon = lexicon_for(language)
    for section, names in wordings(language).items():
        for name, value in names.items():
            if not (isinstance(value, list) and isinstance(value[0], list)):
                re.compile(lexicon.fragment(section, name))


@pytest.mark.parametrize("language", readable_tags())
def test_adjectives_are_those_of_countries(known: ReferenceData, language: str) -> None:
    assert {iso3 for iso3 in lexicon_for(language).table("adjectives") if known.names.country(iso3) is None} == set()
