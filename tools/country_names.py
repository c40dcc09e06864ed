"""Write data/reference/country-names.csv: names of countries in everyday form, from the Unicode CLDR.

`npm pack cldr-localenames-full@48.2.0`, unpack it, then `python -m tools.country_names FOLDER`.
Names that the other tables have, or that several countries have, are left out. Rows of other
sources remain.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.languages import get_official_languages

from gcmgraph.platform.text import fold_name
from gcmgraph.translations import LANGUAGES

TABLES = Path(__file__).parents[1] / "data" / "reference"
SOURCE = "CLDR"
COLUMNS = ("iso3", "source", *(f"name_{tag}" for tag in LANGUAGES), "name_official")


def main(folder: Path) -> None:
    """Write the table from an unpacked package."""
    countries = _rows("countries")
    known = _known((*countries, *_rows("country-aliases")))
    found = _names(folder, {row["iso2"]: row["iso3"] for row in countries})
    owners: dict[str, set[str]] = defaultdict(set)
    for (country, _), names in found.items():
        for name in names:
            owners[fold_name(name)].add(country)
    for table, key in ((countries, "iso3"), (_rows("regions"), "m49")):
        for owner, names_of in _known(table, key).items():
            for folded in names_of:
                owners[folded].add(owner)
    rows = [row for row in _rows("country-names") if row["source"] != SOURCE]
    for country in sorted({country for country, _ in found}):
        row = {"iso3": country, "source": SOURCE}
        for column in COLUMNS[2:]:
            new: list[str] = []
            for name in found[country, column]:
                folded = fold_name(name)
                if folded and folded not in known[country] and owners[folded] == {country}:
                    known[country].add(folded)
                    new.append(name)
            row[column] = "|".join(new)
        if any(row[column] for column in COLUMNS[2:]):
            rows.append(row)
    with (TABLES / "country-names.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (row["iso3"], row["source"])))


def _names(folder: Path, iso3: Mapping[str, str]) -> dict[tuple[str, str], list[str]]:
    """The names of a package by country and column."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for file in sorted((folder / "main").glob("*/territories.json")):
        tag = file.parent.name
        names = json.loads(file.read_text("utf-8"))["main"][tag]
        for key, name in names["localeDisplayNames"]["territories"].items():
            iso2 = key.partition("-alt-")[0]
            column = f"name_{tag}" if tag in LANGUAGES else "name_official"
            official = tag in LANGUAGES or tag in get_official_languages(
                iso2, regional=False, de_facto=True
            )
            letters = fold_name(name).replace(" ", "")
            if iso2 in iso3 and official and (len(letters) > 2 or not letters.isascii()):
                found[iso3[iso2], column].append(name)
    return found


def _known(rows: Iterable[Mapping[str, str]], key: str = "iso3") -> dict[str, set[str]]:
    """The folded names of tables by their key."""
    known: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for column, cell in row.items():
            if column.startswith(("name_", "alias_", "formal_")):
                known[row[key]].update(fold_name(name) for name in cell.split("|"))
    return known


def _rows(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
