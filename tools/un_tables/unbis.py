"""Names of the concepts of the UNBIS Thesaurus, in six languages.

From the Turtle of https://digitallibrary.un.org/record/4075456, or from JSON with the same
concepts, which has the form `{"topics": [{"url": …, "labels": {"en": …}, "related": […]}]}`. No
copy of the Turtle was available: its form is known from the description of the UN Library.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from gcmgraph.platform.errors import DataError, Place, faults_of_files
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.translations import LANGUAGES
from tools.un_tables import Table, metadata_of

_THESAURUS = "http://metadata.un.org/thesaurus/"
_NAME = IRI(f"{PREFIXES['skos']}prefLabel")
_LANGUAGES = tuple(LANGUAGES)


def tables_of(files: Sequence[Path]) -> list[Table]:
    """The table of concepts. Raises `DataError` for files of another form."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for file in files:
        for concept, language, name in _names(file):
            if concept.startswith(_THESAURUS) and language in _LANGUAGES:
                names[concept][language] = name.strip()
    if not names:
        hint = f"Give unbist-….ttl of the UN Library: its addresses begin with {_THESAURUS}."
        raise DataError(
            "No concept with its name is in these files.", place=Place(str(files[0])), hint=hint
        )
    rows = [
        (concept, *(concept_names.get(language, "") for language in _LANGUAGES))
        for concept, concept_names in sorted(names.items())
    ]
    columns = ("id", *(f"name_{language}" for language in _LANGUAGES))
    return [Table("un-unbis", columns, rows, metadata_of("un-unbis"))]


def _names(file: Path) -> Iterator[tuple[str, str, str]]:
    """The names in a file: address of the concept, language, name."""
    if file.suffix.lower() != ".json":
        for subject, predicate, value, _ in read_quads(file):
            if predicate == _NAME and isinstance(subject, IRI) and isinstance(value, Literal):
                yield subject.value, value.language or "", value.value
        return
    with faults_of_files(DataError, "The file cannot be read", file):
        data = file.read_bytes()
    try:
        for topic in json.loads(data)["topics"]:
            for language, name in topic["labels"].items():
                yield topic["url"], language, name
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = 'It has the form {"topics": [{"url": …, "labels": {"en": …}}]}.'
        raise DataError(
            "This is not the JSON of the thesaurus.", place=Place(str(file)), hint=hint
        ) from error
