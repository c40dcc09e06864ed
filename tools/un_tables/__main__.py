"""Write tables from files of the United Nations.

    python -m tools.un_tables treaties XVIII-12-b.en.xml … --as-of 2026-11-24 [--leave-out NAME]… --out FOLDER
    python -m tools.un_tables m49 "UNSD — Methodology.csv" --out FOLDER
    python -m tools.un_tables sdg sdg-kos-goals-targets-indicators.ttl --out FOLDER
    python -m tools.un_tables unbis topics.json --out FOLDER
    python -m tools.un_tables iom srf_outputs_to_gcm.json srf_objectives.json --out FOLDER

For each table it prints the command that imports it. Exit status: 0 on success, 1 if a file cannot
be read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.repository.layout import Repository
from tools.un_tables import Table, iom, m49, sdg, treaties, unbis

_KINDS = ("treaties", "m49", "sdg", "unbis", "iom")


def tables_of(arguments: argparse.Namespace) -> list[Table]:
    """The tables of files of a kind. Raises a `GcmGraphError`."""
    repository = Repository.find()
    files: list[Path] = arguments.files
    if arguments.kind == "treaties":
        return treaties.tables_of(files, arguments.as_of, arguments.leave_out, repository)
    if arguments.kind == "m49":
        return m49.tables_of(files, repository)
    if arguments.kind == "sdg":
        return sdg.tables_of(files)
    if arguments.kind == "unbis":
        return unbis.tables_of(files)
    return iom.tables_of(files)


def main(given: list[str]) -> None:
    """Write the tables, and print how to import them."""
    parser = argparse.ArgumentParser(
        "python -m tools.un_tables", description="Tables from files of the UN."
    )
    parser.add_argument("kind", choices=_KINDS)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--out", type=Path, default=Path(), help="folder for the tables [default: this one]"
    )
    parser.add_argument(
        "--as-of", default="", help="treaties: day of the download, such as 2026-11-24"
    )
    parser.add_argument(
        "--leave-out", action="append", default=[], metavar="NAME", help="treaties: participant"
    )
    arguments = parser.parse_args(given)
    try:
        tables = tables_of(arguments)
        arguments.out.mkdir(parents=True, exist_ok=True)
        for table in tables:
            path = table.write(arguments.out)
            print(f"gcmgraph import {path}   # {len(table.rows):,} rows")
    except (GcmGraphError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
