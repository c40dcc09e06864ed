"""Reader of UN M49: regions, and the groups of least developed, landlocked and small island countries.

The file is the CSV download of https://unstats.un.org/unsd/methodology/m49/overview/ ("UNSD — Methodology.csv"):
semicolons between cells, codes of three digits, `x` for a country in a group. Codes identify the countries of the
graph; they are not imported.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.un_imports.files import NO_OPTIONS, ImportedStatements, ImportOptions, Problems, PublishedFile
from gcmgraph.linking.un_imports.known import ReferenceIndex
from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, text

#: Column of the file to the group of countries that it marks.
_GROUPS = {
    "Least Developed Countries (LDC)": "ldc",
    "Land Locked Developing Countries (LLDC)": "lldc",
    "Small Island Developing States (SIDS)": "sids",
}

#: Columns with the codes and names of regions, widest first.
_REGIONS = tuple((f"{kind} Code", f"{kind} Name") for kind in ("Global", "Region", "Sub-region", "Intermediate Region"))

#: Column of a country code to its property in the graph and its form.
_CODES = {
    "M49 Code": ("gcm:m49", re.compile(r"\d{3}", re.ASCII)),
    "ISO-alpha2 Code": ("gcm:iso2", re.compile(r"[A-Z]{2}")),
    "ISO-alpha3 Code": ("gcm:iso3", re.compile(r"[A-Z]{3}")),
}
_REGION_CODE = _CODES["M49 Code"][1]
_NAME = "Country or Area"
_HEADER = [*(column for pair in _REGIONS for column in pair), _NAME, *_CODES, *_GROUPS]

#: The whole world, which is no region in the graph.
_WORLD = "001"


@dataclass(frozen=True)
class _Region:
    """A region in a row: its English name, and the code of its broader region."""

    name: str
    broader: str | None


@dataclass(frozen=True)
class _Area:
    """A row about a country of the graph: its region and groups."""

    country: IRI
    name: str
    region: str
    groups: frozenset[str]


def read_m49(files: Sequence[PublishedFile], known: ReferenceIndex, choices: ImportOptions) -> ImportedStatements:
    """Region and groups of each country of the graph, and their regions, in `graph/reference/un-m49`.

    Notes report differences between the file and the reference tables. Raises `DataError` with all problems, such as
    codes that contradict the tables, and missing countries.
    """
    if len(files) != 1:
        raise DataError(f"UN M49 is one file; {len(files)} were given.")
    if choices != NO_OPTIONS:
        raise DataError("--as-of and --leave-out are for treaties alone.")
    table = _Table(files[0], known)
    areas = {area.country: area for area in table.areas()}
    table.problems.refuse()
    missing = [country.value.rpartition("/")[2] for country in known.countries if country not in areas]
    if missing:
        place = Place(files[0].where)
        raise DataError(
            f"The file lacks countries of this graph: {', '.join(missing)}.", place=place, hint="Give all of it."
        )
    regions = {code: table.regions[code] for area in areas.values() for code in table.with_broader(area.region)}
    quads = tuple(_quads(areas.values(), regions, known))
    notes = [*_differences(areas.values(), regions, known)]
    if table.others:
        notes.append(f"{files[0].name}: {table.others} areas that are no countries of this graph were left out.")
    return ImportedStatements(quads, tuple(notes))


class _Table:
    """Strict reader of the rows of the file."""

    def __init__(self, file: PublishedFile, known: ReferenceIndex) -> None:
        self._file, self._known = file, known
        self.problems = Problems()
        self.regions: dict[str, _Region] = {}
        #: number of rows about other areas
        self.others = 0

    def with_broader(self, code: str) -> Iterator[str]:
        """A region and its broader regions."""
        at: str | None = code
        while at is not None:
            yield at
            at = self.regions[at].broader

    def areas(self) -> Iterator[_Area]:
        """The valid rows about countries of the graph."""
        lines: dict[IRI, int] = {}
        for line, cells in self._rows():
            region = self._region(line, cells)
            country = self._country(line, cells)
            marked = {group: cells[column] for column, group in _GROUPS.items()}
            for group, mark in marked.items():
                if mark not in ("", "x"):
                    self._add(line, f"'{mark}' stands for {group}, where 'x' or nothing stands.")
            if country is None:
                continue
            if (first := lines.setdefault(country, line)) != line:
                self._add(line, f"'{cells[_NAME]}' occurs here and in line {first}.")
            elif region is None:
                self._add(line, f"'{cells[_NAME]}' is in no region.")
            else:
                groups = frozenset(group for group, mark in marked.items() if mark)
                yield _Area(country, cells[_NAME], region, groups)

    def _rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        place = Place(self._file.where, 1)
        try:
            content = self._file.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self._file.data.count(b"\n", 0, error.start) + 1
            raise DataError("This is not UTF-8.", place=Place(self._file.where, line)) from error
        reader = csv.reader(io.StringIO(content, newline=""), delimiter=";", strict=True)
        try:
            if next(reader, None) != _HEADER:
                raise DataError(
                    "The header is not that of UN M49.",
                    place=place,
                    hint="Give the English CSV of https://unstats.un.org/unsd/methodology/m49/overview/ as it is, with "
                    f"the header {';'.join(_HEADER)}",
                )
            for row in reader:
                if len(row) == len(_HEADER):
                    yield reader.line_num, dict(zip(_HEADER, row, strict=True))
                else:
                    self._add(reader.line_num, f"The row has {len(row)} cells, the header {len(_HEADER)}.")
        except csv.Error as error:
            raise DataError(f"This is not valid CSV: {error}.", place=Place(place.source, reader.line_num)) from error

    def _region(self, line: int, cells: dict[str, str]) -> str | None:
        """The smallest region of a row. All its regions are added to `regions`."""
        broader: str | None = None
        for code_column, name_column in _REGIONS:
            code, name = cells[code_column], cells[name_column]
            if not code and not name:
                continue
            if not _REGION_CODE.fullmatch(code) or not name:
                self._add(line, f"In '{code_column}' and '{name_column}', '{code}' and '{name}' are no code of three "
                          "digits and its name.")  # fmt: skip
                return None
            if code == _WORLD:
                continue
            region = _Region(name, broader)
            if (known := self.regions.setdefault(code, region)) != region:
                self._add(
                    line, f"The region {code} is '{name}' in {broader}, further up '{known.name}' in {known.broader}."
                )
            broader = code
        return broader

    def _country(self, line: int, cells: dict[str, str]) -> IRI | None:
        """The country of a row; None for another area, or if its codes contradict the tables."""
        found: dict[IRI | None, list[str]] = {}
        for column, (curie, form) in _CODES.items():
            code = cells[column]
            if code and not form.fullmatch(code):
                self._add(
                    line, f"In the column '{column}', '{code}' is no such code: leave the file as it was published."
                )
                return None
            found.setdefault(self._known.coded(curie, code) if code else None, []).append(f"{column} '{code}'")
        countries = [country for country in found if country is not None]
        if not countries:
            self.others += 1
        elif len(found) > 1:
            codes_of = "; ".join(
                f"{', '.join(codes)}: {c.value if c else 'nothing here'}" for c, codes in found.items()
            )
            self._add(
                line, f"The codes of '{cells[_NAME]}' contradict those of data/reference/countries.csv: {codes_of}."
            )
            return None
        return countries[0] if countries else None

    def _add(self, line: int, message: str) -> None:
        self.problems.add(self._file, line, message)


def _concept(known: ReferenceIndex, scheme: str, local: str) -> IRI:
    return IRI(known.addresses.thing("concept", f"{scheme}/{local}"))


def _groups(known: ReferenceIndex, area: _Area) -> set[Term]:
    return {_concept(known, "country-group", group) for group in area.groups}


def _quads(areas: Iterable[_Area], regions: dict[str, _Region], known: ReferenceIndex) -> Iterator[Quad]:
    v, where = Vocabulary(known.addresses), IRI(known.addresses.graph("reference/un-m49"))
    for area in areas:
        yield Quad(area.country, v("gcm:region"), _concept(known, "m49", area.region), where)
        for group in _groups(known, area):
            yield Quad(area.country, v("gcm:countryGroup"), group, where)
    for code, region in regions.items():
        node = _concept(known, "m49", code)
        yield Quad(node, v("rdf:type"), v("skos:Concept"), where)
        yield Quad(node, v("skos:inScheme"), IRI(known.addresses.thing("concept", "m49")), where)
        yield Quad(node, v("skos:notation"), Literal(code), where)
        yield Quad(node, v("skos:prefLabel"), text(region.name, "en"), where)
        if region.broader:
            yield Quad(node, v("skos:broader"), _concept(known, "m49", region.broader), where)


def _differences(areas: Iterable[_Area], regions: dict[str, _Region], known: ReferenceIndex) -> Iterator[str]:
    """Notes on differences between the file and the tables. The file has precedence for regions and groups."""

    def short(terms: Iterable[object]) -> str:
        return ", ".join(sorted(t.value.rpartition("/")[2] for t in terms if isinstance(t, IRI))) or "none"

    for area in areas:
        code = short([area.country])
        region: set[Term] = {_concept(known, "m49", area.region)}
        for curie, published in (("gcm:region", region), ("gcm:countryGroup", _groups(known, area))):
            ours = known.values(area.country, curie)
            if ours != published:
                yield f"{code}: {curie} is {short(published)} in the file, {short(ours)} in ours; the file holds."
        if area.country not in known.named(area.name):
            yield f"{code}: the file calls it '{area.name}', which is none of its English names here; these stay."
    for code, region_of_file in regions.items():
        names = known.texts(_concept(known, "m49", code), "skos:prefLabel", "en")
        if names != [region_of_file.name]:
            here = ", ".join(names) or "unknown"
            yield f"{code}: the region is '{region_of_file.name}' in the file, {here} in ours; the file holds."
