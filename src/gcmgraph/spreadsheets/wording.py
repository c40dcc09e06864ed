"""Texts of the template beside those of the shapes, in English and French."""

from __future__ import annotations

import re

from gcmgraph.spreadsheets.columns import CellKind, SheetColumn

README = {"en": "Read me", "fr": "Lisez-moi"}
LISTS = {"en": "Lists", "fr": "Listes"}

#: How to fill in cells by kind.
_FILLING = {
    CellKind.TEXT: ("A text in the language of the column.", "Un texte dans la langue de la colonne."),
    CellKind.RESOURCE: (
        "A name or code of the list; in any language, or the address.",
        "Un nom ou code de la liste ; dans n'importe quelle langue, ou l'adresse.",
    ),
    CellKind.DATE: (
        "A year, a month or a day, as precisely as the source says: 2018, 2018-09 or 2018-09-21.",
        "Une année, un mois ou un jour, avec la précision de la source : 2018, 2018-09 ou 2018-09-21.",
    ),
    CellKind.BOOLEAN: (
        "yes or no; empty where the source does not say.",
        "oui ou non ; vide si la source ne le dit pas.",
    ),
    CellKind.NUMBER: (
        "A number in full, without units or words: 12000000.",
        "Un nombre en entier, sans unité ni mots : 12000000.",
    ),
    CellKind.ADDRESS: (
        "An address that begins with https:// or http://.",
        "Une adresse qui commence par https:// ou http://.",
    ),
    CellKind.SOURCE: (
        "Where it is described: an address that begins with https://, or the work as you would cite it.",
        "Où elle est décrite : une adresse qui commence par https://, ou l'ouvrage comme on le cite.",
    ),
    CellKind.CODE: ("A code, such as EUR.", "Un code, par exemple EUR."),
}
_SEVERAL = {
    False: ("Several: separated by semicolons.", "Plusieurs : séparés par des points-virgules."),
    True: ("Several: one on each line of the cell.", "Plusieurs : un par ligne de la cellule."),
}
_RDF = re.compile(r"\^\^|@(en|fr)\b|\b(dct|gcm|skos|schema|org|foaf):|…/id/|/id/|[<>]")


def filling(column: SheetColumn) -> dict[str, str]:
    """How to fill in the cells of a column, by language: kind and number of values, and the advice of the shape.

    Advice on how to write RDF is left out.
    """
    several = () if column.most == 1 else (_SEVERAL[column.kind in {CellKind.TEXT, CellKind.SOURCE}],)
    found = {}
    for number, language in enumerate(("en", "fr")):
        advice = column.advice.best(language) or ""
        parts = [_FILLING[column.kind][number], *(one[number] for one in several)]
        found[language] = " ".join(parts if _RDF.search(advice) else [*parts, advice]).strip()
    return found


#: Text of the sheet that explains the template.
GUIDE = {
    "en": (
        "How to fill in this workbook",
        "Each sheet describes resources of one kind, one in each row. Leave the first row with its headers as it is.",
        "A column marked * must be filled in. Of the columns of a group marked (*), at least one must be.",
        "Texts have a column for each language. For another language, add a column and write its code: title [es].",
        "Countries, organisations, targets and the like are chosen from a list; you can also write a code or a name.",
        "An organisation that is not in the list: describe it on the sheet for organisations, then name it.",
        "Leave the column “id” empty for a new resource. To add to a published one, write its address there.",
        "Formulas, colours and comments are not read. Check the file at /validate before you send it.",
        "Column",
        "Needed",
        "What to write",
    ),
    "fr": (
        "Comment remplir ce classeur",
        "Chaque feuille décrit des ressources d'un genre, une par ligne ; gardez la première ligne, avec ses en-têtes.",
        "Une colonne marquée * doit être remplie. Parmi celles d'un groupe marquées (*), au moins une doit l'être.",
        "Les textes ont une colonne par langue. Pour une autre langue, ajoutez une colonne avec son code : titre [es].",
        "Pays, organisations, cibles, etc. se choisissent dans une liste ; vous pouvez aussi écrire un code ou un nom.",
        "Une organisation absente de la liste : décrivez-la sur la feuille des organisations, puis nommez-la.",
        "Laissez la colonne « id » vide pour une nouvelle ressource. Pour en compléter une publiée : son adresse.",
        "Les formules, couleurs et commentaires ne sont pas lus. Vérifiez le fichier sur /validate avant de l'envoyer.",
        "Colonne",
        "Obligatoire",
        "Ce qu'il faut écrire",
    ),
}
NEEDED = {
    "en": {"required": "required", "one-of": "one of these", "optional": ""},
    "fr": {"required": "oui", "one-of": "l'une d'elles", "optional": ""},
}
ID_FILLING = {
    "en": "Leave empty for a new resource. To add to a published one, write its address.",
    "fr": "Laissez vide pour une nouvelle ressource. Pour en compléter une publiée, écrivez son adresse.",
}
OWNER_FILLING = {
    "en": "The title of a practice of this file, or the address of a published one.",
    "fr": "Le titre d'une pratique de ce fichier, ou l'adresse d'une pratique publiée.",
}
YES_NO = {"en": ("yes", "no"), "fr": ("oui", "non")}
#: Delimiters of CSV files that spreadsheet programs write, by language.
DELIMITERS = {"en": ",", "fr": ";"}
