"""The contents of a brief: sections of lines, each a sequence of runs of text. HTML and DOCX show the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """A text in one language and one style."""

    text: str
    #: a language tag, where it is another one than that of the brief
    language: str | None = None
    #: a path on this server without a language, or a web address
    address: str | None = None
    strong: bool = False
    quiet: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Group:
    """Lines under a heading of their own, each on a line or all in one paragraph."""

    heading: Line
    items: tuple[Line, ...]
    inline: bool = False


@dataclass(frozen=True)
class Table:
    """A table; each row has one cell for each heading."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Section:
    """A section: a note, then groups or a table, then where to find what was left out."""

    #: the fragment of its heading
    name: str
    heading: str
    note: Line = ()
    groups: tuple[Group, ...] = ()
    table: Table | None = None
    #: "All 40 practices: …"
    rest: Line = ()


@dataclass(frozen=True)
class Brief:
    """A brief in one language."""

    kicker: str
    title: Line
    figures: tuple[str, ...]
    sections: tuple[Section, ...]
    language: str
    #: the path of the page of the resource, and that of the brief, without a language
    subject: str
    path: str
