"""Outputs of IOM's Strategic Results Framework, and the objectives that they serve.

From PyPI iomeval: `srf_outputs_to_gcm.json` has numbers of objectives by the code of an output,
`srf_objectives.json` the framework with the titles of outputs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gcmgraph.platform.errors import DataError, Place, faults_of_files
from tools.un_tables import Table, metadata_of

#: Members of the framework with the parts below an objective or outcome.
_PARTS = ("long_term_outcomes", "short_term_outcomes")


def tables_of(files: Sequence[Path]) -> list[Table]:
    """The table of outputs, a row for each objective.

    Raises `DataError` for files of another form.
    """
    objectives: dict[str, list[int]] = {}
    titles: dict[str, str] = {}
    for file in files:
        with faults_of_files(DataError, "The file cannot be read", file):
            data = file.read_bytes()
        try:
            content = json.loads(data)
            if isinstance(content, dict):
                objectives |= {
                    code: [int(number) for number in numbers] for code, numbers in content.items()
                }
            else:
                titles |= dict(_titles(content))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            hint = "Give srf_outputs_to_gcm.json, and srf_objectives.json beside it (gcmgraph fetch 'iom-*')."
            raise DataError(
                "This is not the framework of IOM.", place=Place(str(file)), hint=hint
            ) from error
    rows = []
    for code, numbers in sorted(objectives.items()):
        rows += [(code, titles.get(code, ""), str(number)) for number in numbers or [""]]
    if not rows:
        raise DataError(
            "No output with its objectives is in these files.", place=Place(str(files[0]))
        )
    return [Table("un-iom", ("code", "title", "objective"), rows, metadata_of("un-iom"))]


def _titles(parts: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Codes and titles of the outputs below some objectives or outcomes."""
    for part in parts:
        for name in _PARTS:
            yield from _titles(part.get(name, []))
        for output in part.get("outputs", []):
            yield str(output["id"]), str(output["title"]).strip()
