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
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babel.languages import get_official_languages

from gcmgraph.platform.text import fold_name
from gcmgraph.translations import LANGUAGES

TABLES = Path(__file__).parents[1] / "data" / "reference"
SOURCE = "CLDR"
NAME_COLUMNS = (*(f"name_{language}" for language in LANGUAGES), "name_official")
COLUMNS = ("iso3", "source", *NAME_COLUMNS)

#: Shortest name, in letters, that is no code. Names in other letters than Latin may be shorter.
SHORTEST_NAME = 3

#: Names of a country by column.
NamesByColumn = dict[str, list[str]]


def main(folder: Path) -> None:
    """Write the table from an unpacked package."""
    countries = _rows("countries")
    names_by_country = _names(folder, {row["iso2"]: row["iso3"] for row in countries})
    listed_names = _listed_names((*countries, *_rows("country-aliases")), "iso3")
    owners = _owners(names_by_country, countries)
    rows = [row for row in _rows("country-names") if row["source"] != SOURCE]
    for country, names in sorted(names_by_country.items()):
        own_names = {name for name, codes in owners.items() if codes == {country}}
        new_names = own_names - listed_names[country]
        row = {"iso3": country, "source": SOURCE, **_cells(names, new_names)}
        if any(row[column] for column in NAME_COLUMNS):
            rows.append(row)
    _write(rows)


def _names(folder: Path, iso3_by_iso2: Mapping[str, str]) -> dict[str, NamesByColumn]:
    """The names of a package by country, in languages of ours and in official ones."""
    names: dict[str, NamesByColumn] = {}
    for file in sorted((folder / "main").glob("*/territories.json")):
        language = file.parent.name
        display_names = json.loads(file.read_text("utf-8"))["main"][language]["localeDisplayNames"]
        column = f"name_{language}" if language in LANGUAGES else "name_official"
        for key, name in display_names["territories"].items():
            iso2 = key.partition("-alt-")[0]
            if iso2 not in iso3_by_iso2 or _is_code(name):
                continue
            if language in LANGUAGES or _is_official(language, iso2):
                names_of_country = names.setdefault(iso3_by_iso2[iso2], defaultdict(list))
                names_of_country[column].append(name)
    return names


def _is_official(language: str, iso2: str) -> bool:
    """Whether a language is an official one of a country, in its whole territory, also without a law."""
    return language in get_official_languages(iso2, regional=False, de_facto=True)


def _is_code(name: str) -> bool:
    """Whether a name is a code such as `UK`."""
    letters = fold_name(name).replace(" ", "")
    return len(letters) < SHORTEST_NAME and letters.isascii()


def _owners(
    names_by_country: Mapping[str, NamesByColumn], countries: Iterable[Mapping[str, str]]
) -> dict[str, set[str]]:
    """The codes of the countries and regions that have a name, by folded name."""
    owners: dict[str, set[str]] = defaultdict(set)
    for country, names_by_column in names_by_country.items():
        for names in names_by_column.values():
            for name in names:
                owners[fold_name(name)].add(country)
    listed = {**_listed_names(countries, "iso3"), **_listed_names(_rows("regions"), "m49")}
    for code, folded_names in listed.items():
        for folded_name in folded_names:
            owners[folded_name].add(code)
    return owners


def _listed_names(rows: Iterable[Mapping[str, str]], key: str) -> dict[str, set[str]]:
    """The folded names in tables by the code in a column."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for column, cell in row.items():
            if column.startswith(("name_", "alias_", "formal_")):
                names[row[key]].update(map(fold_name, cell.split("|")))
    return names


def _cells(names: NamesByColumn, new_names: set[str]) -> dict[str, str]:
    """The cells of a country with its new names, each in the first column that has it."""
    return {column: "|".join(_taken(names[column], new_names)) for column in NAME_COLUMNS}


def _taken(names: Iterable[str], new_names: set[str]) -> Iterator[str]:
    """Take those of the names out of `new_names` whose folded form is there."""
    for name in names:
        folded_name = fold_name(name)
        if folded_name and folded_name in new_names:
            new_names.remove(folded_name)
            yield name


def _rows(table: str) -> list[dict[str, str]]:
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(rows: Iterable[Mapping[str, str]]) -> None:
    with (TABLES / "country-names.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (row["iso3"], row["source"])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
