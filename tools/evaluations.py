"""Derive the tables of evaluations from an export of IOM's Evaluation Repository: `python -m tools.evaluations FILE`.

Writes evaluations.csv (a row for each evaluation), evaluation-values.csv (a row for each of their
values) and evaluation-practices.csv (practices that an evaluation names) to data/reference. A row
with a problem is printed with file and line, and left out or published without the value; the exit
status is then 1.
"""

from __future__ import annotations

import csv
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from slugify import slugify

from gcmgraph.platform.text import fold_name

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "data" / "reference"

#: First digits of the SHA-256 of the export that the metadata of the tables name, and its day.
SHA256, AS_OF = "9de39624", "2025-11-13"

#: Columns of the export that are read.
COLUMNS = {
    *(
        "Title",
        "Year",
        "Donor",
        "Languages",
        "Migration Thematic Areas",
        "Project Code",
        "Countries Covered",
    ),
    *(
        "Relevant Crosscutting Themes",
        "Type of Evaluation Scope",
        "Type of Evaluation Timing",
        "File URL",
    ),
    *("Evaluation Period From Date", "Evaluation Period To Date"),
}

#: Cells and items that state nothing.
NOTHING = {"", "N/A", "None", "Not specified", "Not available", "Not applicable", "Multiple"}

#: Items of "Countries Covered" that name no country or area of M49.
NO_COUNTRY = {"Worldwide", "UNSC Resolution -administered Kosovo"}

#: Donors whose names contain a comma.
DONORS = ("African, Caribbean and Pacific Groups of States Observatory on Migration",)

#: Date in the export for none.
NO_DATE = "1970-01-01"

#: Languages of titles that the words below do not show, by the first words of the title.
TITLE_LANGUAGES = {
    "EVALUACIÓN FINAL DEL PROYECTO": "es",
    "EVALUATION DES PROJEKTS": "de",
    "EVALUATION FINALE DU": "fr",
    "EVALUATION OF THE 'PROGRAMA": "en",
    "FINAL INTERNAL EVALUATION": "en",
    "GESCHOOLD TERUG": "nl",
    "MAKMUE GAMPONG": "en",
    "ÉVALUATION FINALE": "fr",
}
_WORDS = {
    "en": "the of and for in to project programme report on with from an its by support final mid term through",
    "fr": "du des et de la les pour dans au aux le évaluation projet à en une sur rapport par",
    "es": "de la los las y del el evaluación evaluacion proyecto para en por con una al informe",
}

#: Words that an address leaves out, beside those of `_WORDS`, and the number of the words that it
#: has.
_COMMON = "evaluation evaluacion independent external internal ex post iom oim report rapport informe projet proyecto"
_ADDRESS_WORDS = 6

#: A project code of IOM, as `LM.0472`, `CS1137`, `CS. 1028`; an older one as `CO10P0602`; and one
#: of another form, with letters, digits and marks between them, as `AZE/98/005`, `470-CAU`,
#: `ALA(90/05)`.
_CODE = re.compile(
    r"\b(?P<letters>[A-Z]{2}) ?[.-]? ?(?P<digits>\d{3,4})\b"
    r"|\b(?P<older>[A-Z]{1,2}\d{2}[A-Z]\d{4})\b"
    r"|\b(?P<other>(?=\S*[A-Z])(?=\S*\d)[A-Z\d]+(?:[./-][A-Z\d]+|\([A-Z\d/]+\))+)"
)

#: Least number of words of a practice's name that proves that an evaluation is of it.
_LEAST_WORDS = 3


def table(name: str) -> list[dict[str, str]]:
    """The rows of a reference table."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def items(cell: str, known: Iterable[str] = ()) -> list[str]:
    """The items of a cell, separated by commas that no known item contains."""
    within = sorted((name for name in known if "," in name), key=len, reverse=True)
    pattern = rf"\s*(?:{'|'.join((*map(re.escape, within), '[^,]+'))})"
    return [
        found
        for match in re.finditer(pattern, cell)
        if (found := " ".join(match[0].split())) not in NOTHING
    ]


def title_language(title: str, languages: str) -> str:
    """The language of a title: that of most of its words, or else that of the report."""
    if found := next(
        (tag for start, tag in TITLE_LANGUAGES.items() if title.startswith(start)), None
    ):
        return found
    words = Counter(re.findall(r"[^\W\d_]+", title.lower()))
    counts = {tag: sum(words[word] for word in listed.split()) for tag, listed in _WORDS.items()}
    best = max(counts.values())
    report = {"French": "fr", "Spanish": "es"}.get(languages, "en")
    return report if counts[report] == best else max(counts, key=lambda tag: counts[tag])


def address(title: str, year: str) -> str:
    """The stem of an address: the first words of the title that tell it from others, and the year."""
    common = {*_COMMON.split(), *slugify(" ".join(_WORDS.values())).split("-")}
    words = slugify(re.sub(r"['’]s\b", "", title, flags=re.IGNORECASE)).split("-")
    telling = [word for word in words if word not in common and len(word) > 1]
    return "-".join([*(telling or words)[:_ADDRESS_WORDS], year])


def project_codes(cell: str) -> list[str]:
    """The project codes in a cell, in one spelling: `CS1137` is `CS.1137`."""
    codes = (
        f"{match['letters']}.{match['digits']}"
        if match["letters"]
        else match["older"] or match["other"]
        for match in _CODE.finditer(cell)
    )
    return list(dict.fromkeys(codes))


@dataclass(frozen=True)
class Names:
    """Values by the folded names that the export has for them."""

    countries: Mapping[str, str]
    organisations: Mapping[str, str]
    themes: Mapping[str, str]
    types: Mapping[str, str]

    @classmethod
    def read(cls) -> Names:
        """The names in the reference tables."""
        countries = {fold_name(row["name_en"]): row["iso3"] for row in table("countries.csv")}
        for row in table("country-aliases.csv"):
            countries |= {
                fold_name(alias): row["iso3"] for alias in row["alias_en"].split("|") if alias
            }
        countries |= {
            fold_name(row["name"]): row["iso3"] for row in table("evaluation-country-names.csv")
        }
        organisations = {
            fold_name(name): row["slug"]
            for row in table("organisations.csv")
            for name in (row["acronym_en"], row["name_en"])
            if name
        }
        themes, types = (
            {
                name: row["slug"]
                for row in table(f"{file}.csv")
                for name in row["names"].split("|")
                if name
            }
            for file in ("evaluation-themes", "evaluation-types")
        )
        return cls(countries, organisations, themes, types)

    def donor(self, name: str) -> tuple[str, str]:
        """The column of a donor, `donor_country` or `funder`, and its key; empty for one that is not listed."""
        government = re.fullmatch(r"Government\s+of\s+(?:the\s+)?(.+)", name)
        if government:
            iso3 = self.countries.get(fold_name(government[1]), "")
            return ("donor_country", iso3) if iso3 else ("", "")
        slug = self.organisations.get(fold_name(name), "")
        return ("funder", slug) if slug else ("", "")


@dataclass
class Export:
    """The tables of an export, and the problems in it."""

    file: str
    names: Names
    evaluations: list[dict[str, str]] = field(default_factory=list)
    values: list[dict[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def read(self, rows: Iterable[tuple[int, Mapping[str, str]]]) -> None:
        """Read rows with their line numbers, the oldest first, so that a new edition keeps the addresses."""
        taken: set[str] = set()
        for line, row in rows:
            title, year = " ".join(row["Title"].split()), row["Year"].strip()
            if not title:
                self.problem(line, "The evaluation has no title.")
                continue
            if not re.fullmatch(r"(19|20)\d\d", year):
                self.problem(line, f"The year '{year}' is not a year.")
                continue
            stem = address(title, year)
            slug = next(
                s for n in range(1, 99) if (s := stem if n == 1 else f"{stem}-{n}") not in taken
            )
            taken.add(slug)
            self.evaluations.append(self._evaluation(line, slug, title, year, row))
            for column, key in dict.fromkeys(self._values(line, row)):
                self.values.append({"evaluation": slug, column: key})

    def problem(self, line: int, message: str) -> None:
        """Report a problem with its line."""
        self.problems.append(f"{self.file}:{line}: {message}")

    def _evaluation(
        self, line: int, slug: str, title: str, year: str, row: Mapping[str, str]
    ) -> dict[str, str]:
        start, end = (row[f"Evaluation Period {end} Date"].strip() for end in ("From", "To"))
        stated = NO_DATE not in (start, end) and "" not in (start, end)
        if stated and start > end:
            self.problem(line, f"The period from {start} to {end} ends before it begins.")
        return {
            "slug": slug,
            f"title_{title_language(title, row['Languages'])}": title,
            "year": year,
            "period": f"{start}/{end}" if stated and start <= end else "",
            "codes": "|".join(project_codes(row["Project Code"])),
            "donors": "|".join(dict.fromkeys(items(row["Donor"], DONORS))),
            "as_of": AS_OF,
        }

    def _values(self, line: int, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for name in items(row["Countries Covered"]):
            if iso3 := self.names.countries.get(fold_name(name)):
                yield "country", iso3
            elif name not in NO_COUNTRY:
                self.problem(
                    line,
                    f"The country '{name}' is not known. Add it to evaluation-country-names.csv.",
                )
        for cell in ("Migration Thematic Areas", "Relevant Crosscutting Themes"):
            yield from self._listed(line, "theme", row[cell], self.names.themes)
        for cell in ("Type of Evaluation Scope", "Type of Evaluation Timing"):
            yield from self._listed(line, "type", row[cell], self.names.types)
        yield from (
            found for name in items(row["Donor"], DONORS) if (found := self.names.donor(name))[0]
        )
        for address in re.split(r",\s+(?=https?://)", row["File URL"].strip()):
            if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", address):
                yield "report", address
            elif address:
                self.problem(line, f"'{address}' is not an address of a report.")

    def _listed(
        self, line: int, column: str, cell: str, known: Mapping[str, str]
    ) -> Iterator[tuple[str, str]]:
        for name in items(cell, known):
            if name in known:
                yield column, known[name]
            else:
                self.problem(line, f"The {column} '{name}' is not in the list.")


def practice_names() -> Iterator[tuple[str, str]]:
    """Titles and short names of the practices in the readings, each with the practice's slug."""
    for path in sorted((ROOT / "data" / "readings").glob("objective-*/*.yaml")):
        reading = yaml.safe_load(path.read_text("utf-8"))
        for texts in (
            (reading.get("title"), reading.get("short_name")) if "practice" in reading else ()
        ):
            yield from ((reading["practice"], text["text"]) for text in (texts or {}).values())


def proven(
    evaluations: Iterable[Mapping[str, str]], names: Iterable[tuple[str, str]]
) -> list[dict[str, str]]:
    """Evaluations of practices: a title or short name of three or more words occurs, whole, in the title."""
    named = [
        (slug, name, f" {fold_name(name)} ")
        for slug, name in names
        if len(name.split()) >= _LEAST_WORDS
    ]
    found: dict[tuple[str, str], dict[str, str]] = {}
    for evaluation in evaluations:
        title = next(
            value for key, value in evaluation.items() if key.startswith("title_") and value
        )
        words = f" {fold_name(title)} "
        for slug, name, folded in named:
            if folded in words:
                row = {"evaluation": evaluation["slug"], "practice": slug, "name": name}
                found.setdefault((evaluation["slug"], slug), row)
    return list(found.values())


def write(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(arguments: list[str], *, folder: Path = REFERENCE, sha256: str = SHA256) -> int:
    """Write the tables, and return the exit status."""
    if len(arguments) != 1:
        sys.exit(__doc__)
    source = Path(arguments[0])
    content = source.read_bytes()
    if not hashlib.sha256(content).hexdigest().startswith(sha256):
        sys.exit(
            f"{source.name}: The SHA-256 differs from that in tools/evaluations.py. "
            "Correct hash and day there, and the edition in the metadata."
        )
    lines = content.decode("utf-8-sig").splitlines(keepends=True)
    reader = csv.DictReader(lines)
    if missing := sorted(COLUMNS - set(reader.fieldnames or ())):
        sys.exit(f"{source.name}:1: The column '{missing[0]}' is missing.")
    first, rows = 2, []
    for row in reader:
        rows.append((first, {name: value or "" for name, value in row.items()}))
        first = reader.line_num + 1
    export = Export(source.name, Names.read())
    export.read(reversed(rows))
    titles = (f"title_{tag}" for tag in ("en", "fr", "es", "de", "nl"))
    write(
        folder / "evaluations.csv",
        ("slug", *titles, "year", "period", "codes", "donors", "as_of"),
        export.evaluations,
    )
    keys = ("country", "theme", "type", "donor_country", "funder", "report")
    write(folder / "evaluation-values.csv", ("evaluation", *keys), export.values)
    links = proven(export.evaluations, practice_names())
    write(folder / "evaluation-practices.csv", ("evaluation", "practice", "name"), links)
    print(*export.problems, sep="\n", file=sys.stderr)
    print(
        f"{len(export.evaluations)} evaluations, {len(export.values)} values, {len(links)} of practices."
    )
    return 1 if export.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
