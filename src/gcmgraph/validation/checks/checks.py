"""What no shape can say: terms and things that do not exist, and what is published already.

Each check reports results of its own constraint component, `{base}shapes#` and its name (`docs/validation.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, islice
from typing import TypeGuard

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Term, Vocabulary
from gcmgraph.repository.withdrawn import is_invalidation
from gcmgraph.store.port import Store
from gcmgraph.validation.checks.rules import Rules, spelling
from gcmgraph.validation.incremental.graph_views import View
from gcmgraph.validation.labels import labels
from gcmgraph.validation.locations.statements import Statements
from gcmgraph.validation.paths import Predicate
from gcmgraph.validation.report import SH, Nearest, Result, Texts
from gcmgraph.validation.shacl.dependencies import CLASSES, TYPE
from gcmgraph.validation.shacl.path_evaluation import ends
from gcmgraph.validation.suggestions import RightValues, local_part, of_terms
from gcmgraph.validation.triples import Fact, fact

#: So many statements show that a thing is needed.
_ENOUGH = 10

_VIOLATION, _WARNING = IRI(SH + "Violation"), IRI(SH + "Warning")


@dataclass(frozen=True)
class Checked:
    """A contribution as the checks see it: triples that are new, and the graph before and after."""

    new: list[Fact]
    before: View
    after: View
    published: Store
    rules: Rules
    right: RightValues
    #: all that is contributed, and the published quads that are taken away
    added: Statements
    removed: frozenset[Quad]

    def left(
        self, subject: IRI | None = None, predicate: IRI | None = None, value: Term | None = None
    ) -> Iterator[Quad]:
        """The published quads of a pattern that stay, those that only follow from others left out."""
        inferred = IRI(self.rules.addresses.graph("inferred"))
        found = self.published.quads(subject, predicate, value)
        return (quad for quad in found if quad.graph_name != inferred and quad not in self.removed)

    @cached_property
    def said(self) -> dict[Term, dict[IRI, list[Term]]]:
        """What is new about each thing, by property."""
        said: dict[Term, dict[IRI, list[Term]]] = {}
        for subject, predicate, value in self.new:
            said.setdefault(subject, {}).setdefault(predicate, []).append(value)
        return said


@dataclass(frozen=True)
class Check:
    """A check: its name, how much its results weigh, and what it says in English and French."""

    name: str
    severity: IRI
    message: tuple[str, str]
    hint: tuple[str, str]

    def result(self, checked: Checked, focus: Term, predicate: IRI, value: Term | None, **more: object) -> Result:
        """A result of this check."""
        name = IRI(f"{checked.rules.addresses.base}shapes#{self.name}")
        return Result(
            focus=focus,
            path=Predicate(predicate),
            value=value,
            component=name,
            severity=self.severity,
            source_shape=name,
            messages=_texts(self.message),
            hints=_texts(self.hint),
            **more,  # type: ignore[arg-type]
        )


def _texts(pair: tuple[str, str]) -> Texts:
    return Texts.of(zip(("en", "fr"), pair, strict=True))


UNKNOWN_TERM = Check(
    "unknown-term",
    _VIOLATION,
    ("Our ontology has no such term.", "Notre ontologie n'a pas ce terme."),
    ("Check how it is spelled; all terms stand in the ontology.",
     "Vérifiez l'orthographe ; tous les termes figurent dans l'ontologie."),
)  # fmt: skip
THING_AS_TERM = Check(
    "thing-as-term",
    _VIOLATION,
    ("This address is for a thing, and stands in the place of a property or a class.",
     "Cette adresse est celle d'une chose, à la place d'une propriété ou d'une classe."),
    ("Write the term with its prefix: in our JSON-LD context, 'country' by itself is the prefix of countries.",
     "Écrivez le terme avec son préfixe : dans notre contexte JSON-LD, « country » seul est le préfixe des pays."),
)  # fmt: skip
MISPLACED_TERM = Check(
    "misplaced-term",
    _VIOLATION,
    ("This property is not for things of this class.", "Cette propriété n'est pas prévue pour cette classe."),
    ("Use a property that the ontology gives this class, or say it of the thing that it is true of.",
     "Utilisez une propriété que l'ontologie donne à cette classe, ou dites-le de la chose dont c'est vrai."),
)  # fmt: skip
UNKNOWN_THING = Check(
    "unknown-thing",
    _VIOLATION,
    ("There is nothing at this address of ours.", "Il n'y a rien à cette adresse de notre graphe."),
    ("Check the address, or describe the thing in the same contribution.",
     "Vérifiez l'adresse, ou décrivez la chose dans la même contribution."),
)  # fmt: skip
CLASS_OF_KIND = Check(
    "class-of-kind",
    _VIOLATION,
    ("A thing at this address must be of the class that the address names, and of no other of ours.",
     "Une chose à cette adresse doit être de la classe que l'adresse nomme, et d'aucune autre des nôtres."),
    ("Give it that class by rdf:type, or give it another address.",
     "Donnez-lui cette classe par rdf:type, ou donnez-lui une autre adresse."),
)  # fmt: skip
MISSPELT_TERM = Check(
    "misspelt-term",
    _WARNING,
    ("This differs only in spelling from a term that we use, and is not found as that term.",
     "Ceci ne diffère que par l'orthographe d'un terme que nous employons, et n'est pas trouvé comme ce terme."),
    ("Write the address of the term as its vocabulary does.",
     "Écrivez l'adresse du terme comme le fait son vocabulaire."),
)  # fmt: skip
STILL_NEEDED = Check(
    "still-needed",
    _VIOLATION,
    ("This stays, and is about a thing that would be withdrawn, or names it.",
     "Ceci reste, et porte sur une chose qui serait retirée, ou la nomme."),
    ("Keep the thing, or have those who state this withdraw it first.",
     "Gardez la chose, ou faites d'abord retirer ceci par qui l'énonce."),
)  # fmt: skip
SAME_TITLE = Check(
    "same-title-and-period",
    _WARNING,
    ("Something with this title and the same period is published already.",
     "Une chose portant ce titre et de même période est déjà publiée."),
    ("If it is the same, add to the published one instead: use its address.",
     "S'il s'agit de la même, complétez plutôt celle qui est publiée : utilisez son adresse."),
)  # fmt: skip
SAME_IDENTIFIER = Check(
    "same-identifier",
    _WARNING,
    ("Another thing is published with this identifier.", "Une autre chose est publiée avec cet identifiant."),
    ("If it is the same, add to the published one instead: use its address.",
     "S'il s'agit de la même, complétez plutôt celle qui est publiée : utilisez son adresse."),
)  # fmt: skip


def unknown_terms(checked: Checked) -> Iterator[Result]:
    """Terms in the namespace of our ontology that it does not declare."""
    terms = checked.rules.terms
    for subject, predicate, value in checked.new:
        for term in (predicate, value):
            if _is_unknown(term, checked):
                yield UNKNOWN_TERM.result(
                    checked, subject, predicate, None if term == predicate else term, nearest=of_terms(term, terms)
                )


def _is_unknown(term: Term, checked: Checked) -> TypeGuard[IRI]:
    """Whether a term is in the namespace of our ontology, which does not declare it."""
    ours = isinstance(term, IRI) and term.value.startswith(checked.rules.addresses.ontology)
    return ours and term not in checked.rules.terms


def things_as_terms(checked: Checked) -> Iterator[Result]:
    """Properties and classes at addresses of ours that are for things: `…/id/country/` is not `gcm:country`."""
    for subject, predicate, value in checked.new:
        for term in (predicate, value) if predicate == TYPE else (predicate,):
            if isinstance(term, IRI) and _kind(term, checked)[0]:
                yield THING_AS_TERM.result(
                    checked,
                    subject,
                    predicate,
                    None if term == predicate else term,
                    nearest=of_terms(term, checked.rules.classes if predicate == TYPE else checked.rules.properties),
                )


def misspelt_terms(checked: Checked) -> Iterator[Result]:
    """Properties and classes that are terms of the shapes but for `http` or `https`, `www.`, and `/` or `#`."""
    terms = checked.rules.spellings
    for subject, predicate, value in checked.new:
        for term in (predicate, value) if predicate == TYPE else (predicate,):
            right = terms.get(spelling(term)) if isinstance(term, IRI) else None
            if right is not None and right != term:
                yield MISSPELT_TERM.result(
                    checked, subject, predicate, None if term == predicate else term, nearest=Nearest(right, Texts())
                )


def classes_of_kinds(checked: Checked) -> Iterator[Result]:
    """Practices and organisations, by their address, that have not the class of their kind, or have another of ours.

    A class that our ontology does not have is told as that.
    """
    for subject, said in checked.said.items():
        kind, part = _kind(subject, checked)
        if part or kind not in _DESCRIBED:
            continue
        right = IRI(checked.rules.addresses.expand(_DESCRIBED[kind]))
        given = said.get(TYPE, [])
        wrong: list[Term | None] = [value for value in given if value in checked.rules.terms and value != right]
        if not wrong and right not in checked.after.objects(subject, TYPE):
            wrong = [value for value in given if not _is_unknown(value, checked)] if given else [None]
        for value in wrong:
            nearest = Nearest(right, checked.rules.terms.get(right, Texts()))
            yield CLASS_OF_KIND.result(checked, subject, TYPE, value, nearest=nearest)


def _kind(thing: Term, checked: Checked) -> tuple[str, bool]:
    """The kind that an address of ours names, empty for other addresses, and whether it is that of a part."""
    start = f"{checked.rules.addresses.base}id/"
    if not isinstance(thing, IRI) or not thing.value.startswith(start):
        return "", False
    return thing.value.removeprefix(start).partition("/")[0], "#" in thing.value


def misplaced_terms(checked: Checked) -> Iterator[Result]:
    """Properties of our ontology on things of none of the classes, or classes below them, that they are for."""
    domains = checked.rules.domains
    for subject, said in checked.said.items():
        limited = [predicate for predicate in said if predicate in domains]
        classes = ends(checked.after, CLASSES, {subject}) if limited else set()
        for predicate in limited:
            if classes and domains[predicate].isdisjoint(classes):
                for value in said[predicate]:
                    yield MISPLACED_TERM.result(checked, subject, predicate, value)


def unknown_things(checked: Checked) -> Iterator[Result]:
    """Addresses of ours that nothing is said about, neither published nor in the contribution."""
    exists = cache(lambda thing: _exists(thing, checked))
    for subject, predicate, value in checked.new:
        if isinstance(value, IRI) and predicate != TYPE and _kind(value, checked)[0] and not exists(value):
            yield UNKNOWN_THING.result(checked, subject, predicate, value, nearest=_of_kind(value, checked))


def _exists(thing: IRI, checked: Checked) -> bool:
    """Whether something is said about a thing after the change; that it was withdrawn does not count."""
    if not checked.removed and checked.after.objects(thing, TYPE):
        return True  # what shapes have asked already is known at once
    addresses = checked.rules.addresses
    return thing in checked.added.subjects or any(not is_invalidation(q, addresses) for q in checked.left(thing))


def still_needed(checked: Checked) -> Iterator[Result]:
    """What stays of things of ours that would lose their class: what others say about them, and where they name them.

    Only these things are asked about; of each, the first few statements are enough.
    """
    had, have = (
        {quad.subject for quad in quads if quad.predicate == TYPE} for quads in (checked.removed, checked.added)
    )
    ours = {each for each in had - have if isinstance(each, IRI) and _kind(each, checked)[0]}
    for thing in sorted(ours, key=lambda each: each.value):
        if not any(checked.left(thing, TYPE)):
            for quad in islice(chain(checked.left(thing), checked.left(value=thing)), _ENOUGH):
                subject, predicate, value = fact(quad)
                yield STILL_NEEDED.result(checked, subject, predicate, value)


def _of_kind(thing: IRI, checked: Checked) -> Nearest | None:
    """The nearest thing of the kind that the address names, where that is a list to choose from."""
    if (term := _CLASSES.get(_kind(thing, checked)[0])) is None:
        return None
    return checked.right.of_classes(local_part(thing), [IRI(checked.rules.addresses.expand(term))])


#: Kinds of things that most who name one do not describe themselves.
_CLASSES = {
    "organisation": "gcm:Organisation",
    "action": "gcm:Action",
    "country": "gcm:Country",
    "place": "dct:Location",
    "instrument": "gcm:LegalInstrument",
    "objective": "gcm:Objective",
    "sdg": "gcm:SdgTarget",
    "source": "gcm:SourceDocument",
}


#: Kinds of things that contributors describe.
_DESCRIBED = {"practice": "gcm:Practice", "organisation": "gcm:Organisation"}


def same_titles(checked: Checked) -> Iterator[Result]:
    """New practices that have the title and the period of a published one."""
    term = Vocabulary(checked.rules.addresses)
    for subject, predicate, value in checked.new:
        if predicate == term("dct:title") and term("gcm:Practice") in checked.said[subject].get(TYPE, ()):
            for other in checked.before.subjects(predicate, value):
                alike = all(
                    set(checked.after.objects(other, name)) == set(checked.after.objects(subject, name))
                    for name in (term("schema:startDate"), term("schema:endDate"))
                )
                if other != subject and alike and _same_class(subject, other, checked.after):
                    yield SAME_TITLE.result(checked, subject, predicate, value, expected=_named(other, checked))


def same_identifiers(checked: Checked) -> Iterator[Result]:
    """Things with an identifier elsewhere that a published thing of the same class has."""
    term = Vocabulary(checked.rules.addresses)
    identifying = {term(name) for name in ("skos:exactMatch", "owl:sameAs", "dct:identifier", "schema:identifier")}
    for subject, predicate, value in checked.new:
        if predicate in identifying:
            for other in checked.before.subjects(predicate, value):
                if other != subject and _same_class(subject, other, checked.after):
                    yield SAME_IDENTIFIER.result(checked, subject, predicate, value, expected=_named(other, checked))


def _same_class(one: Term, other: Term, graph: View) -> bool:
    return not set(graph.objects(one, TYPE)).isdisjoint(graph.objects(other, TYPE))


def _named(thing: IRI | BlankNode, checked: Checked) -> Texts:
    """A thing by its name in each language, and its address."""
    called = labels(checked.before, thing).pairs or (("", ""),)
    return Texts.of((language, f"{name} <{thing.value}>".strip()) for language, name in called)


def published_instead(result: Result, checked: Checked) -> Texts:
    """What the published graph says where a contribution says another thing and only one may be said."""
    if not isinstance(result.path, Predicate) or result.component.value not in _ONE_ONLY:
        return Texts()
    said = checked.before.objects(result.focus, result.path.iri)
    added = checked.said.get(result.focus, {}).get(result.path.iri, [])
    if not said or not added:
        return Texts()
    if result.component.value.endswith("UniqueLangConstraintComponent"):
        tags = {value.language for value in added if isinstance(value, Literal)}
        said = [value for value in said if isinstance(value, Literal) and value.language in tags]
    return Texts.of(
        [("", ", ".join(sorted(f"“{value.value}”" if isinstance(value, Literal) else str(value) for value in said)))]
    )


_ONE_ONLY = {f"{SH}MaxCountConstraintComponent", f"{SH}UniqueLangConstraintComponent"}

CHECKS: tuple[Callable[[Checked], Iterator[Result]], ...] = (
    unknown_terms,
    things_as_terms,
    misspelt_terms,
    classes_of_kinds,
    still_needed,
    misplaced_terms,
    unknown_things,
    same_titles,
    same_identifiers,
)
