"""Derive the tables of `data/statistics` from the files of IOM's package gdidata: `python -m tools.figures FOLDER`.

FOLDER has the files of the register whose names begin with `gdidata-` (`gcmgraph fetch
'gdidata-*'`), under those names or under the names that they have in the package. R reads them
(`Rscript`, package r-base-core of Debian). A file whose SHA-256 is not that of the register is
refused. Codes that are no area of `countries.csv` are reported and left out.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]

#: One row of a file of the package, by column.
Row = Mapping[str, str]

#: The cells of a row of a table that identify it, and what they count.
Figures = dict[tuple[str, ...], int]

#: Years of the migrant stock; the first and last whole years of the other tables.
STOCK_YEARS = ("1990", "2000", "2010", "2020", "2024")
SINCE, UNTIL = 2014, 2023
MONEY_YEARS = range(2010, UNTIL + 1)

#: Years of the tables that are divided by the population.
POPULATION_YEARS = {*map(int, STOCK_YEARS), *range(SINCE, UNTIL + 1)}
INCIDENTS_UNTIL = 2024

#: Columns of `migrant-corridors`: `other_area` and `other_origin` are areas of UN DESA that are not
#: of `countries.csv`.
CORRIDOR_COLUMNS = ("key", "area", "other_area", "origin", "other_origin", "year")

_PRINT = """
  loaded <- load(commandArgs(TRUE)[1])
  table <- as.data.frame(get(loaded[1]))
  text <- function(column) if (inherits(column, "Date")) as.character(column) else sprintf("%.15g", column)
  for (name in names(table)) if (is.numeric(table[[name]]) || inherits(table[[name]], "Date"))
    table[[name]] <- text(table[[name]])
  write.csv(table, row.names = FALSE, na = "")
"""


def read_package_file(folder: Path, name: str, package: str = "gdidata") -> Iterator[Row]:
    """The rows of a file of a package of R.

    Raises `SystemExit` for one whose content is not that of the register.
    """
    with (ROOT / "data/sources/register.csv").open(encoding="utf-8", newline="") as register:
        (entry,) = [
            row
            for row in csv.DictReader(register)
            if row["name"] == f"{package}-{name.replace('_', '-')}"
        ]
    candidates = [folder / entry["file"], folder / f"{name}.rda"]
    path = next((path for path in candidates if path.is_file()), None)
    if path is None:
        raise SystemExit(
            f"{candidates[0]}: The file is missing. Run `gcmgraph fetch {entry['name']}`."
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
        raise SystemExit(
            f"{path}: The SHA-256 is not that of {entry['name']} in data/sources/register.csv."
        )
    printed = subprocess.run(
        ["Rscript", "-e", _PRINT, path], check=True, capture_output=True, text=True
    ).stdout
    return csv.DictReader(io.StringIO(printed))


def _summed(
    rows: Iterable[Row], key: Callable[[Row], tuple[str, ...]], column: str = "n"
) -> Figures:
    """The sums of a column by key, in whole people or dollars."""
    found: dict[tuple[str, ...], int] = defaultdict(int)
    for row in rows:
        found[key(row)] += round(float(row[column]))
    return dict(found)


def _stock(rows: list[Row], area: str) -> Figures:
    """Migrants by area, year and sex, with the total (`T`) of both."""
    rows = [row for row in rows if row["t"] in STOCK_YEARS]
    women = [row for row in rows if row["sex"] == "female"]
    return {
        **_summed(rows, lambda row: (row[area], row["t"], "T")),
        **_summed(women, lambda row: (row[area], row["t"], "F")),
    }


#: Slug of the counting basis of a country by the flags of its migrant stock: born abroad, citizens
#: of other countries, refugees included, imputed.
_BASIS = {
    "1000": "foreign-born",
    "1010": "foreign-born-refugees",
    "0100": "foreign-citizens",
    "0110": "foreign-citizens-refugees",
    "1110": "foreign-born-or-citizens-refugees",
    "0001": "imputed",
    "0011": "imputed-refugees",
}


def _bases(rows: Iterable[Row]) -> dict[str, str]:
    """The counting basis by country of destination."""
    return {row["geo"]: _BASIS["".join(row[f"type_{flag}"] for flag in "bcri")] for row in rows}


def _corridors(rows: Iterable[Row]) -> Figures:
    """Migrants of the last year by area of residence and of origin.

    An area that is not of `countries.csv` is in a column of its own.
    """
    last_rows = [row for row in rows if row["t"] == STOCK_YEARS[-1]]
    pairs = _summed(last_rows, lambda row: (row["geo"], row["from"], row["t"]))
    return {
        (f"{area}-{origin}-{year}", *_area_columns(area), *_area_columns(origin), year): migrants
        for (area, origin, year), migrants in pairs.items()
    }


def _area_columns(code: str) -> tuple[str, str]:
    """The cells of an area: a country's code, or that of an area which is only the producer's."""
    return (code, "") if code in areas() else ("", code)


def _displaced(rows: Iterable[Row], group: str, area: str) -> Figures:
    counted = (row for row in rows if row["group"] == group and SINCE <= int(row["t"]) <= UNTIL)
    return _summed(counted, lambda row: (row[area], row["t"]))


def _deaths(rows: Iterable[Row], key: Callable[[Row], str]) -> Figures:
    whole = (row for row in rows if int(row["t"][:4]) <= INCIDENTS_UNTIL)
    return _summed(whole, lambda row: (key(row), row["t"][:4]), "dead")


def _route(row: Row) -> str:
    """The slug of a route, by its English name."""
    return re.sub(r" routes?$", "", row["route"].lower()).replace(" ", "-")


def _indicator(rows: Iterable[Row], variable: str, years: Collection[int]) -> Figures:
    """An indicator of the World Bank's file by area, in some years."""
    counted = (row for row in rows if row["var"] == variable and int(row["t"]) in years)
    return _summed(counted, lambda row: (row["geo"], row["t"]), "v")


@dataclass(frozen=True)
class Table:
    """A table: its columns before the value, its figures, and further cells by the first one."""

    columns: tuple[str, ...]
    figures: Figures
    further: tuple[str, Mapping[str, str]] | None = None


def tables(folder: Path) -> dict[str, Table]:
    """All tables by name, of the files of the package in a folder."""
    stocks, displaced, incidents, indicators = (
        list(read_package_file(folder, name))
        for name in ("undesa_stocks", "unhcr", "iom_mmp", "wdi")
    )
    by_area = ("area", "year")
    return {
        "migrants-by-destination": Table(
            (*by_area, "sex"), _stock(stocks, "geo"), ("basis", _bases(stocks))
        ),
        "migrants-by-origin": Table((*by_area, "sex"), _stock(stocks, "from")),
        "migrant-corridors": Table(CORRIDOR_COLUMNS, _corridors(stocks)),
        "refugees-by-asylum": Table(by_area, _displaced(displaced, "refugee", "geo")),
        "refugees-by-origin": Table(by_area, _displaced(displaced, "refugee", "from")),
        "asylum-seekers-by-asylum": Table(by_area, _displaced(displaced, "asylum", "geo")),
        "asylum-seekers-by-origin": Table(by_area, _displaced(displaced, "asylum", "from")),
        "internally-displaced": Table(by_area, _displaced(displaced, "idp", "geo")),
        "deaths-by-route": Table(("route", "year"), _deaths(incidents, _route)),
        "deaths-by-country": Table(by_area, _deaths(incidents, lambda row: row["geo"])),
        "remittances-received": Table(by_area, _indicator(indicators, "remin", MONEY_YEARS)),
        "remittances-paid": Table(by_area, _indicator(indicators, "remout", MONEY_YEARS)),
        "population": Table(by_area, _indicator(indicators, "pop", POPULATION_YEARS)),
        "gdp": Table(by_area, _indicator(indicators, "gdp", MONEY_YEARS)),
    }


@cache
def areas() -> set[str]:
    """The ISO 3166 alpha-3 codes of `countries.csv`."""
    with (ROOT / "data/reference/countries.csv").open(encoding="utf-8", newline="") as countries:
        return {row["iso3"] for row in csv.DictReader(countries)}


def write_table(name: str, table: Table, folder: Path) -> None:
    """Write a table, sorted by its key, and report the codes that are left out with what they count."""
    known, left_out = areas(), defaultdict(int)
    at = [
        number
        for number, column in enumerate(table.columns)
        if column in {"area", "origin"} and f"other_{column}" not in table.columns
    ]
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        further, cells = table.further or ("", {})
        writer.writerow([*table.columns, "value", *([further] if further else [])])
        for key, value in sorted(table.figures.items()):
            if unknown := [key[number] for number in at if key[number] not in known]:
                left_out[unknown[0] or "no code"] += 1
                continue
            writer.writerow([*key, value, *([cells[key[0]]] if further else [])])
    if left_out:
        print(
            f"{name}: left out {', '.join(f'{code} ({count} rows)' for code, count in sorted(left_out.items()))}"
        )


def main(arguments: list[str]) -> None:
    """Write all tables."""
    if len(arguments) != 1:
        raise SystemExit("Usage: python -m tools.figures FOLDER")
    for name, table in tables(Path(arguments[0])).items():
        write_table(name, table, ROOT / "data/statistics")


if __name__ == "__main__":
    main(sys.argv[1:])
