"""Reader of signatories and parties of treaties from UN files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gcmgraph.errors import DataError
from gcmgraph.linking.un_imports.files import ImportedStatements, ImportOptions, Problems, PublishedFile
from gcmgraph.linking.un_imports.known import ReferenceIndex
from gcmgraph.linking.un_imports.mtdsg import TreatyStatus, read_status
from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, typed
from gcmgraph.text.folding import fold_name

#: Act in the heading of the third column to the flag after a date, and to its name in the graph.
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


@dataclass(frozen=True)
class _Day:
    """The date of a cell, and the flag after it."""

    day: date
    flag: str


def read_treaties(files: Sequence[PublishedFile], known: ReferenceIndex, choices: ImportOptions) -> ImportedStatements:
    """Signatories and parties of treaties, a file each, in `graph/reference/un-treaties`.

    Participants are found by their English names. Raises `DataError` with all problems.
    """
    as_of = _day_of_list(choices)
    v, where = Vocabulary(known.addresses), IRI(known.addresses.graph("reference/un-treaties"))
    problems, quads, notes = Problems(), list[Quad](), list[str]()
    left_out, seen = {fold_name(name): name for name in choices.left_out}, dict[IRI, str]()
    used: set[str] = set()
    for file in files:
        status = read_status(file)
        treaty = known.instruments.get(status.notation)
        if treaty is None:
            numbers = ", ".join(sorted(known.instruments))
            problems.add(file, None, f"The treaty {status.notation} is not in this graph; these are: {numbers}.")
            continue
        if treaty in seen:
            problems.add(file, None, f"'{seen[treaty]}' is about {status.notation}, too: give one file for a treaty.")
            continue
        seen[treaty] = file.name
        rows = _ParticipantTable(file, status, known, problems, as_of)
        for participant, signed, bound, act in rows.read(left_out):
            node = IRI(f"{treaty.value}#participation-{participant.value.rpartition('/')[2]}")
            statements: list[tuple[str, Term]] = [
                ("rdf:type", v("gcm:TreatyParticipation")),
                ("gcm:participationIn", treaty),
                ("gcm:participant", participant),
                ("gcm:asOf", typed(as_of.isoformat(), "date")),
            ]
            if signed is not None:
                statements.append(("gcm:signatureDate", typed(signed.day.isoformat(), "date")))
            if bound is not None:
                statements.append(("gcm:bindingDate", typed(bound.day.isoformat(), "date")))
                statements.append(("gcm:bindingAction", Literal(act)))
            quads += [Quad(node, v(curie), value, where) for curie, value in statements]
        used |= rows.left_out
        notes += rows.notes()
    for key, name in left_out.items():
        if key not in used and files:
            problems.add(files[0], None, f"No participant is called '{name}': take --leave-out '{name}' away.")
    problems.refuse()
    return ImportedStatements(tuple(quads), tuple(notes))


def _day_of_list(choices: ImportOptions) -> date:
    hint = "Give --as-of with the day on which the files were downloaded, such as 2026-11-24."
    if choices.as_of is None:
        raise DataError("The UN's files on treaties do not say how old they are.", hint=hint)
    try:
        return date.fromisoformat(choices.as_of)
    except ValueError:
        raise DataError(f"'{choices.as_of}' is no day.", hint=hint) from None


class _ParticipantTable:
    """Strict reader of the rows of one file."""

    def __init__(
        self, file: PublishedFile, status: TreatyStatus, known: ReferenceIndex, problems: Problems, as_of: date
    ) -> None:
        self._file, self._status, self._known, self._problems, self._as_of = file, status, known, problems, as_of
        self._signed = self._bound = 0
        #: names that were left out, folded
        self.left_out: set[str] = set()

    def read(self, left_out: dict[str, str]) -> Iterator[tuple[IRI, _Day | None, _Day | None, str]]:
        """Participant, signature, date of the binding act, and the act, of each valid row."""
        acts = self._acts()
        lines: dict[IRI, int] = {}
        if not self._status.rows:
            self._add(None, "The table of participants has no rows.")
        for row in self._status.rows if acts else ():
            if len(row.cells) != len(self._status.headings):
                self._add(row.line, f"The row has {len(row.cells)} cells, the head {len(self._status.headings)}.")
                continue
            name, signature, binding = row.cells
            self._signed += signature != ""
            self._bound += binding != ""
            if fold_name(name) in left_out:
                self.left_out.add(fold_name(name))
                continue
            signed = self._day(row.line, "Signature", signature, {"": ""})
            bound = self._day(row.line, "Ratification", binding, acts)
            if not signature and not binding:
                self._add(row.line, f"'{name}' has no date at all: leave it out with --leave-out '{name}'.")
            participant = self._participant(row.line, name)
            if participant is None:
                continue
            if (first := lines.setdefault(participant, row.line)) != row.line:
                self._add(row.line, f"'{name}' occurs here and in line {first}.")
                continue
            yield participant, signed, bound, acts[bound.flag] if bound else ""

    def notes(self) -> Iterator[str]:
        """Notes on differences between the UN's own counts and its table."""
        counts = (
            (self._status.signatories, self._signed, "signatories"),
            (self._status.parties, self._bound, "parties"),
        )
        for stated, found, what in counts:
            if stated and stated != str(found):
                yield f"{self._file.name}: the file counts {stated} {what}, its table has {found}."

    def _acts(self) -> dict[str, str]:
        """The acts by their flags, from the heading of the third column; none for other headings."""
        headings = self._status.headings
        line = self._status.rows[0].line if self._status.rows else None
        if len(headings) == 3 and headings[:2] == ("Participant", "Signature"):
            found = [_ACT.fullmatch(part) for part in headings[2].split(", ")]
            if all(m is not None and _ACTS.get(m[1], ("?",))[0] == (m[2] or "") for m in found):
                return dict(_ACTS[m[1]] for m in found if m is not None)
        self._add(line, f"The headings '{', '.join(headings)}' are not those that are understood: Participant, "
                  "Signature, and Ratification with the letters for Acceptance(A), Approval(AA), Accession(a), "
                  "Succession(d).")  # fmt: skip
        return {}

    def _day(self, line: int, column: str, cell: str, acts: dict[str, str]) -> _Day | None:
        if not cell:
            return None
        found = _DATE.fullmatch(cell)
        try:
            day = date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1])) if found else None
        except ValueError:
            day = None
        if found is None or day is None:
            self._add(line, f"In the column '{column}', '{cell}' is no date such as '12 Dec 2000'. Where it cannot "
                      "be corrected, leave the participant out with --leave-out.")  # fmt: skip
            return None
        if (flag := found[4] or "") not in acts:
            self._add(line, f"In the column '{column}', '{flag}' in '{cell}' is no letter that the heading explains.")
            return None
        if day > self._as_of:
            self._add(line, f"In the column '{column}', '{cell}' is later than --as-of {self._as_of}.")
            return None
        return _Day(day, flag)

    def _participant(self, line: int, name: str) -> IRI | None:
        found = self._known.named(name)
        if len(found) == 1:
            return found[0]
        if found:
            self._add(line, f"'{name}' is the name of several resources here: {', '.join(iri.value for iri in found)}.")
        else:
            self._add(line, f"No country or organisation here is called '{name}'. Add the name to data/reference/"
                      f"country-aliases.csv, or leave the participant out with --leave-out '{name}'.")  # fmt: skip
        return None

    def _add(self, line: int | None, message: str) -> None:
        self._problems.add(self._file, line, message)
