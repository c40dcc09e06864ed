"""The sheets of the template and their columns, as the shapes have them. Nothing about a property is typed twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.validation.report import Texts
from gcmgraph.validation.shacl.shapes_graph import ShapeTriples, sh

#: Kinds of things that contributors describe; each has a sheet, and the parts of them that hold texts have one.
KINDS = ("practice", "organisation")
#: Languages that the template has a column for; a file may have columns in others.
LANGUAGES = ("en", "fr")

_XSD, _RDF = PREFIXES["xsd"], PREFIXES["rdf"]
_TEXT = IRI(_RDF + "langString")
_DATES = {IRI(_XSD + name) for name in ("gYear", "gYearMonth", "date")}
_NUMBERS = {IRI(_XSD + name) for name in ("integer", "decimal")}
_BOOLEAN = IRI(_XSD + "boolean")
_SEE_ALSO = IRI(PREFIXES["rdfs"] + "seeAlso")
_LABEL = IRI(PREFIXES["rdfs"] + "label")


class Kind(StrEnum):
    """What a cell of a column says."""

    TEXT = "text"
    THING = "thing"
    DATE = "date"
    BOOLEAN = "boolean"
    NUMBER = "number"
    ADDRESS = "address"
    #: an address, or the citation of a work as text
    SOURCE = "source"
    CODE = "code"


class Need(StrEnum):
    """Whether a column must be filled in."""

    REQUIRED = "required"
    #: one of several columns must be
    ONE_OF = "one-of"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Column:
    """One column: the properties that lead from the thing of a row to the value, and what the value is."""

    path: tuple[IRI, ...]
    #: the classes of the parts between the thing and the value
    parts: tuple[IRI, ...]
    kind: Kind
    names: Texts
    advice: Texts
    need: Need = Need.OPTIONAL
    #: most values (of texts: in one language), where the shapes say so
    most: int | None = None
    classes: tuple[IRI, ...] = ()
    #: the concept scheme that the value is chosen from
    scheme: IRI | None = None
    language: str | None = None
    #: the shapes that ask for a text in this very language
    asking: tuple[IRI, ...] = ()

    @property
    def property(self) -> IRI:
        """The property whose value the cell is."""
        return self.path[-1]

    def in_language(self, language: str) -> Column:
        """This column for texts in a language."""
        return replace(self, language=language)


@dataclass(frozen=True)
class Sheet:
    """One sheet: a row of it describes a thing of a class."""

    kind: str
    type: IRI
    labels: Texts
    columns: tuple[Column, ...]
    #: for parts of things: the sheet of the things that have them, and the property that leads to the part
    owner: Sheet | None = None
    link: IRI | None = None

    @cached_property
    def naming(self) -> tuple[Column, ...]:
        """The columns that a thing's address is made from, the best first."""
        short = [c for c in self.columns if c.property.value.endswith("acronym")]
        title = self.columns[0].property
        return (*short, *(c for c in self.columns if c.property == title))


class SheetBook:
    """The sheets that follow from a shapes graph."""

    def __init__(self, quads: Iterable[Quad], addresses: Addresses) -> None:
        self._said = ShapeTriples(quads)
        self._addresses = addresses
        self._term = Vocabulary(addresses)
        self._of_class = {target: node for node in self._said for target in self._said.values(node, sh("targetClass"))}

    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets: those of the kinds of things, then those of their parts."""
        own = [self._sheet(kind, self._term(f"gcm:{kind.title()}")) for kind in KINDS]
        return (*own, *(part for sheet in own for part in self._part_sheets(sheet)))

    def _sheet(self, kind: str, type_: IRI) -> Sheet:
        shape = self._of_class[type_]
        return Sheet(kind, type_, self._texts([shape], _LABEL), tuple(self._columns(shape)))

    def _part_sheets(self, owner: Sheet) -> Iterable[Sheet]:
        for path, rules in self._rules(self._of_class[owner.type]).items():
            for part in self._parts(rules):
                if not self._flat(part):
                    sheet = self._sheet(str(self._of_class[part]).rstrip(">").rpartition("#")[2].lower(), part)
                    yield replace(sheet, owner=owner, link=path)

    def _columns(self, shape: Term) -> Iterable[Column]:
        required = self._one_of(shape)
        editors = {self._term(curie) for curie in _EDITORS}
        for path, rules in self._rules(shape).items():
            if path in editors:
                continue
            parts = self._parts(rules)
            if parts:
                if self._flat(parts[0]):
                    yield from self._flattened(path, parts[0], rules)
                continue
            column = self._column(path, rules)
            if column.need is Need.OPTIONAL and path in required:
                column = replace(column, need=Need.ONE_OF)
            if column.kind is Kind.TEXT:
                for language in LANGUAGES:
                    yield replace(column.in_language(language), asking=self._asking(rules, language))
            else:
                yield column

    def _flattened(self, path: IRI, part: IRI, rules: list[Term]) -> Iterable[Column]:
        """The columns of a quantity: a value each, next to each other; of a quantity within it, without its texts."""
        outer = self._texts(rules, sh("name"))
        for column in self._columns(self._of_class[part]):
            if column.parts and column.kind is Kind.TEXT:
                continue
            names = Texts.of((tag, f"{outer.best(tag)}: {name.split(': ')[-1]}") for tag, name in column.names.pairs)
            yield replace(
                column,
                path=(path, *column.path),
                parts=(part, *column.parts),
                names=names,
                need=Need.OPTIONAL,
                most=None if column.kind is Kind.TEXT else column.most,
            )

    def _column(self, path: IRI, rules: list[Term]) -> Column:
        datatypes, classes, nodes = self._accepted(rules)
        return Column(
            (path,),
            (),
            _kind(datatypes, classes, nodes),
            self._texts(rules[:1], sh("name")),
            self._texts(rules[:1], sh("description")),
            self._need(rules),
            1 if self._once_a_language(rules) else min(self._numbers(rules, "maxCount"), default=None),
            tuple(sorted(classes, key=lambda iri: iri.value)),
            next((v for rule in rules for v in self._said.values(rule, _SEE_ALSO) if isinstance(v, IRI)), None),
        )

    def _once_a_language(self, rules: list[Term]) -> bool:
        return any(self._said.says(rule, sh("uniqueLang")) for rule in rules)

    def _asking(self, rules: list[Term], language: str) -> tuple[IRI, ...]:
        def accepts(rule: Term) -> bool:
            nodes = self._said.values(rule, sh("qualifiedValueShape"))
            heads = [head for node in nodes for head in self._said.values(node, sh("languageIn"))]
            return [Literal(language)] in [list(self._said.members(head)) for head in heads]

        return tuple(rule for rule in rules if isinstance(rule, IRI) and accepts(rule))

    def _need(self, rules: list[Term]) -> Need:
        violating = [r for r in rules if self._said.values(r, sh("severity")) in ([], [sh("Violation")])]
        if any(number > 0 for number in self._numbers(violating, "qualifiedMinCount")):
            return Need.ONE_OF
        needed = any(number > 0 for number in self._numbers(violating, "minCount"))
        texts = self._accepted(rules)[0] == {_TEXT}
        return (Need.ONE_OF if texts else Need.REQUIRED) if needed else Need.OPTIONAL

    def _one_of(self, shape: Term) -> set[Term]:
        """The properties of which any one must be there."""
        found: set[Term] = set()
        for rule in self._said.values(shape, sh("property")):
            if any(number > 0 for number in self._numbers([rule], "minCount")):
                for path in self._said.values(rule, sh("path")):
                    found.update(self._alternatives(path))
        return found

    def _rules(self, shape: Term) -> dict[IRI, list[Term]]:
        """The property shapes of a node shape by their property, in `sh:order`.

        Of alternatives that have no shapes of their own, the first stands for all.
        """
        rules = sorted(self._said.values(shape, sh("property")), key=lambda rule: (self._order(rule), str(rule)))
        found: dict[IRI, list[Term]] = {}
        for rule in rules:
            for path in self._said.values(rule, sh("path")):
                if isinstance(path, IRI):
                    found.setdefault(path, []).append(rule)
        for rule in rules:
            for path in self._said.values(rule, sh("path")):
                others = [p for p in self._alternatives(path) if isinstance(p, IRI)]
                if others and not found.keys() & set(others):
                    found[others[0]] = [rule]
        for same in found.values():  # what the values are is said first, how many there must be after it
            same.sort(key=lambda rule: not any(self._accepted([rule])))
        return found

    def _alternatives(self, path: Term) -> list[Term]:
        return [one for head in self._said.values(path, sh("alternativePath")) for one in self._said.members(head)]

    def _order(self, rule: Term) -> float:
        return float(min(self._numbers([rule], "order"), default=1000))

    def _accepted(self, rules: Iterable[Term]) -> tuple[set[IRI], set[IRI], set[IRI]]:
        """The datatypes, classes and kinds of nodes that the values may have."""
        found: tuple[set[IRI], set[IRI], set[IRI]] = (set(), set(), set())
        for rule in rules:
            for into, name in zip(found, ("datatype", "class", "nodeKind"), strict=True):
                into.update(v for v in self._said.values(rule, sh(name)) if isinstance(v, IRI))
            choices = [one for head in self._said.values(rule, sh("or")) for one in self._said.members(head)]
            inner = self._accepted([*self._said.values(rule, sh("node")), *choices]) if rule not in choices else found
            for into, more in zip(found, inner, strict=True):
                into.update(more)
        return found

    def _parts(self, rules: list[Term]) -> list[IRI]:
        """The classes of the values that are parts: described with the thing, without addresses of their own."""
        ours, corridor = self._addresses.ontology, self._term("gcm:Corridor")
        described = {c for c in self._accepted(rules)[1] if c in self._of_class} - {_CONCEPT, _PLACE}
        parts = (c for c in described if c == corridor or not c.value.startswith(ours))
        return sorted(parts, key=lambda iri: iri.value)

    def _flat(self, part: IRI) -> bool:
        """Whether a part is a quantity, so that its values can stand in columns of the thing."""
        return any(column.kind is Kind.NUMBER for column in self._columns(self._of_class[part]))

    def _texts(self, nodes: Iterable[Term], predicate: IRI) -> Texts:
        found = (value for node in nodes for value in self._said.values(node, predicate))
        return Texts.of((value.language or "", value.value) for value in found if isinstance(value, Literal))

    def _numbers(self, rules: Iterable[Term], name: str) -> list[int]:
        found = (value for rule in rules for value in self._said.values(rule, sh(name)))
        return [int(value.value) for value in found if isinstance(value, Literal) and value.value.isdecimal()]


#: Classes of others whose things have addresses of their own.
_CONCEPT, _PLACE = IRI(PREFIXES["skos"] + "Concept"), IRI(PREFIXES["dct"] + "Location")

#: Properties that only editors state.
_EDITORS = ("skos:editorialNote", "dct:dateAccepted")


def _kind(datatypes: set[IRI], classes: set[IRI], nodes: set[IRI]) -> Kind:
    if classes:
        return Kind.THING
    if sh("IRI") in nodes:
        return Kind.SOURCE if datatypes else Kind.ADDRESS
    if datatypes == {_TEXT}:
        return Kind.TEXT
    for kind, among in ((Kind.DATE, _DATES), (Kind.NUMBER, _NUMBERS), (Kind.BOOLEAN, {_BOOLEAN})):
        if datatypes and datatypes <= among:
            return kind
    return Kind.CODE
