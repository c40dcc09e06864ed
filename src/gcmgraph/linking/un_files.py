"""Files of the UN in their own form: M49, results framework of IOM and treaties as rows.

`data/imports/un-KIND.csv-metadata.json` has the columns of the rows of a kind, and the statements that they make.

- M49: the CSV of https://unstats.un.org/unsd/methodology/m49/overview/ ("UNSD — Methodology.csv"), semicolons between
  cells. Areas that are no countries of the graph are left out.
- IOM: PyPI iomeval has `srf_outputs_to_gcm.json`, numbers of objectives by the code of an output of the Strategic
  Results Framework, and `srf_objectives.json`, the framework with the titles of outputs.
- Treaties: the XML of a treaty's page on https://treaties.un.org (Multilateral Treaties Deposited with the
  Secretary-General). Footnote marks are `<superscript>1</superscript>` in the text of an entry.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self
from xml.parsers import expat

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import decode_text
from gcmgraph.repository.layout import Repository, ontology_terms
from gcmgraph.repository.tables import Problems, Row, read_tables, rows_of
from gcmgraph.text import fold_name

#: Properties that name a country or an organisation.
_NAMES = ("skos:prefLabel", "skos:altLabel", "gcm:formalName")


@dataclass(frozen=True)
class PublishedFile:
    """A file: name, location for messages, content."""

    name: str
    where: str
    data: bytes


@dataclass(frozen=True)
class ImportOptions:
    """Options of an import: the date of a list (ISO 8601), and names to leave out of it."""

    as_of: str | None = None
    left_out: tuple[str, ...] = ()


NO_OPTIONS = ImportOptions()


@dataclass(frozen=True)
class ImportedStatements:
    """The statements of files, and notes for the operator, in English."""

    quads: tuple[Quad, ...]
    notes: tuple[str, ...] = ()
    #: statements about the graph, in graph/provenance
    provenance: tuple[Quad, ...] = ()


class ReferenceIndex:
    """Statements of the reference tables by subject and property, with lookups."""

    def __init__(self, quads: Iterable[Quad], addresses: Addresses, repository: Repository) -> None:
        self.addresses, self.repository = addresses, repository
        self._v = Vocabulary(addresses)
        self._values: dict[tuple[IRI, IRI], set[object]] = defaultdict(set)
        for quad in quads:
            if isinstance(quad.subject, IRI):
                self._values[quad.subject, quad.predicate].add(quad.object)
        self.countries = self._of_type("gcm:Country")
        self._named: dict[str, set[IRI]] = defaultdict(set)
        #: legal instruments by their number (`skos:notation`), such as XVIII-12-b
        self.instruments: dict[str, IRI] = {
            code: iri for iri in self._of_type("gcm:LegalInstrument") for code in self.texts(iri, "skos:notation")
        }
        for iri in (*self.countries, *self._of_type("gcm:Organisation")):
            for name in (name for curie in _NAMES for name in self.texts(iri, curie, "en")):
                self._named[fold_name(name)].add(iri)

    @classmethod
    def of(cls, repository: Repository, addresses: Addresses) -> Self:
        """Read the reference tables. Raises `DataError`."""
        tables = read_tables(repository.reference, addresses, ontology_terms(repository, addresses))
        return cls((quad for table in tables for quad in table.quads), addresses, repository)

    def values(self, iri: IRI, curie: str) -> set[object]:
        """The values of a property of a resource."""
        return self._values.get((iri, self._v(curie)), set())

    def texts(self, iri: IRI, curie: str, language: str | None = None) -> list[str]:
        """The texts of a property of a resource in a language (None: without language), sorted."""
        found = self.values(iri, curie)
        return sorted(t.value for t in found if isinstance(t, Literal) and t.language == language)

    def named(self, name: str) -> tuple[IRI, ...]:
        """The countries and organisations with this English name, regardless of case, accents and punctuation."""
        return tuple(sorted(self._named.get(fold_name(name), ()), key=str))

    def differences(self, quads: Collection[Quad], curies: Iterable[str]) -> Iterator[str]:
        """Notes on values of some properties (IRIs, English texts) of which the tables have others."""
        stated: dict[tuple[object, IRI], set[object]] = defaultdict(set)
        for quad in quads:
            stated[quad.subject, quad.predicate].add(quad.object)
        subjects = dict.fromkeys(quad.subject for quad in quads if isinstance(quad.subject, IRI))
        for iri, curie in ((iri, curie) for iri in subjects for curie in curies):
            ours = {t for t in self.values(iri, curie) if getattr(t, "language", "en") == "en"}
            theirs = stated.get((iri, self._v(curie)), set())
            if ours != theirs and (theirs or curie != "skos:prefLabel"):
                values = f"{curie} is {_short(theirs)} in the file, {_short(ours)} in ours"
                yield f"{_short([iri])}: {values}; the file holds."

    def _of_type(self, curie: str) -> tuple[IRI, ...]:
        a, cls = self._v("rdf:type"), self._v(curie)
        return tuple(sorted((s for (s, p), v in self._values.items() if p == a and cls in v), key=str))


def _short(terms: Iterable[object]) -> str:
    return ", ".join(sorted(str(getattr(term, "value", "")).rpartition("/")[2] for term in terms)) or "none"


#: Columns of M49: codes and names of regions, widest first; codes of a country, and their properties in the graph.
_REGIONS = tuple((f"{kind} Code", f"{kind} Name") for kind in ("Region", "Sub-region", "Intermediate Region"))
_CODES = {"M49 Code": "gcm:m49", "ISO-alpha2 Code": "gcm:iso2", "ISO-alpha3 Code": "gcm:iso3"}
_AREA, _ISO3 = "Country or Area", "ISO-alpha3 Code"

#: Act in the heading of the third column of a treaty to the flag after a date, and to its name in the graph.
_ACTS = {
    "Ratification": ("", "ratification (no flag in source)"),
    "Acceptance": ("A", "acceptance"),
    "Approval": ("AA", "approval"),
    "Accession": ("a", "accession"),
    "Succession": ("d", "succession"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})(?: (\w+))?", re.ASCII)
_ACT = re.compile(r"(\w+)(?:\((\w+)\))?")

#: Elements of a treaty's file with the texts of its header, by their path; those of its table.
_TEXTS = {
    "Document/Treaty/Header/Chapter/Header": "chapter",
    "Document/Treaty/Header/ExternalData/Numsect": "number",
    "Document/Treaty/Header/ExternalData/Subnumsect": "part",
    "Document/Treaty/Header/ExternalData/Status/Signatories": "signatories",
    "Document/Treaty/Header/ExternalData/Status/Parties": "parties",
}
_TABLE = "Document/Treaty/Participants/Table/TGroup"
_ROWS = (f"{_TABLE}/Thead/Row", f"{_TABLE}/Tbody/Rows/Row")
_FOOTNOTE = re.compile(r"<superscript>.*?</superscript>")
_XML_HINT = "Give the file that the page of a treaty on treaties.un.org offers as XML, such as XVIII-12-b.en.xml."


@dataclass(frozen=True)
class Conversion:
    """Files to be converted to rows, what is known, the options, and collectors of problems and notes."""

    files: Sequence[PublishedFile]
    known: ReferenceIndex
    options: ImportOptions
    problems: Problems
    notes: list[str]


def m49_rows(given: Conversion) -> Iterator[Row]:
    """The rows of UN M49 about countries of the graph, with a column of the smallest region."""
    if len(given.files) != 1:
        raise DataError(f"UN M49 is one file; {len(given.files)} were given.")
    (file,), known = given.files, given.known
    (place, header), *rows = rows_of(decode_text(file.data, file.where), file.where, ";")
    yield place, [*header, "smallest_region"]
    if not {*_CODES, _AREA, *(name for pair in _REGIONS for name in pair)} <= {*header}:
        return  # the reader of the table refuses the header
    codes = {code for iri in known.countries for curie in _CODES.values() for code in known.texts(iri, curie)}
    missing, others = {iri.value.rpartition("/")[2] for iri in known.countries}, 0
    regions: dict[str, tuple[str, str]] = {}
    for place, row in rows:
        cells = dict(zip(header, row, strict=False))
        if len(row) != len(header):
            given.problems.add(place, f"The row has {len(row)} cells, the header {len(header)}.")
        elif codes.isdisjoint(cells[column] for column in _CODES):
            others += 1
        else:
            country = IRI(known.addresses.thing("country", cells[_ISO3]))
            smallest = _smallest_region(place, cells, regions, given.problems)
            yield place, [*row, smallest]
            missing.discard(cells[_ISO3])
            if not smallest and known.values(country, "gcm:region"):
                given.problems.add(place, f"'{cells[_AREA]}' is in no region.")
            if country not in known.named(cells[_AREA]):
                name = f"{cells[_ISO3]}: the file calls it '{cells[_AREA]}'"
                given.notes.append(f"{name}, which is none of its English names here; these stay.")
    if missing:
        message = f"The file lacks countries of this graph: {', '.join(sorted(missing))}."
        given.problems.add(Place(file.where), message, "Give all of it.")
    if others:
        given.notes.append(f"{file.name}: {others} areas that are no countries of this graph were left out.")


def _smallest_region(
    place: Place, cells: dict[str, str], regions: dict[str, tuple[str, str]], problems: Problems
) -> str:
    """The code of the smallest region of a row; `regions` has the name and the broader region of each so far."""
    smallest = ""
    for code, name in ((cells[code], cells[name]) for code, name in _REGIONS):
        if bool(code) != bool(name):
            problems.add(place, f"'{code}' and '{name}' are no code of a region and its name.")
        elif code:
            if (first := regions.setdefault(code, (name, smallest))) != (name, smallest):
                here, there = (" in ".join(filter(None, region)) for region in ((name, smallest), first))
                problems.add(place, f"The region {code} is '{here}', further up '{there}'.")
            smallest = code
    return smallest


def iom_rows(given: Conversion) -> Iterator[Row]:
    """A row for each output and objective that it serves."""
    links: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for file in given.files:
        try:
            data = json.loads(file.data)
            if isinstance(data, dict):
                links |= {code: [str(number) for number in numbers] for code, numbers in data.items()}
            else:
                titles |= dict(_titles(data))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            hint = "Give srf_outputs_to_gcm.json, and srf_objectives.json beside it (gcmgraph fetch 'iom-*')."
            message = "This is not the results framework of IOM."
            raise DataError(message, place=Place(file.where), hint=hint) from error
    where = given.files[0].where
    if not links:
        raise DataError("No output with its objectives is in these files.", place=Place(where))
    yield Place(where), ["code", "title", "objective"]
    for code, numbers in sorted(links.items()):
        for number in numbers or [""]:
            yield Place(f"{where}, output {code}"), [code, titles.get(code, ""), number]
    given.notes.append(f"{len(links):,} outputs with {sum(map(len, links.values())):,} links to objectives.")


def _titles(goals: list[dict[str, list[dict[str, object]]]]) -> Iterator[tuple[str, str]]:
    """Codes and titles of the outputs below the framework's objectives and outcomes."""
    for part in goals:
        for name in ("long_term_outcomes", "short_term_outcomes"):
            yield from _titles(part.get(name, []))  # type: ignore[arg-type]
        yield from ((str(output["id"]), str(output["title"])) for output in part.get("outputs", []))


def treaty_rows(given: Conversion) -> Iterator[Row]:
    """A row for each signatory or party of treaties, a file each. Participants are found by their English names."""
    hint = "Give --as-of with the day on which the files were downloaded, such as 2026-11-24."
    try:
        as_of = date.fromisoformat(given.options.as_of or "").isoformat()
    except ValueError:
        message = f"'{given.options.as_of}' is no day."
        if given.options.as_of is None:
            message = "The UN's files on treaties do not say how old they are."
        raise DataError(message, hint=hint) from None
    yield Place(""), ["instrument", "key", "participant", "signature", "binding", "act", "as_of"]
    treaties: dict[IRI, str] = {}
    left_out = {fold_name(name): name for name in given.options.left_out}
    unused = set(left_out)
    for file in given.files:
        texts, rows = _parse_status(file)
        notation = "-".join(filter(None, (texts["chapter"], texts["number"], texts["part"])))
        treaty, numbers = given.known.instruments.get(notation), ", ".join(sorted(given.known.instruments))
        if treaty is None:
            message = f"The treaty {notation} is not in this graph; these are: {numbers}."
            given.problems.add(Place(file.where), message)
        elif treaty in treaties:
            message = f"'{treaties[treaty]}' is about {notation}, too: give one file for a treaty."
            given.problems.add(Place(file.where), message)
        else:
            treaties[treaty] = file.name
            (place, head), *others = rows or [(Place(file.where), [])]
            acts = _acts_by_flag(place, head, given.problems)
            for place, cells in _participants(file, texts, others, given) if acts else ():
                unused.discard(fold_name(cells[0]))
                if fold_name(cells[0]) not in left_out:
                    yield from _participation(place, cells, treaty, acts, as_of, given)
    for name in sorted(unused):
        message = f"No participant is called '{left_out[name]}': take --leave-out '{left_out[name]}' away."
        given.problems.add(Place(given.files[0].where), message)


class _EndOfTable(Exception):  # noqa: N818  (no error)
    """Ends the parsing of a treaty's status: declarations follow its table, not always in valid XML."""


def _parse_status(file: PublishedFile) -> tuple[dict[str, str], list[Row]]:
    """The texts of the header of a treaty's file, and the rows of its table, the head first.

    Raises `DataError` with file and line for another form.
    """
    texts, rows = dict.fromkeys(_TEXTS.values(), ""), list[Row]()
    path, words = list[str](), list[str]()
    parser = expat.ParserCreate()

    def wrong(message: str, line: int | None = None) -> DataError:
        return DataError(message, place=Place(file.where, line), hint=_XML_HINT)

    def doctype(*_: object) -> None:
        raise wrong("A DOCTYPE is not accepted.", parser.CurrentLineNumber)

    def start(name: str, _: object) -> None:
        path.append(name)
        words.clear()
        if "/".join(path) in _ROWS:
            rows.append((Place(file.where, parser.CurrentLineNumber), []))

    def end(name: str) -> None:
        ended = "/".join(path)
        path.pop()
        content = " ".join(_FOOTNOTE.sub("", "".join(words)).split())
        words.clear()
        if ended in _TEXTS:
            texts[_TEXTS[ended]] = content
        elif name == "Entry" and "/".join(path) in _ROWS:
            rows[-1][1].append(content)
        elif ended == _TABLE:
            raise _EndOfTable

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, words.append
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(file.data, True)
    except _EndOfTable:
        chapter = re.fullmatch("CHAPTER ([IVXL]+)", texts["chapter"])
        if chapter is None or not texts["number"]:
            raise wrong("The file does not say which treaty it is about.") from None
        return texts | {"chapter": chapter[1]}, rows
    except (expat.ExpatError, ValueError, LookupError) as error:  # the last two: an unknown encoding
        line = error.lineno if isinstance(error, expat.ExpatError) else None
        raise wrong(f"This is not valid XML: {error}.", line) from error
    raise wrong("The file has no table of participants.")


def _acts_by_flag(place: Place, head: list[str], problems: Problems) -> dict[str, str]:
    """The acts by their flags, from the heading of the third column; none for other headings."""
    if len(head) == 3 and head[:2] == ["Participant", "Signature"]:
        found = [_ACT.fullmatch(part) for part in head[2].split(", ")]
        if all(m is not None and _ACTS.get(m[1], ("?",))[0] == (m[2] or "") for m in found):
            return dict(_ACTS[m[1]] for m in found if m is not None)
    problems.add(place, f"The headings '{', '.join(head)}' are not those that are understood: "
                 "Participant, Signature, and Ratification with the letters for Acceptance(A), "
                 "Approval(AA), Accession(a), Succession(d).")  # fmt: skip
    return {}


def _participants(file: PublishedFile, texts: dict[str, str], rows: list[Row], given: Conversion) -> Iterator[Row]:
    """The rows of participants; notes where the UN's own counts differ from them."""
    counts = {"signatories": 0, "parties": 0}
    if not rows:
        given.problems.add(Place(file.where), "The table of participants has no rows.")
    for place, cells in rows:
        if len(cells) != 3:
            given.problems.add(place, f"The row has {len(cells)} cells, the head 3.")
            continue
        for name, cell in zip(counts, cells[1:], strict=True):
            counts[name] += cell != ""
        yield place, cells
    for name, count in counts.items():
        if (stated := texts[name]) and stated != str(count):
            given.notes.append(f"{file.name}: the file counts {stated} {name}, its table has {count}.")


def _participation(
    place: Place, cells: list[str], treaty: IRI, acts: dict[str, str], as_of: str, given: Conversion
) -> Iterator[Row]:
    """The row of the table that is imported, if the participant is known."""
    name, problems = cells[0], given.problems
    signed, _ = _day(place, "Signature", cells[1], {"": ""}, as_of, problems)
    bound, act = _day(place, "Ratification", cells[2], acts, as_of, problems)
    if not cells[1] and not cells[2]:
        problems.add(place, f"'{name}' has no date at all: leave it out with --leave-out '{name}'.")
    found = given.known.named(name)
    if len(found) == 1:
        yield place, [treaty.value, found[0].value.rpartition("/")[2], found[0].value, signed, bound, act, as_of]
    elif found:
        several = ", ".join(iri.value for iri in found)
        problems.add(place, f"'{name}' is the name of several resources here: {several}.")
    else:
        problems.add(place, f"No country or organisation here is called '{name}'. Add the name to data/reference/"
                     f"country-aliases.csv, or leave the participant out with --leave-out '{name}'.")  # fmt: skip


def _day(place: Place, column: str, cell: str, acts: dict[str, str], as_of: str, problems: Problems) -> tuple[str, str]:
    """The day of a cell (ISO 8601) and the act of its flag, empty where there is none."""
    if not cell:
        return "", ""
    found = _DATE.fullmatch(cell)
    flag = (found[4] or "") if found else ""
    try:
        day = date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1])).isoformat() if found else ""
    except ValueError:
        day = ""
    if not day:
        problem = f"'{cell}' is no date such as '12 Dec 2000'. Correct it, or give --leave-out with the name."
    elif flag not in acts:
        problem = f"'{flag}' in '{cell}' is no letter that the heading explains."
    elif day > as_of:
        problem = f"'{cell}' is later than --as-of {as_of}."
    else:
        return day, acts[flag]
    problems.add(place, f"In the column '{column}', {problem}")
    return "", ""
