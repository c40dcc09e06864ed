"""Reader of the outputs of IOM's Strategic Results Framework, with the objectives of the Compact that they serve.

The files are those of PyPI iomeval: `srf_outputs_to_gcm.json` has the numbers of objectives by the code of an output,
`srf_objectives.json` the framework with the titles of outputs. IOM gives outputs no addresses; those here are our own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.un_imports.files import NO_OPTIONS, ImportedStatements, ImportOptions, PublishedFile
from gcmgraph.linking.un_imports.known import ReferenceIndex
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text

#: Objectives of the Compact.
_OBJECTIVES = frozenset(str(number) for number in range(1, 24))


def read_iom(files: Sequence[PublishedFile], known: ReferenceIndex, choices: ImportOptions) -> ImportedStatements:
    """The outputs and their links, in `graph/reference/un-iom`. Raises `DataError`."""
    if choices != NO_OPTIONS:
        raise DataError("--as-of and --leave-out are for treaties alone.")
    links: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for file in files:
        try:
            data = json.loads(file.data)
            if isinstance(data, dict):
                links |= {code: [*numbers] for code, numbers in data.items()}
            else:
                titles |= dict(_titles(data))
            if not set().union(*links.values()) <= _OBJECTIVES or not all(code.isalnum() for code in links):
                raise ValueError("an objective has no number from 1 to 23")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DataError(
                "This is not the results framework of IOM.",
                place=Place(file.where),
                hint="Give srf_outputs_to_gcm.json, and srf_objectives.json beside it (gcmgraph fetch 'iom-*').",
            ) from error
    if not links:
        raise DataError("No output with its objectives is in these files.", place=Place(files[0].where))
    v, where = Vocabulary(known.addresses), IRI(known.addresses.graph("reference/un-iom"))
    quads = []
    for code, numbers in sorted(links.items()):
        output = IRI(f"{where.value}#output-{code}")
        quads.append(Quad(output, v("skos:notation"), Literal(code), where))
        if code in titles:
            quads.append(Quad(output, v("skos:prefLabel"), text(titles[code], "en"), where))
        for number in numbers:
            objective = IRI(known.addresses.thing("objective", number))
            quads.append(Quad(objective, v("skos:relatedMatch"), output, where))
    count = sum(map(len, links.values()))
    return ImportedStatements(tuple(quads), (f"{len(links):,} outputs with {count:,} links to objectives.",))


def _titles(goals: list[dict[str, object]]) -> Iterator[tuple[str, str]]:
    """Codes and titles of the outputs below the framework's objectives and outcomes."""
    for part in goals:
        for name in ("long_term_outcomes", "short_term_outcomes"):
            below = part.get(name, [])
            if isinstance(below, list):
                yield from _titles(below)
        outputs = part.get("outputs", [])
        if isinstance(outputs, list):
            yield from ((output["id"], output["title"]) for output in outputs)
