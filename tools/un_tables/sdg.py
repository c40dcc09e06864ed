"""Official texts of the goals and targets of the SDGs, and indicators of the targets.

From the UN's `sdg-kos-goals-targets-indicators.ttl`, of
https://github.com/UNStats/LOD4Stats/tree/master/sdg-data . Where a resource has two names in a
language, the longer one is its text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Literal
from tools.un_tables import Table, metadata_of

_LANGUAGES = ("en", "fr", "es")
_NAME = IRI(f"{PREFIXES['skos']}prefLabel")
_NOTATION = IRI(f"{PREFIXES['skos']}notation")
_COMPACT_CODE = IRI(f"{PREFIXES['sdgo']}SDGCodeCompact")
_HAS_INDICATOR = IRI(f"{PREFIXES['sdgo']}hasIndicator")
_TYPE = IRI(f"{PREFIXES['rdf']}type")
_GOALS_AND_TARGETS = (IRI(f"{PREFIXES['sdgo']}Goal"), IRI(f"{PREFIXES['sdgo']}Target"))


def tables_of(files: Sequence[Path]) -> list[Table]:
    """The table of texts, and that of indicators. Raises `DataError` for files of another form."""
    texts: dict[IRI, dict[str, str]] = defaultdict(dict)
    codes: dict[IRI, str] = {}
    goals_and_targets: set[IRI] = set()
    indicators: set[tuple[IRI, IRI]] = set()
    for file in files:
        for subject, predicate, value, _ in read_quads(file):
            if not isinstance(subject, IRI):
                continue
            if predicate == _NAME and isinstance(value, Literal):
                language = value.language or ""
                texts[subject][language] = max(
                    texts[subject].get(language, ""), value.value, key=len
                )
            elif (
                predicate == _NOTATION
                and isinstance(value, Literal)
                and value.datatype == _COMPACT_CODE
            ):
                codes[subject] = value.value
            elif predicate == _TYPE and value in _GOALS_AND_TARGETS:
                goals_and_targets.add(subject)
            elif predicate == _HAS_INDICATOR and isinstance(value, IRI):
                indicators.add((subject, value))
    text_rows = [
        (codes[iri], *_in_languages(texts[iri])) for iri in goals_and_targets if iri in codes
    ]
    if not text_rows:
        hint = "Give sdg-kos-goals-targets-indicators.ttl of the UN (gcmgraph fetch 'sdg-kos-*')."
        raise DataError(
            "No goal or target with its code is in these files.",
            place=Place(str(files[0])),
            hint=hint,
        )
    indicator_rows = [
        (codes[target], indicator.value, codes.get(indicator, ""), *_in_languages(texts[indicator]))
        for target, indicator in indicators
        if target in codes
    ]
    names = [f"text_{language}" for language in _LANGUAGES]
    columns = ("target", "indicator", "code", *(f"name_{language}" for language in _LANGUAGES))
    return [
        Table("un-sdg", ("code", *names), sorted(text_rows), metadata_of("un-sdg")),
        Table(
            "un-sdg-indicators", columns, sorted(indicator_rows), metadata_of("un-sdg-indicators")
        ),
    ]


def _in_languages(texts: dict[str, str]) -> list[str]:
    """The texts in the order of the columns, without white space at their ends, which a table refuses."""
    return [texts.get(language, "").strip() for language in _LANGUAGES]
