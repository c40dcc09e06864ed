"""Parser of the status of a treaty in Multilateral Treaties Deposited with the Secretary-General (XML).

The page of a treaty on https://treaties.un.org links to the file. Its elements, as for XVIII-12-a and XVIII-12-b:

    Document / Treaty / Header / Chapter / Header                      CHAPTER XVIII
    Document / Treaty / Header / ExternalData / Numsect, Subnumsect    12, b
    Document / Treaty / Header / ExternalData / Status / Signatories   112
    Document / Treaty / Participants / Table / TGroup / Thead / Row / Entry          Participant, Signature, …
    Document / Treaty / Participants / Table / TGroup / Tbody / Rows / Row / Entry   Finland, 12 Dec 2000, 7 Sep 2006 A

Footnote marks are `<superscript>1</superscript>` in the text of an entry. Parsing ends with the table; declarations
follow it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.un_imports.files import PublishedFile

_TREATY = ("Document", "Treaty")
_DATA = (*_TREATY, "Header", "ExternalData")
_GROUP = (*_TREATY, "Participants", "Table", "TGroup")

#: Texts of the header, by the path of their element.
_HEADER = {
    (*_TREATY, "Header", "Chapter", "Header"): "chapter",
    (*_DATA, "Numsect"): "number",
    (*_DATA, "Subnumsect"): "part",
    (*_DATA, "Status", "Signatories"): "signatories",
    (*_DATA, "Status", "Parties"): "parties",
}
_HEAD_ROW, _ROW = (*_GROUP, "Thead", "Row"), (*_GROUP, "Tbody", "Rows", "Row")

_FOOTNOTE = re.compile(r"<superscript>.*?</superscript>")
_CHAPTER = re.compile(r"CHAPTER ([IVXL]+)")

#: Hint for files of another form.
_HINT = "Give the file that the page of a treaty on treaties.un.org offers as XML, such as XVIII-12-b.en.xml."


@dataclass(frozen=True)
class ParticipantRow:
    """A row of the table of participants: its first line, and its cells without footnote marks."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TreatyStatus:
    """The status of a treaty: number (XVIII-12-b), headings and rows of the table, the UN's own counts."""

    notation: str
    headings: tuple[str, ...]
    rows: tuple[ParticipantRow, ...]
    signatories: str
    parties: str


class _Done(Exception):  # noqa: N818  (no error: the table has been read)
    """Ends parsing after the table."""


class _TreatyParser:
    """Handler of the events of expat, up to the end of the table."""

    def __init__(self, file: PublishedFile) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._file = file
        self._path: tuple[str, ...] = ()
        self._text: list[str] = []
        self._line = 0
        self._cells: list[str] = []
        self.header: dict[str, str] = {}
        self.headings: tuple[str, ...] = ()
        self.rows: list[ParticipantRow] = []

    def read(self) -> None:
        try:
            self._parser.Parse(self._file.data, True)
        except _Done:
            return
        except (expat.ExpatError, ValueError, LookupError) as error:  # the last two: an unknown encoding
            line = error.lineno if isinstance(error, expat.ExpatError) else None
            raise DataError(f"This is not valid XML: {error}.", place=self._place(line), hint=_HINT) from error
        raise DataError("The file has no table of participants.", place=self._place(None), hint=_HINT)

    def _place(self, line: int | None) -> Place:
        return Place(self._file.where, line)

    def _doctype(self, *_: object) -> None:
        raise DataError("A DOCTYPE is not accepted.", place=self._place(self._parser.CurrentLineNumber), hint=_HINT)

    def _characters(self, text: str) -> None:
        self._text.append(text)

    def _start(self, name: str, _: object) -> None:
        self._path = (*self._path, name)
        self._text = []
        if self._path in (_HEAD_ROW, _ROW):
            self._line, self._cells = self._parser.CurrentLineNumber, []

    def _end(self, _: str) -> None:
        path, self._path = self._path, self._path[:-1]
        text = " ".join(_FOOTNOTE.sub("", "".join(self._text)).split())
        self._text = []
        if path in _HEADER:
            self.header[_HEADER[path]] = text
        elif path[:-1] in (_HEAD_ROW, _ROW) and path[-1] == "Entry":
            self._cells.append(text)
        elif path == _HEAD_ROW:
            self.headings = tuple(self._cells)
        elif path == _ROW:
            self.rows.append(ParticipantRow(self._line, tuple(self._cells)))
        elif path == _GROUP:
            raise _Done


def read_status(file: PublishedFile) -> TreatyStatus:
    """Parse the status of one treaty. Raises `DataError` with file and line for another form."""
    reader = _TreatyParser(file)
    reader.read()
    header = reader.header
    chapter = _CHAPTER.fullmatch(header.get("chapter", ""))
    if chapter is None or not header.get("number"):
        raise DataError("The file does not say which treaty it is about.", place=Place(file.where), hint=_HINT)
    parts = (chapter[1], header["number"], header.get("part", ""))
    return TreatyStatus(
        "-".join(part for part in parts if part),
        reader.headings,
        tuple(reader.rows),
        header.get("signatories", ""),
        header.get("parties", ""),
    )
