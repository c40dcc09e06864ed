"""Constraints on cells and columns, which the reader of spreadsheets checks."""

from __future__ import annotations

from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.translations.messages import Message
from gcmgraph.validation.constraint import ExtraConstraint

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
