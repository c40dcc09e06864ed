"""Texts of the template beside those of the shapes."""

from __future__ import annotations

import re

from babel.numbers import get_decimal_symbol

from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, SheetColumn
from gcmgraph.translations.languages import DATA_LANGUAGES
from gcmgraph.translations.messages import Message

README = Message("Read me")
#: Title of the sheet that lists the findings of a check, its columns, and words in comments.
FINDINGS = Message("Findings")
FINDINGS_COLUMNS = (Message("Cell"), Message("Row"), Message("Column"), Message("Level"), Message("Finding"))
MUST_BE_CORRECTED, REMARK = Message("Must be corrected"), Message("Remark")
MEANT = Message("Did you mean “{value}”?")
MORE_FINDINGS = Message("There is {count} more finding.", "There are {count} more findings.")
LISTS = Message("Lists")

#: Instructions for cells by kind.
_FILLING = {
    CellKind.TEXT: Message("A text in the language of the column."),
    CellKind.RESOURCE: Message("A name or code of the list; in any language, or the address."),
    CellKind.DATE: Message("A year, a month or a day, as precisely as the source says: 2018, 2018-09 or 2018-09-21."),
    CellKind.BOOLEAN: Message("yes or no; empty where the source does not say."),
    CellKind.NUMBER: Message("A number in full, without units or words: 12000000."),
    CellKind.ADDRESS: Message("An address that begins with https:// or http://."),
    CellKind.SOURCE: Message(
        "Where it is described: an address that begins with https://, or the work as you would cite it."
    ),
    CellKind.CODE: Message("A code, such as EUR."),
}
#: Instructions for cells that name an organisation, which the file may describe.
_NOT_LISTED = Message(
    "An organisation that is not in the list: describe it on the sheet for organisations, then name it."
)
_SEPARATED = Message("Several: separated by semicolons.")
_ON_LINES = Message("Several: one on each line of the cell.")
_RDF = re.compile(rf"\^\^|@({'|'.join(DATA_LANGUAGES)})\b|\b(dct|gcm|skos|schema|org|foaf):|…/id/|/id/|[<>]")


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
    for language in DATA_LANGUAGES:
        advice = column.advice.best(language) or ""
        parts = [message.in_language(language) for message in messages]
        found[language] = " ".join(parts if is_about_rdf(advice) else [*parts, advice]).strip()
    return found


def is_about_rdf(advice: str) -> bool:
    """Whether advice is on writing RDF, which does not help with a spreadsheet."""
    return _RDF.search(advice) is not None


#: Title and lines of the sheet that explains the template.
GUIDE = (
    Message("How to fill in this workbook"),
    Message(
        "Each sheet describes resources of one kind, one in each row. Leave the first row with its headers as it is."
    ),
    Message("A column marked * must be filled in. Of the columns of a group marked (*), at least one must be."),
    Message(
        "Texts have a column for each language. For another language, add a column and write its code: title [es]."
    ),
    Message(
        "Countries, organisations, targets and the like are chosen from a list; you can also write a code or a name."
    ),
    _NOT_LISTED,
    Message("Leave the column “id” empty for a new resource. To add to a published one, write its address there."),
    Message("Formulas, colours and comments are not read. Check the file at /validate before you send it."),
)
#: Headers of its tables.
GUIDE_COLUMNS = (Message("Column"), Message("Needed"), Message("What to write"))
NEEDED = {ColumnNeed.REQUIRED: Message("required"), ColumnNeed.ONE_OF: Message("one of these")}
ID_FILLING = Message("Leave empty for a new resource. To add to a published one, write its address.")
OWNER_FILLING = Message("The title of a practice of this file, or the address of a published one.")
YES_NO = (Message("yes"), Message("no"))


def delimiter(language: str) -> str:
    """The delimiter of CSV files that spreadsheet programs write: a semicolon where numbers have a decimal comma."""
    return ";" if get_decimal_symbol(language) == "," else ","
