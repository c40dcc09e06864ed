"""The wordings of the lexicon against the names of the reference data."""

from __future__ import annotations

import re

import pytest

from gcmgraph.extraction.documents_read import Reference
from gcmgraph.extraction.lexicon import lexicon_for

#: Names of a type which in running text mostly mean another: an online platform, a protocol of what to do.
MEANT_OTHERWISE = {"platform", "plateforme", "protocol", "dispositif"}


@pytest.mark.parametrize("section", ["kinds", "kinds_in_text"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_name_of_a_practice_type_says_no_other_type(known: Reference, language: str, section: str) -> None:
    kinds = lexicon_for(language).table(section)
    names = known.concepts["practice-type"]
    other = {
        (name, kind)
        for name, concept in names.items()
        for kind, words in kinds.items()
        if re.fullmatch(words, name, re.IGNORECASE) and not concept.value.endswith(f"/{kind}")
    }
    assert {(name, kind) for name, kind in other if name not in MEANT_OTHERWISE} == set()
