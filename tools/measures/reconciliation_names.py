"""Names to measure reconciliation with: of 248 countries and areas in six languages, clean and spoilt; others.

Names of `data/reference/countries.csv` measure the forms and the errors. Those of the Unicode CLDR
are read through Babel, in an edition of its own.
"""

from __future__ import annotations

import csv
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale

from gcmgraph.platform.text import fold_name

LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")

SEED = 20261124

#: Names of no country of today, or of several: cities, former states, blocs, words, misspelt
#: others.
OF_NO_COUNTRY = (
    (Path(__file__).parents[2] / "tests" / "publication" / "names_of_no_country.txt")
    .read_text("utf-8")
    .splitlines()
)


@dataclass(frozen=True)
class Case:
    """A name and its country; None where it has none or several."""

    name: str
    iso3: str | None
    language: str


@dataclass(frozen=True)
class Countries:
    """Names of the countries of the reference data."""

    rows: tuple[dict[str, str], ...]
    #: everyday names, by which a text may be that of another country
    everyday: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, folder: Path) -> Countries:
        """From `data/reference/`."""
        with (
            (folder / "countries.csv").open(encoding="utf-8", newline="") as file,
            (folder / "country-names.csv").open(encoding="utf-8", newline="") as names,
        ):
            everyday = (
                (name, row["iso3"])
                for row in csv.DictReader(names)
                for column, cell in row.items()
                if column.startswith("name_")
                for name in cell.split("|")
            )
            return cls(tuple(csv.DictReader(file)), tuple(everyday))

    def clean(self) -> list[Case]:
        """Short names."""
        return [
            Case(row[f"name_{tag}"], row["iso3"], tag) for row in self.rows for tag in LANGUAGES
        ]

    def long(self) -> list[Case]:
        """Official long forms, with their articles; the source has English and French."""
        return [
            Case(row[f"formal_{tag}"], row["iso3"], tag)
            for row in self.rows
            for tag in ("en", "fr")
            if row[f"formal_{tag}"]
        ]

    def without_marks(self) -> list[Case]:
        """Names that have accents, written without them."""
        plain = [
            Case(_without_marks(case.name), case.iso3, case.language)
            for case in (*self.clean(), *self.long())
        ]
        return [
            case
            for case, whole in zip(plain, (*self.clean(), *self.long()), strict=True)
            if case != whole
        ]

    def swapped(self) -> list[Case]:
        """Names of several words, these in another order, without brackets."""
        chance, found = random.Random(SEED), []
        for case in (*self.clean(), *self.long()):
            words = case.name.replace("(", "").replace(")", "").split()
            if len(words) > 1:
                other = (
                    words[1:] + words[:1] if len(words) == 2 else chance.sample(words, len(words))
                )
                found.append(Case(" ".join(other), case.iso3, case.language))
        return found

    def misspelt(self) -> list[Case]:
        """Each short name and long form with one letter wrong: left out, added, another, or two exchanged.

        An error that yields another country's name, such as Gambia for Zambia, is drawn again.
        """
        chance = random.Random(SEED)
        whole = [*self.clean(), *self.long()]
        known: dict[str, set[str | None]] = {}
        for case in whole:
            known.setdefault(fold_name(case.name), set()).add(case.iso3)
        for name, iso3 in self.everyday:
            known.setdefault(fold_name(name), set()).add(iso3)
        letters = {
            tag: sorted(
                {
                    c
                    for case in whole
                    if case.language == tag
                    for c in case.name.casefold()
                    if c.isalpha()
                }
            )
            for tag in LANGUAGES
        }
        found = []
        for case in whole:
            wrong = case.name
            while fold_name(wrong) == fold_name(case.name) or known.get(
                fold_name(wrong), {case.iso3}
            ) != {case.iso3}:
                wrong = _with_one_error(case.name, letters[case.language], chance)
            found.append(Case(wrong, case.iso3, case.language))
        return found

    def of_cldr(self) -> list[Case]:
        """Names of the same countries in the CLDR."""
        return [
            Case(Locale(tag).territories[row["iso2"]], row["iso3"], tag)
            for row in self.rows
            for tag in LANGUAGES
        ]

    def of_no_country(self) -> list[Case]:
        """Names that must not be matched: those above, and all other territories and regions that the CLDR names."""
        here = {row["iso2"] for row in self.rows}
        named = {case.name for case in self.clean()}
        territories = [
            Case(name, None, tag)
            for tag in LANGUAGES
            for code, name in sorted(Locale(tag).territories.items())
            if code not in here and name not in named
        ]
        return [*(Case(name, None, "") for name in OF_NO_COUNTRY), *territories]

    def sets(self) -> Iterator[tuple[str, list[Case]]]:
        """All sets of names of countries, by their kind."""
        yield "short names", self.clean()
        yield "long forms", self.long()
        yield "accents left out", self.without_marks()
        yield "words in another order", self.swapped()
        yield "one letter wrong", self.misspelt()
        yield "CLDR's names", self.of_cldr()


def _without_marks(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name) if unicodedata.category(c) != "Mn")


def _with_one_error(name: str, letters: list[str], chance: random.Random) -> str:
    places = [at for at, character in enumerate(name) if character.isalpha()]
    at = chance.choice(places)
    match chance.choice(("left out", "added", "another", "exchanged")):
        case "left out":
            return name[:at] + name[at + 1 :]
        case "added":
            return name[:at] + chance.choice(letters) + name[at:]
        case "another":
            return name[:at] + chance.choice(letters) + name[at + 1 :]
    return name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
