"""Region and groups of countries, from the CSV of https://unstats.un.org/unsd/methodology/m49/overview/ .

The table is `countries.csv` of `data/reference` with the region and the groups of the file. Areas
that are no countries of ours are left out, and names are compared, not changed.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.media import read_text
from gcmgraph.repository.csvw import metadata_path
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.table_rows import Problems, rows_of
from tools.un_tables import Table

_SOURCE = "https://unstats.un.org/unsd/methodology/m49/overview/"
_AREA = "Country or Area"
#: Columns of our table and of the file: codes, groups.
_CODES = {"m49": "M49 Code", "iso2": "ISO-alpha2 Code", "iso3": "ISO-alpha3 Code"}
_GROUPS = {
    "ldc": "Least Developed Countries (LDC)",
    "lldc": "Land Locked Developing Countries (LLDC)",
    "sids": "Small Island Developing States (SIDS)",
}
#: Columns with the codes of regions, the smallest first.
_REGIONS = ("Intermediate Region Code", "Sub-region Code", "Region Code")


def tables_of(files: Sequence[Path], repository: Repository) -> list[Table]:
    """The table of countries.

    Raises `DataError` with all problems; prints how names and regions differ from ours.
    """
    problems = Problems()
    areas = _areas(files[0], problems)
    table = repository.reference / "countries.csv"
    regions = {row["m49"] for row in _read(repository.reference / "regions.csv")}
    countries = _read(table)
    for country in countries:
        name = country["name_en"]
        if country["m49"] not in areas:
            problems.add(
                Place(str(files[0])),
                f"The file lacks {name} ({country['m49']}).",
                "Give all of it.",
            )
            continue
        place, area = areas[country["m49"]]
        for ours, theirs in _CODES.items():
            if area[theirs] != country[ours]:
                problems.add(
                    place,
                    f"The {theirs} of {name} is '{area[theirs]}', in our table '{country[ours]}'.",
                )
        if area[_AREA] != name:
            print(
                f"{country['iso3']}: the file calls it '{area[_AREA]}', our table '{name}'.",
                file=sys.stderr,
            )
        region = next((area[column] for column in _REGIONS if area[column]), "")
        if region not in regions and region != country["region"]:
            problems.add(
                place, f"The region '{region}' of {name} is not in data/reference/regions.csv."
            )
        groups = {ours: "1" if area[theirs] else "" for ours, theirs in _GROUPS.items()}
        for column, value in {"region": region, **groups}.items():
            if country[column] != value:
                print(
                    f"{country['iso3']}: {column} was '{country[column]}', is '{value}'.",
                    file=sys.stderr,
                )
                country[column] = value
    problems.refuse()
    metadata = json.loads(read_text(metadata_path(table)))
    _name_source(metadata)
    columns = tuple(countries[0])
    return [
        Table("countries", columns, [tuple(country.values()) for country in countries], metadata)
    ]


def _areas(file: Path, problems: Problems) -> dict[str, tuple[Place, dict[str, str]]]:
    """The rows of the file by M49 code, with their places."""
    text = read_text(file)
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    (place, header), *rows = rows_of(text, str(file), delimiter)
    for column in (_AREA, *_CODES.values(), *_GROUPS.values(), *_REGIONS):
        if column not in header:
            raise DataError(
                f"The file has no column '{column}'.",
                place=place,
                hint=f"Download it from {_SOURCE} .",
            )
    areas: dict[str, tuple[Place, dict[str, str]]] = {}
    for place, cells in rows:
        if len(cells) != len(header):
            problems.add(place, f"The row has {len(cells)} cells, the header {len(header)}.")
            continue
        area = dict(zip(header, cells, strict=True))
        if area[_CODES["m49"]] in areas:
            problems.add(place, f"The area {area[_CODES['m49']]} occurs twice.")
        for column in _GROUPS.values():
            if area[column] not in ("", "x"):
                problems.add(place, f"In the column '{column}', '{area[column]}' is not x.")
        areas[area[_CODES["m49"]]] = place, area
    return areas


def _read(table: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(read_text(table).splitlines()))


def _name_source(metadata: Mapping[str, Any]) -> None:
    """Name the file as the source of the columns that are from it."""
    for column in metadata["tableSchema"]["columns"]:
        if column["name"] in ("region", *_GROUPS):
            column["dc:source"] = _SOURCE
