"""What the reader of spreadsheets has to say that no shape can: about cells and columns, not about values."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.errors import Place
from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.validation.paths import Predicate
from gcmgraph.validation.report import SH, Nearest, Result, Texts

_VIOLATION, _WARNING = IRI(SH + "Violation"), IRI(SH + "Warning")


@dataclass(frozen=True)
class Problem:
    """A kind of problem: its name, and what to say in English and French. `{}` stands for what it is about."""

    name: str
    message: tuple[str, str]
    hint: tuple[str, str]
    severity: IRI = _VIOLATION

    def result(
        self,
        addresses: Addresses,
        place: Place,
        focus: Term,
        said: str,
        *,
        property: IRI | None = None,
        names: Texts | None = None,
        nearest: Nearest | None = None,
    ) -> Result:
        """A result of this kind; its component is `{base}shapes#` and the name."""
        name = IRI(f"{addresses.base}shapes#{self.name}")
        return Result(
            focus=focus,
            path=Predicate(property) if property else None,
            value=Literal(said[:200]),
            component=name,
            severity=self.severity,
            source_shape=name,
            messages=_texts(self.message, said[:80]),
            hints=_texts(self.hint, said[:80]),
            names=names or Texts(),
            nearest=nearest,
            place=place,
        )


def _texts(pair: tuple[str, str], said: str) -> Texts:
    return Texts.of(zip(("en", "fr"), (text.replace("{}", said) for text in pair), strict=True))


UNKNOWN_COLUMN = Problem(
    "unknown-column",
    ("There is no column “{}” in the template; it is not read.",
     "Il n'y a pas de colonne « {} » dans le modèle ; elle n'est pas lue."),
    ("Use the headers of the template.", "Utilisez les en-têtes du modèle."),
)  # fmt: skip
NO_LANGUAGE = Problem(
    "column-without-language",
    ("The column “{}” holds texts, and does not say in which language.",
     "La colonne « {} » contient des textes, et ne dit pas dans quelle langue."),
    ("Write the language in the header: “{} [en]”, “{} [fr]”.",
     "Écrivez la langue dans l'en-tête : « {} [en] », « {} [fr] »."),
)  # fmt: skip
SAME_COLUMN = Problem(
    "same-column",
    ("There are two columns “{}”; the second is not read.",
     "Il y a deux colonnes « {} » ; la seconde n'est pas lue."),
    ("Put the values of both into one, separated by semicolons.",
     "Mettez les valeurs des deux dans une seule, séparées par des points-virgules."),
)  # fmt: skip
UNKNOWN_SHEET = Problem(
    "unknown-sheet",
    ("The sheet “{}” is not one of the template; it is not read.",
     "La feuille « {} » n'est pas du modèle ; elle n'est pas lue."),
    ("Give its first row the headers of the template, if it is to be read.",
     "Donnez à sa première ligne les en-têtes du modèle, si elle doit être lue."),
    _WARNING,
)  # fmt: skip
NO_HEADER = Problem(
    "cell-without-column",
    ("The cell stands under no header; it is not read.", "La cellule n'est sous aucun en-tête ; elle n'est pas lue."),
    ("Move it under the header that it belongs to.", "Déplacez-la sous l'en-tête dont elle relève."),
)  # fmt: skip
FAULTS = {
    "formula": Problem(
        "formula",
        ("The cell holds a formula, which is not computed here.",
         "La cellule contient une formule, qui n'est pas calculée ici."),
        ("Copy the cell and paste its value (in Excel: Paste Special, Values).",
         "Copiez la cellule et collez sa valeur (dans Excel : Collage spécial, Valeurs)."),
    ),
    "error": Problem(
        "error-value",
        ("The cell shows the error {}.", "La cellule affiche l'erreur {}."),
        ("Write the value that is meant.", "Écrivez la valeur voulue."),
    ),
    "too-long": Problem(
        "long-cell",
        ("The cell has more than 32,767 characters.", "La cellule a plus de 32 767 caractères."),
        ("Shorten it, and name the document that holds the whole as source.",
         "Raccourcissez-la, et indiquez comme source le document complet."),
    ),
}  # fmt: skip
AMBIGUOUS = Problem(
    "ambiguous-name",
    ("“{}” is the name of several things.", "« {} » est le nom de plusieurs choses."),
    ("Write the code or the address of the one that is meant.",
     "Écrivez le code ou l'adresse de celle qui est voulue."),
)  # fmt: skip
BAD_ADDRESS = Problem(
    "bad-identifier",
    ("“{}” cannot be the address of what the row describes.",
     "« {} » ne peut pas être l'adresse de ce que décrit la ligne."),
    ("Leave it empty for something new; for something published, give its address.",
     "Laissez vide pour une chose nouvelle ; pour une chose publiée, donnez son adresse."),
)  # fmt: skip
TAKEN = Problem(
    "published-already",
    ("Something is published at the address that follows from the title: {}",
     "Une chose est déjà publiée à l'adresse qui découle du titre : {}"),
    ("If it is the same, write this address into the column “id” to add to it; else change the title.",
     "S'il s'agit de la même, écrivez cette adresse dans la colonne « id » ; sinon, changez le titre."),
)  # fmt: skip
SAME_ROW = Problem(
    "same-row",
    ("An earlier row describes the same thing: {}", "Une ligne précédente décrit la même chose : {}"),
    ("Put everything about it into one row, or give it another title.",
     "Réunissez ce qui la concerne sur une ligne, ou donnez-lui un autre titre."),
)  # fmt: skip
NO_OWNER = Problem(
    "row-of-nothing",
    ("The row does not say what it is a part of, or names nothing known: “{}”.",
     "La ligne ne dit pas de quoi elle fait partie, ou ne nomme rien de connu : « {} »."),
    ("Write the title of a practice of this file, or the address of a published one.",
     "Écrivez le titre d'une pratique de ce fichier, ou l'adresse d'une pratique publiée."),
)  # fmt: skip
UNPAIRED = Problem(
    "unpaired-values",
    ("The columns that belong together have different numbers of values: {}",
     "Les colonnes qui vont ensemble n'ont pas le même nombre de valeurs : {}"),
    ("Give each value its counterpart, in the same order.",
     "Donnez à chaque valeur sa contrepartie, dans le même ordre."),
)  # fmt: skip
