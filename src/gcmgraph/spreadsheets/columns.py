"""Sheets and columns of the template, derived from the shapes, and the texts beside those of the shapes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from itertools import groupby
from typing import Any

from gcmgraph.model.kinds import DESCRIBED, KINDS
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.shapes import (
    VIOLATION,
    Alternative,
    Name,
    Predicate,
    PropertyGroup,
    ShapeDefinition,
    Texts,
    choices,
    read_shapes,
    sh,
)
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.translations import LANGUAGES, TemplateMessage

#: Languages of the columns of texts in every template. A template in another language has columns
#: of its own besides.
TEXT_LANGUAGES = ("en", "fr")

_XSD, _RDF = PREFIXES["xsd"], PREFIXES["rdf"]
_TEXT = IRI(_RDF + "langString")
_DATES = {IRI(_XSD + name) for name in ("gYear", "gYearMonth", "date")}
_NUMBERS = {IRI(_XSD + name) for name in ("integer", "decimal")}
_BOOLEAN = IRI(_XSD + "boolean")


def _messages(texts: Any) -> Any:
    """Texts as messages, in the lists and tables that they are in."""
    match texts:
        case str():
            return TemplateMessage(texts)
        case list():
            return tuple(map(_messages, texts))
    return {name: _messages(text) for name, text in texts.items()}


#: Texts of the template beside those of the shapes.
TEXTS = _messages(tomllib.loads((files("gcmgraph.spreadsheets") / "texts.toml").read_text("utf-8")))
#: Advice on writing RDF.
_ABOUT_RDF = re.compile(
    rf"\^\^|@({'|'.join(LANGUAGES)})\b|\b(dct|gcm|skos|schema|org|foaf):|…/id/|/id/|[<>]"
)

#: The group of columns without one.
_NO_GROUP = PropertyGroup()


class CellKind(StrEnum):
    """The kind of value in the cells of a column."""

    TEXT = "text"
    RESOURCE = "thing"
    DATE = "date"
    BOOLEAN = "boolean"
    NUMBER = "number"
    ADDRESS = "address"
    #: an address, or the citation of a work as text
    SOURCE = "source"
    CODE = "code"


class ColumnNeed(StrEnum):
    """Whether a column is required."""

    REQUIRED = "required"
    #: one of several columns is required
    ONE_OF = "one-of"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class SheetColumn:
    """One column: the properties from the resource of a row to the value, and the kind of value."""

    path: tuple[IRI, ...]
    #: the classes of the parts between the resource and the value
    parts: tuple[IRI, ...]
    kind: CellKind
    names: Texts
    advice: Texts
    need: ColumnNeed = ColumnNeed.OPTIONAL
    #: limit on the number of values (of texts: in one language)
    most: int | None = None
    classes: tuple[IRI, ...] = ()
    #: the concept scheme of the value
    scheme: IRI | None = None
    language: str | None = None
    #: the shapes that require a text in this language
    asking: tuple[IRI, ...] = ()
    #: the group of the column
    group: PropertyGroup = _NO_GROUP

    @property
    def property(self) -> IRI:
        """The property of the value."""
        return self.path[-1]

    def in_language(self, language: str) -> SheetColumn:
        """The column for texts in a language."""
        return replace(self, language=language)


@dataclass(frozen=True)
class Sheet:
    """One sheet, each row of which describes a resource of a class."""

    kind: str
    type: IRI
    labels: Texts
    columns: tuple[SheetColumn, ...]
    #: for parts: the sheet of the whole, and the property from the whole to the part
    owner: Sheet | None = None
    link: IRI | None = None

    def in_language(self, language: str) -> Sheet:
        """The sheet for readers of a language: texts have a column for it, too, the first one."""
        columns: list[SheetColumn] = []
        for _, same in groupby(self.columns, key=lambda column: column.path):
            ones = list(same)
            if ones[0].kind is CellKind.TEXT and language not in {one.language for one in ones}:
                ones.append(replace(ones[0].in_language(language), asking=()))
            columns += sorted(ones, key=lambda one: one.language != language)
        return replace(self, columns=tuple(columns))

    @cached_property
    def naming(self) -> tuple[SheetColumn, ...]:
        """The columns that the address of a resource is made from, the best first; of a part, any."""
        short = [c for c in self.columns if c.property.value.endswith("acronym")]
        title = self.columns[0].property
        others = [c for c in self.columns if self.owner and c.property != title]
        return (*short, *(c for c in self.columns if c.property == title), *others)


class SheetBook:
    """The sheets that follow from a shapes graph."""

    def __init__(self, quads: Iterable[Quad], addresses: Addresses) -> None:
        self._graph = read_shapes(quads)
        self._addresses = addresses
        self._term = Vocabulary(addresses)
        shapes = self._graph.shapes.values()
        self._of_class = {target: shape for shape in shapes for target in shape.targets.classes}
        self._editors = {self._term(curie) for curie in _EDITORS}

    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets: those of the kinds, then those of their parts."""
        # a dataset of an earlier release has no shapes of newer kinds
        types = {kind: self._term(KINDS[kind].classes[0]) for kind in DESCRIBED}
        own = [self._sheet(kind, type_) for kind, type_ in types.items() if type_ in self._of_class]
        return (*own, *(part for sheet in own for part in self._part_sheets(sheet)))

    def _sheet(self, kind: str, type_: IRI) -> Sheet:
        shape = self._of_class[type_]
        columns = sorted(self._columns(shape), key=lambda column: _order(column.group))
        return Sheet(kind, type_, shape.labels, tuple(columns))

    def _part_sheets(self, owner: Sheet) -> Iterable[Sheet]:
        for path, rules in self._rules(self._of_class[owner.type]).items():
            for part in self._parts(rules):
                if not self._is_quantity(part):
                    kind = self._of_class[part].name.value.rpartition("#")[2].lower()
                    yield replace(self._sheet(kind, part), owner=owner, link=path)

    def _columns(self, shape: ShapeDefinition) -> Iterable[SheetColumn]:
        alternatives = self._alternatives(shape)
        for path, rules in self._rules(shape).items():
            if path in self._editors:
                continue
            parts = self._parts(rules)
            if parts:
                if self._is_quantity(parts[0]):
                    yield from self._flattened(path, parts[0], rules)
                continue
            column = replace(self._column(path, rules), group=self._group(rules))
            if column.need is ColumnNeed.OPTIONAL and path in alternatives:
                column = replace(column, need=ColumnNeed.ONE_OF)
            if column.kind is CellKind.TEXT:
                for language in TEXT_LANGUAGES:
                    yield replace(
                        column.in_language(language), asking=self._asking(rules, language)
                    )
            else:
                yield column
            if path == self._term("gcm:supportsAction"):
                yield from self._reasons(column)

    def _reasons(self, actions: SheetColumn) -> Iterable[SheetColumn]:
        """The columns for the reasons of judgements, beside that of the actions: the shapes state no part for them."""
        names, advice = (Texts.of_message(TEXTS[name]) for name in ("reason", "reason-filling"))
        path, parts = (
            (actions.property, self._term("gcm:rationale")),
            (self._term("rdf:Statement"),),
        )
        for language in TEXT_LANGUAGES:
            yield SheetColumn(
                path, parts, CellKind.TEXT, names, advice, language=language, group=actions.group
            )

    def _flattened(
        self, path: IRI, part: IRI, rules: list[ShapeDefinition]
    ) -> Iterable[SheetColumn]:
        """The columns of a quantity: one a value, side by side; of a quantity within it, without its texts."""
        outer = Texts.of(pair for rule in rules for pair in rule.names.pairs)
        for column in self._columns(self._of_class[part]):
            if column.parts and column.kind is CellKind.TEXT:
                continue
            names = Texts.of(
                (tag, f"{outer.best(tag)}: {name.split(': ')[-1]}")
                for tag, name in column.names.pairs
            )
            yield replace(
                column,
                path=(path, *column.path),
                parts=(part, *column.parts),
                names=names,
                need=ColumnNeed.OPTIONAL,
                most=None if column.kind is CellKind.TEXT else column.most,
                group=self._group(rules),
            )

    def _group(self, rules: Iterable[ShapeDefinition]) -> PropertyGroup:
        named = (self._graph.groups.get(rule.group) for rule in rules if rule.group is not None)
        return next((group for group in named if group is not None), _NO_GROUP)

    def _column(self, path: IRI, rules: list[ShapeDefinition]) -> SheetColumn:
        accepted = self._accepted(rules)
        constraints = [rule.constraints for rule in rules]
        once_a_language = any(one.unique_lang for one in constraints)
        most = min(
            (one.max_count for one in constraints if one.max_count is not None), default=None
        )
        return SheetColumn(
            (path,),
            (),
            _kind(accepted),
            rules[0].names,
            rules[0].descriptions,
            _need(rules, accepted),
            1 if once_a_language else most,
            tuple(sorted(accepted.classes, key=lambda iri: iri.value)),
            next((scheme for rule in rules for scheme in rule.see_also), None),
        )

    def _asking(self, rules: list[ShapeDefinition], language: str) -> tuple[IRI, ...]:
        def accepts(rule: ShapeDefinition) -> bool:
            shapes = (self._graph.shapes.get(name) for name in rule.constraints.qualified)
            return any(
                shape and shape.constraints.languages == (Literal(language),) for shape in shapes
            )

        return tuple(rule.name for rule in rules if isinstance(rule.name, IRI) and accepts(rule))

    def _alternatives(self, shape: ShapeDefinition) -> set[IRI]:
        """The properties of alternatives of which one is required."""
        required = (
            rule.path for rule in self._graph.properties(shape) if rule.constraints.min_count
        )
        return {
            iri for path in required if isinstance(path, Alternative) for iri in choices(path) or ()
        }

    def _rules(self, shape: ShapeDefinition) -> dict[IRI, list[ShapeDefinition]]:
        """The property shapes of a node shape by their property, in `sh:order`.

        Alternatives without shapes of their own are represented by the first.
        """
        rules = sorted(
            self._graph.properties(shape), key=lambda rule: (_order(rule), str(rule.name))
        )
        found: dict[IRI, list[ShapeDefinition]] = {}
        for rule in rules:
            if isinstance(rule.path, Predicate):
                found.setdefault(rule.path.iri, []).append(rule)
        for rule in rules:
            others = choices(rule.path) if isinstance(rule.path, Alternative) else None
            if others and found.keys().isdisjoint(others):
                found[others[0]] = [rule]
        for same in found.values():  # constraints on the values come before those on their number
            same.sort(key=lambda rule: not self._accepted([rule]))
        return found

    def _accepted(self, rules: Iterable[ShapeDefinition]) -> _Accepted:
        """The allowed datatypes, classes and node kinds, by shapes and the shapes within them."""
        found = _Accepted()
        waiting = list(rules)
        seen: set[Name] = set()
        while waiting:
            rule = waiting.pop()
            if rule.name in seen:
                continue
            seen.add(rule.name)
            constraints = rule.constraints
            found.datatypes.update(constraints.datatypes)
            found.classes.update(one for one in constraints.classes if isinstance(one, IRI))
            found.node_kinds.update(constraints.node_kinds)
            inner = (
                self._graph.shapes.get(name) for name in (*constraints.nodes, *constraints.or_)
            )
            waiting += [shape for shape in inner if shape]
        return found

    def _parts(self, rules: list[ShapeDefinition]) -> list[IRI]:
        """The classes of values that are parts: described with the resource, without addresses of their own."""
        ours, corridor = self._addresses.ontology, self._term("gcm:Corridor")
        described = {c for c in self._accepted(rules).classes if c in self._of_class} - {
            _CONCEPT,
            _PLACE,
            _LAW,
        }
        parts = (c for c in described if c == corridor or not c.value.startswith(ours))
        return sorted(parts, key=lambda iri: iri.value)

    def _is_quantity(self, part: IRI) -> bool:
        """Whether a part is a quantity, so that its values are in columns of the whole."""
        return any(column.kind is CellKind.NUMBER for column in self._columns(self._of_class[part]))


#: Classes of other vocabularies whose resources have addresses of their own.
_CONCEPT, _PLACE = IRI(PREFIXES["skos"] + "Concept"), IRI(PREFIXES["dct"] + "Location")
_LAW = IRI(PREFIXES["eli"] + "LegalResource")

#: Properties that only editors state.
_EDITORS = ("skos:editorialNote", "dct:dateAccepted")


@dataclass
class _Accepted:
    """Datatypes, classes and node kinds of values."""

    datatypes: set[IRI] = field(default_factory=set)
    classes: set[IRI] = field(default_factory=set)
    node_kinds: set[IRI] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.datatypes or self.classes or self.node_kinds)


def _order(rule: ShapeDefinition | PropertyGroup) -> float:
    return 1000 if rule.order is None else rule.order


def _need(rules: list[ShapeDefinition], accepted: _Accepted) -> ColumnNeed:
    violating = [rule.constraints for rule in rules if rule.severity == VIOLATION]
    if any(one.qualified_min_count for one in violating):
        return ColumnNeed.ONE_OF
    if not any(one.min_count for one in violating):
        return ColumnNeed.OPTIONAL
    return ColumnNeed.ONE_OF if accepted.datatypes == {_TEXT} else ColumnNeed.REQUIRED


def _kind(accepted: _Accepted) -> CellKind:
    datatypes = accepted.datatypes
    if accepted.classes:
        return CellKind.RESOURCE
    if sh("IRI") in accepted.node_kinds:
        return CellKind.SOURCE if datatypes else CellKind.ADDRESS
    if datatypes == {_TEXT}:
        return CellKind.TEXT
    kinds = ((CellKind.DATE, _DATES), (CellKind.NUMBER, _NUMBERS), (CellKind.BOOLEAN, {_BOOLEAN}))
    return next((kind for kind, among in kinds if datatypes and datatypes <= among), CellKind.CODE)


def filling(column: SheetColumn) -> dict[str, str]:
    """Instructions for the cells of a column, by language: kind and number of values, and the advice of the shape.

    Advice on how to write RDF is left out.
    """
    messages = [TEXTS["filling"][column.kind]]
    if column.most != 1:
        messages.append(
            TEXTS["on-lines" if column.kind in {CellKind.TEXT, CellKind.SOURCE} else "separated"]
        )
    if any(kind.value.endswith("#Organisation") for kind in column.classes):
        messages.append(TEXTS["not-listed"])
    found = {}
    for language in LANGUAGES:
        advice = dict(column.advice.pairs).get(language, "")
        parts = [message.in_language(language) for message in messages]
        found[language] = " ".join(parts if is_about_rdf(advice) else [*parts, advice]).strip()
    return found


def is_about_rdf(advice: str) -> bool:
    """Whether advice is on writing RDF, which does not help with a spreadsheet."""
    return _ABOUT_RDF.search(advice) is not None
