"""Constraints on cells and columns, which the reader of spreadsheets checks."""

from __future__ import annotations

from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.validation.constraint import ExtraConstraint

UNKNOWN_COLUMN = ExtraConstraint(
    "unknown-column",
    ("There is no column “{}” in the template; it is not read.",
     "Il n'y a pas de colonne « {} » dans le modèle ; elle n'est pas lue."),
    ("Use the headers of the template.", "Utilisez les en-têtes du modèle."),
)  # fmt: skip
NO_LANGUAGE = ExtraConstraint(
    "column-without-language",
    ("The column “{}” holds texts, and does not say in which language.",
     "La colonne « {} » contient des textes, et ne dit pas dans quelle langue."),
    ("Write the language in the header: “{} [en]”, “{} [fr]”.",
     "Écrivez la langue dans l'en-tête : « {} [en] », « {} [fr] »."),
)  # fmt: skip
SAME_COLUMN = ExtraConstraint(
    "same-column",
    ("There are two columns “{}”; the second is not read.",
     "Il y a deux colonnes « {} » ; la seconde n'est pas lue."),
    ("Put the values of both into one, separated by semicolons.",
     "Mettez les valeurs des deux dans une seule, séparées par des points-virgules."),
)  # fmt: skip
UNKNOWN_SHEET = ExtraConstraint(
    "unknown-sheet",
    ("The sheet “{}” is not one of the template; it is not read.",
     "La feuille « {} » n'est pas du modèle ; elle n'est pas lue."),
    ("Give its first row the headers of the template, if it is to be read.",
     "Donnez à sa première ligne les en-têtes du modèle, si elle doit être lue."),
    WARNING,
)  # fmt: skip
NO_HEADER = ExtraConstraint(
    "cell-without-column",
    ("The cell has no header; it is not read.", "La cellule n'est sous aucun en-tête ; elle n'est pas lue."),
    ("Move it under the header that it belongs to.", "Déplacez-la sous l'en-tête dont elle relève."),
)  # fmt: skip
FAULTS = {
    "formula": ExtraConstraint(
        "formula",
        ("The cell holds a formula, which is not computed here.",
         "La cellule contient une formule, qui n'est pas calculée ici."),
        ("Copy the cell and paste its value (in Excel: Paste Special, Values).",
         "Copiez la cellule et collez sa valeur (dans Excel : Collage spécial, Valeurs)."),
    ),
    "error": ExtraConstraint(
        "error-value",
        ("The cell shows the error {}.", "La cellule affiche l'erreur {}."),
        ("Write the value that is meant.", "Écrivez la valeur voulue."),
    ),
    "too-long": ExtraConstraint(
        "long-cell",
        ("The cell has more than 32,767 characters.", "La cellule a plus de 32 767 caractères."),
        ("Shorten it, and name the document that holds the whole as source.",
         "Raccourcissez-la, et indiquez comme source le document complet."),
    ),
}  # fmt: skip
AMBIGUOUS = ExtraConstraint(
    "ambiguous-name",
    ("“{}” is the name of several resources.", "« {} » est le nom de plusieurs ressources."),
    ("Write the code or the address of the one that is meant.",
     "Écrivez le code ou l'adresse de celle qui est voulue."),
)  # fmt: skip
BAD_ADDRESS = ExtraConstraint(
    "bad-identifier",
    ("“{}” cannot be the address of what the row describes.",
     "« {} » ne peut pas être l'adresse de ce que décrit la ligne."),
    ("Leave it empty for a new resource; for a published one, write its address.",
     "Laissez vide pour une nouvelle ressource ; pour une ressource publiée, écrivez son adresse."),
)  # fmt: skip
TAKEN = ExtraConstraint(
    "published-already",
    ("A resource is already published at the address that follows from the title: {}",
     "Une ressource est déjà publiée à l'adresse qui découle du titre : {}"),
    ("If it is the same, write this address into the column “id” to add to it; else change the title.",
     "S'il s'agit de la même, écrivez cette adresse dans la colonne « id » ; sinon, changez le titre."),
)  # fmt: skip
SAME_ROW = ExtraConstraint(
    "same-row",
    ("An earlier row describes the same resource: {}", "Une ligne précédente décrit la même ressource : {}"),
    ("Put everything about it into one row, or give it another title.",
     "Réunissez ce qui la concerne sur une ligne, ou donnez-lui un autre titre."),
)  # fmt: skip
NO_OWNER = ExtraConstraint(
    "row-of-nothing",
    ("The row does not say what it is a part of, or names nothing known: “{}”.",
     "La ligne ne dit pas de quoi elle fait partie, ou ne nomme rien de connu : « {} »."),
    ("Write the title of a practice of this file, or the address of a published one.",
     "Écrivez le titre d'une pratique de ce fichier, ou l'adresse d'une pratique publiée."),
)  # fmt: skip
UNPAIRED = ExtraConstraint(
    "unpaired-values",
    ("The columns that belong together have different numbers of values: {}",
     "Les colonnes qui vont ensemble n'ont pas le même nombre de valeurs : {}"),
    ("Give each value its counterpart, in the same order.",
     "Donnez à chaque valeur sa contrepartie, dans le même ordre."),
)  # fmt: skip
