"""Texts of the template beside those of the shapes.

Constraints on cells and columns, which the reader of spreadsheets checks.
"""

from __future__ import annotations

import re

from babel.numbers import get_decimal_symbol

from gcmgraph.shapes import WARNING
from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, SheetColumn
from gcmgraph.translations import LANGUAGES
from gcmgraph.translations.messages import Message, TemplateMessage
from gcmgraph.validation.report import ExtraConstraint

README = TemplateMessage("Read me")
#: Title of the sheet that lists the findings of a check, its columns, and words in comments.
FINDINGS = TemplateMessage("Findings")
FINDINGS_COLUMNS = (
    TemplateMessage("Cell"),
    TemplateMessage("Row"),
    TemplateMessage("Column"),
    TemplateMessage("Level"),
    TemplateMessage("Finding"),
)
MUST_BE_CORRECTED, REMARK = TemplateMessage("Must be corrected"), TemplateMessage("Remark")
MEANT = TemplateMessage("Did you mean “{value}”?")
MORE_FINDINGS = TemplateMessage("There is {count} more finding.", "There are {count} more findings.")
LISTS = TemplateMessage("Lists")

#: Instructions for cells by kind.
_FILLING = {
    CellKind.TEXT: TemplateMessage("A text in the language of the column."),
    CellKind.RESOURCE: TemplateMessage("A name or code of the list; in any language, or the address."),
    CellKind.DATE: TemplateMessage(
        "A year, a month or a day, as precisely as the source says: 2018, 2018-09 or 2018-09-21."
    ),
    CellKind.BOOLEAN: TemplateMessage("yes or no; empty where the source does not say."),
    CellKind.NUMBER: TemplateMessage("A number in full, without units or words: 12000000."),
    CellKind.ADDRESS: TemplateMessage("An address that begins with https:// or http://."),
    CellKind.SOURCE: TemplateMessage(
        "Where it is described: an address that begins with https://, or the work as you would cite it."
    ),
    CellKind.CODE: TemplateMessage("A code, such as EUR."),
}
#: Instructions for cells that name an organisation, which the file may describe.
_NOT_LISTED = TemplateMessage(
    "An organisation that is not in the list: describe it on the sheet for organisations, then name it."
)
_SEPARATED = TemplateMessage("Several: separated by semicolons.")
_ON_LINES = TemplateMessage("Several: one on each line of the cell.")
_RDF = re.compile(rf"\^\^|@({'|'.join(LANGUAGES)})\b|\b(dct|gcm|skos|schema|org|foaf):|…/id/|/id/|[<>]")


def filling(column: SheetColumn) -> dict[str, str]:
    """Instructions for the cells of a column, by language: kind and number of values, and the advice of the shape.

    Advice on how to write RDF is left out.
    """
    several = _ON_LINES if column.kind in {CellKind.TEXT, CellKind.SOURCE} else _SEPARATED
    described = any(kind.value.endswith("#Organisation") for kind in column.classes)
    messages = [
        _FILLING[column.kind],
        *(() if column.most == 1 else (several,)),
        *((_NOT_LISTED,) if described else ()),
    ]
    found = {}
    for language in LANGUAGES:
        advice = dict(column.advice.pairs).get(language, "")
        parts = [message.in_language(language) for message in messages]
        found[language] = " ".join(parts if is_about_rdf(advice) else [*parts, advice]).strip()
    return found


def is_about_rdf(advice: str) -> bool:
    """Whether advice is on writing RDF, which does not help with a spreadsheet."""
    return _RDF.search(advice) is not None


#: Title and lines of the sheet that explains the template.
GUIDE = (
    TemplateMessage("How to fill in this workbook"),
    TemplateMessage(
        "Each sheet describes resources of one kind, one in each row. Leave the first row with its headers as it is."
    ),
    TemplateMessage(
        "A column marked * must be filled in. Of a text marked (*), one language is enough; of the organisations,"
        " countries and audiences marked (*), one is enough."
    ),
    TemplateMessage(
        "Texts have a column for each language. For another language, add a column and write its code: title [es]."
    ),
    TemplateMessage(
        "Countries, organisations, targets and the like are chosen from a list; you can also write a code or a name."
    ),
    _NOT_LISTED,
    TemplateMessage(
        "Leave the column “id” empty for a new resource. To add to a published one, write its address there."
    ),
    TemplateMessage("Formulas, colours and comments are not read. Check the file at /validate before you send it."),
)
#: Title of the sheet with one row filled in, and its texts by the names of the properties.
EXAMPLE = TemplateMessage("Example")
EXAMPLE_TEXTS = {
    "title": TemplateMessage("Mobile information desk"),
    "description": TemplateMessage("A bus that visits villages and answers questions on permits and work abroad."),
    "source": TemplateMessage("Ministry of the Interior, annual report 2021"),
    "outcome": TemplateMessage("12,000 people were advised in two years."),
}
#: Values of the other cells: codes of lists, or as they are written.
EXAMPLE_VALUES = {
    "objective": "3",
    "country": "KEN",
    "startDate": "2019-03",
    "endDate": "2021",
    "funding/amount/value": "120000",
    "funding/amount/currency": "EUR",
    "relevantTarget": "10.7",
}
#: Headers of its tables.
GUIDE_COLUMNS = (TemplateMessage("Column"), TemplateMessage("Needed"), TemplateMessage("What to write"))
NEEDED = {ColumnNeed.REQUIRED: TemplateMessage("required"), ColumnNeed.ONE_OF: TemplateMessage("one of these")}
ID_FILLING = TemplateMessage("Leave empty for a new resource. To add to a published one, write its address.")
OWNER_FILLING = TemplateMessage("The title of a practice of this file, or the address of a published one.")
YES_NO = (TemplateMessage("yes"), TemplateMessage("no"))


def delimiter(language: str) -> str:
    """The delimiter of CSV files that spreadsheet programs write: a semicolon where numbers have a decimal comma."""
    return ";" if get_decimal_symbol(language) == "," else ","


UNKNOWN_COLUMN = ExtraConstraint(
    "unknown-column",
    Message("There is no column “{value}” in the template; it is not read."),
    Message("Use the headers of the template."),
)
NO_LANGUAGE = ExtraConstraint(
    "column-without-language",
    Message("The column “{value}” holds texts, and does not say in which language."),
    Message("Write the language in the header: “{value} [en]”, “{value} [fr]”."),
)
SAME_COLUMN = ExtraConstraint(
    "same-column",
    Message("There are two columns “{value}”; the second is not read."),
    Message("Put the values of both into one, separated by semicolons."),
)
UNKNOWN_SHEET = ExtraConstraint(
    "unknown-sheet",
    Message("The sheet “{value}” is not one of the template; it is not read."),
    Message("Give its first row the headers of the template, if it is to be read."),
    WARNING,
)
NO_HEADER = ExtraConstraint(
    "cell-without-column",
    Message("The cell has no header; it is not read."),
    Message("Move it under the header that it belongs to."),
)
FAULTS = {
    "formula": ExtraConstraint(
        "formula",
        Message("The cell holds a formula, which is not computed here."),
        Message("Copy the cell and paste its value (in Excel: Paste Special, Values)."),
    ),
    "error": ExtraConstraint(
        "error-value",
        Message("The cell shows the error {value}."),
        Message("Write the value that is meant."),
    ),
    "too-long": ExtraConstraint(
        "long-cell",
        Message("The cell has more than 32,767 characters."),
        Message("Shorten it, and name the document that holds the whole as source."),
    ),
}
AMBIGUOUS = ExtraConstraint(
    "ambiguous-name",
    Message("“{value}” is the name of several resources."),
    Message("Write the code or the address of the one that is meant."),
)
BAD_ADDRESS = ExtraConstraint(
    "bad-identifier",
    Message("“{value}” cannot be the address of what the row describes."),
    Message("Leave it empty for a new resource; for a published one, write its address."),
)
TAKEN = ExtraConstraint(
    "published-already",
    Message("A resource is already published at the address that follows from the title: {value}"),
    Message("If it is the same, write this address into the column “id” to add to it; else change the title."),
)
SAME_ROW = ExtraConstraint(
    "same-row",
    Message("An earlier row describes the same resource: {value}"),
    Message("Put everything about it into one row, or give it another title."),
)
NO_OWNER = ExtraConstraint(
    "row-of-nothing",
    Message("The row does not say what it is a part of, or names nothing known: “{value}”."),
    Message("Write the title of a practice of this file, or the address of a published one."),
)
UNPAIRED = ExtraConstraint(
    "unpaired-values",
    Message("The columns that belong together have different numbers of values: {value}"),
    Message("Give each value its counterpart, in the same order."),
)
