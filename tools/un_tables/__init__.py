"""Tables of this project from files that the United Nations publish: `python -m tools.un_tables KIND FILE…`.

Each module reads the files of one source, and makes tables with their metadata (CSV on the Web).
`gcmgraph import` reads the tables (docs/linking.md).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """A table, to be written with its metadata beside it."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    metadata: dict[str, Any]

    def write(self, folder: Path) -> Path:
        """Write both files into a folder, and return the path of the table."""
        path = folder / f"{self.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            writer.writerows(self.rows)
        description = {**self.metadata, "url": path.name}
        text = json.dumps(description, ensure_ascii=False, indent=1)
        path.with_name(f"{path.name}-metadata.json").write_text(f"{text}\n", "utf-8")
        return path


def metadata_of(name: str, **values: str) -> dict[str, Any]:
    """The metadata of a table, from the file in this folder.

    Each `$NAME` in its texts is replaced by a value.
    """
    text = (_FOLDER / f"{name}.csv-metadata.json").read_text("utf-8")
    for key, value in values.items():
        text = text.replace(f"${key.upper()}", json.dumps(value, ensure_ascii=False)[1:-1])
    return json.loads(text)  # type: ignore[no-any-return]
