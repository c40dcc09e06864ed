"""The wordings of the lexicon against the names of the reference data."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from gcmgraph.extraction.document_reading import ReferenceData
from gcmgraph.lexicon import lexicon_for, readable_tags

#: Names of a type which in running text mostly mean another: an online platform, a protocol of what to do.
MEANT_OTHERWISE = {"platform", "plateforme", "protocol", "dispositif"}


@pytest.mark.parametrize("section", ["kinds", "kinds_in_text"])
@pytest.mark.parametrize("language", readable_tags())
def test_a_name_of_a_practice_type_says_no_other_type(known: ReferenceData, language: str, section: str) -> None:
    kinds = lexicon_for(language).table(section)
    names = known.concepts["practice-type"]
    other = {
        (name, kind)
        for name, concept in names.items()
        for kind, words in kinds.items()
        if re.fullmatch(words, name, re.IGNORECASE) and not concept.value.endswith(f"/{kind}")
    }
    assert {(name, kind) for name, kind in other if name not in MEANT_OTHERWISE} == set()


def wordings(language: str) -> dict[str, Any]:
    return tomllib.loads(files("gcmgraph.lexicon").joinpath(f"{language}.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", readable_tags())
def test_a_language_has_every_wording_that_the_others_have(language: str) -> None:
    every = {(section, name) for tag in readable_tags() for section, names in wordings(tag).items() for name in names}
    own = {(section, name) for section, names in wordings(language).items() for name in names}
    assert {name for name in every - own if name[0] != "adjectives"} == set(), "say it in this language, too"


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
