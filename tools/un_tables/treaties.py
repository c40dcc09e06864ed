"""Signatories and parties of treaties, from the XML of a treaty's page on https://treaties.un.org.

A file is about one treaty. It does not state its age: the day of the download does. Footnote marks
are `<superscript>1</superscript>` in the text of an entry. Declarations follow the table, not
always in valid XML.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from gcmgraph.platform.errors import DataError, Place, faults_of_files
from gcmgraph.platform.text import fold_name
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.table_rows import Problems
from gcmgraph.repository.tables import read_tables
from tools.un_tables import Table, metadata_of

_COLUMNS = (
    "participant",
    "country",
    "organisation",
    "signature_date",
    "binding_date",
    "binding_action",
    "as_of",
)
_NAME_PROPERTIES = ("skos:prefLabel", "skos:altLabel", "gcm:formalName")

#: Acts in the heading of the third column: the letter after a date, and the name in our tables.
_ACTS = {
    "Ratification": ("", "ratification (no flag in source)"),
    "Acceptance": ("A", "acceptance"),
    "Approval": ("AA", "approval"),
    "Accession": ("a", "accession"),
    "Succession": ("d", "succession"),
}
_ACT = re.compile(r"(\w+)(?:\((\w+)\))?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})(?: (\w+))?", re.ASCII)
_FOOTNOTE = re.compile(r"<superscript>.*?</superscript>")
_HINT = "Give the file that the page of a treaty on treaties.un.org offers as XML, such as XVIII-12-b.en.xml."


@dataclass(frozen=True)
class Status:
    """The status of a treaty: its number, and the cells of its table, the head first."""

    number: str
    rows: list[list[str]]


@dataclass(frozen=True)
class References:
    """Countries and organisations of our tables by name, and treaties by number."""

    participants: Mapping[str, set[IRI]]
    treaties: Mapping[str, str]

    @classmethod
    def read(cls, repository: Repository) -> References:
        """Read the reference tables.

        Names are English; case, accents and punctuation are ignored.
        """
        addresses = Addresses()
        v = Vocabulary(addresses)
        names = {v(curie) for curie in _NAME_PROPERTIES}
        kinds = (addresses.resource("country", ""), addresses.resource("organisation", ""))
        instrument = addresses.resource("instrument", "")
        participants: dict[str, set[IRI]] = defaultdict(set)
        treaties = {}
        for table in read_tables(repository.reference, addresses):
            for subject, predicate, value, _ in table.quads:
                if not isinstance(subject, IRI) or not isinstance(value, Literal):
                    continue
                if (
                    predicate in names
                    and value.language == "en"
                    and subject.value.startswith(kinds)
                ):
                    participants[fold_name(value.value)].add(subject)
                elif predicate == v("skos:notation") and subject.value.startswith(instrument):
                    treaties[value.value] = subject.value.removeprefix(instrument)
        return cls(participants, treaties)


def tables_of(
    files: Sequence[Path], as_of: str, left_out: Sequence[str], repository: Repository
) -> list[Table]:
    """The table of each file. Raises `DataError` with all problems of the rows."""
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        hint = "Give --as-of with the day on which the files were downloaded, such as 2026-11-24."
        raise DataError(
            f"'{as_of}' is no day, and the files do not say how old they are.", hint=hint
        ) from None
    references = References.read(repository)
    problems = Problems()
    reader = _ParticipationReader(references, day, {fold_name(name) for name in left_out}, problems)
    tables: dict[str, Table] = {}
    for file in files:
        status = read_status(file)
        slug = references.treaties.get(status.number)
        if slug is None:
            known = ", ".join(sorted(references.treaties))
            raise DataError(
                f"The treaty {status.number} is not in our tables: {known}.", place=Place(str(file))
            )
        if slug in tables:
            raise DataError(f"Another file is about {status.number}, too.", place=Place(str(file)))
        rows = sorted(reader.rows(status, str(file)))
        about = {
            "slug": slug,
            "number": status.number,
            "day": as_of,
            "left_out": ", ".join(left_out) or "nobody",
        }
        tables[slug] = Table(
            f"participation-{slug}", _COLUMNS, rows, metadata_of("participation", **about)
        )
    problems.refuse()
    return list(tables.values())


def read_status(file: Path) -> Status:
    """The status in a file. Raises `DataError` for another form."""
    place = Place(str(file))
    with faults_of_files(DataError, "The file cannot be read", file):
        data = file.read_bytes()
    if b"<!DOCTYPE" in data:
        raise DataError("A DOCTYPE is not accepted.", place=place, hint=_HINT)
    parser = ElementTree.XMLPullParser(("end",))
    number = ""
    try:
        parser.feed(data)
        for _, element in parser.read_events():
            if element.tag == "Header" and element.find("Chapter") is not None:
                number = _number(element)
            elif element.tag == "TGroup":  # what follows is not read
                rows = [*element.iterfind("Thead/Row"), *element.iterfind("Tbody/Rows/Row")]
                if not number:
                    raise DataError(
                        "The file does not say which treaty it is about.", place=place, hint=_HINT
                    )
                return Status(number, [_cells(row) for row in rows])
    except (
        ElementTree.ParseError,
        ValueError,
        LookupError,
    ) as error:  # the last two: an unknown encoding
        raise DataError(f"This is not valid XML: {error}.", place=place, hint=_HINT) from error
    raise DataError("The file has no table of participants.", place=place, hint=_HINT)


def _number(header: ElementTree.Element) -> str:
    """The number of a treaty, such as XVIII-12-b; empty where the header has none."""
    chapter = re.fullmatch("CHAPTER ([IVXL]+)", header.findtext("Chapter/Header", "").strip())
    section = header.findtext("ExternalData/Numsect", "").strip()
    part = header.findtext("ExternalData/Subnumsect", "").strip()
    return "-".join(filter(None, (chapter[1], section, part))) if chapter and section else ""


def _cells(row: ElementTree.Element) -> list[str]:
    texts = ("".join(entry.itertext()) for entry in row.iterfind("Entry"))
    return [" ".join(_FOOTNOTE.sub("", text).split()) for text in texts]


@dataclass(frozen=True)
class _ParticipationReader:
    """Reader of rows of participants, and collector of their problems."""

    references: References
    as_of: date
    left_out: set[str]
    problems: Problems

    def rows(self, status: Status, where: str) -> Iterator[tuple[str, ...]]:
        """The rows of our table, in the order of its columns."""
        head, *rows = status.rows or [[]]
        acts = self._acts(head, where)
        if acts and not rows:
            self.problems.add(Place(where), "The table of participants has no rows.")
        for cells in rows if acts else ():
            place = Place(f"{where}, {cells[0] if cells else 'a row without cells'}")
            if len(cells) != len(head):
                self.problems.add(place, f"The row has {len(cells)} cells, the head {len(head)}.")
            elif fold_name(cells[0]) not in self.left_out:
                yield from self._row(cells, acts, place)

    def _acts(self, head: list[str], where: str) -> dict[str, str]:
        """The acts by their letters, from the heading of the third column; none for other headings."""
        parts = (
            head[2].split(", ")
            if head[:2] == ["Participant", "Signature"] and len(head) == 3
            else []
        )
        acts = {}
        for part in parts:
            name, letter = _ACT.fullmatch(part).groups("") if _ACT.fullmatch(part) else ("", "")  # type: ignore[union-attr]
            if name not in _ACTS or _ACTS[name][0] != letter:
                break
            acts[letter] = _ACTS[name][1]
        else:
            if acts:
                return acts
        understood = ", ".join(
            f"{name}({letter})" if letter else name for name, (letter, _) in _ACTS.items()
        )
        message = f"The headings '{', '.join(head)}' are not Participant, Signature, and some of: {understood}."
        self.problems.add(Place(where), message)
        return {}

    def _row(
        self, cells: list[str], acts: Mapping[str, str], place: Place
    ) -> Iterator[tuple[str, ...]]:
        name, signature, binding = cells
        signature_date, _ = self._day(signature, {"": ""}, place)
        binding_date, act = self._day(binding, acts, place)
        if not signature and not binding:
            self.problems.add(
                place, f"There is no date at all. Leave it out with --leave-out '{name}'."
            )
        resources = sorted(self.references.participants.get(fold_name(name), ()), key=str)
        if len(resources) == 1:
            kind, key = resources[0].value.split("/")[-2:]
            country, organisation = (key, "") if kind == "country" else ("", key)
            yield (
                key,
                country,
                organisation,
                signature_date,
                binding_date,
                act,
                self.as_of.isoformat(),
            )
        elif resources:
            several = ", ".join(iri.value for iri in resources)
            self.problems.add(place, f"This is the name of several resources: {several}.")
        else:
            hint = (
                f"Add the name to data/reference/country-aliases.csv, or give --leave-out '{name}'."
            )
            self.problems.add(place, "No country or organisation has this name.", hint)

    def _day(self, cell: str, acts: Mapping[str, str], place: Place) -> tuple[str, str]:
        """The day of a cell (ISO 8601), and the act of its letter; both empty where there is none."""
        if not cell:
            return "", ""
        parts = _DATE.fullmatch(cell)
        if parts is None:
            self.problems.add(place, f"'{cell}' is no date such as '12 Dec 2000'.")
            return "", ""
        try:
            day = date(int(parts[3]), _MONTHS.index(parts[2]) + 1, int(parts[1]))
        except ValueError:
            self.problems.add(place, f"'{cell}' is no day of the calendar.")
            return "", ""
        letter = parts[4] or ""
        if letter not in acts:
            self.problems.add(
                place, f"'{letter}' in '{cell}' is no letter that the heading explains."
            )
        elif day > self.as_of:
            self.problems.add(place, f"'{cell}' is later than --as-of {self.as_of}.")
        return day.isoformat(), acts.get(letter, "")
