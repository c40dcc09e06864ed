"""Sheets and columns of the template, derived from the shapes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import groupby

from gcmgraph.model.kinds import DESCRIBED, KINDS
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.property_paths import Alternative, Predicate, choices
from gcmgraph.rdf.shapes import VIOLATION, Name, PropertyGroup, ShapeDefinition, sh
from gcmgraph.rdf.shapes_reader import read_shapes
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.spreadsheets.texts import TEXTS
from gcmgraph.translations import LANGUAGES

#: Languages of the columns of texts in every template. A template in another language has columns
#: of its own besides.
TEXT_LANGUAGES = ("en", "fr")

_XSD = PREFIXES["xsd"]
_LANG_STRING = IRI(PREFIXES["rdf"] + "langString")
_DATES = {IRI(_XSD + name) for name in ("gYear", "gYearMonth", "date")}
_NUMBERS = {IRI(_XSD + name) for name in ("integer", "decimal")}
_BOOLEAN = IRI(_XSD + "boolean")
#: Classes of other vocabularies whose resources have addresses of their own. They are no parts of others.
_CLASSES_WITH_ADDRESSES = frozenset(
    {
        IRI(PREFIXES["skos"] + "Concept"),
        IRI(PREFIXES["dct"] + "Location"),
        IRI(PREFIXES["eli"] + "LegalResource"),
    }
)
#: Properties that only editors state, as CURIEs.
_EDITORS_PROPERTIES = ("skos:editorialNote", "dct:dateAccepted")
#: Place of shapes and groups without `sh:order`: behind the others.
_LAST = 1000
#: Advice on writing RDF.
_ABOUT_RDF = re.compile(
    rf"\^\^|@({'|'.join(LANGUAGES)})\b|\b(dct|gcm|skos|schema|org|foaf|prov):|…/id/|/id/|[<>]"
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
    max_values: int | None = None
    classes: tuple[IRI, ...] = ()
    #: the concept scheme of the value
    scheme: IRI | None = None
    language: str | None = None
    shapes_requiring_text: tuple[IRI, ...] = ()
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
        """The sheet for readers of a language: texts have a column for this language, the first one."""
        columns: list[SheetColumn] = []
        for _, columns_of_path in groupby(self.columns, key=lambda column: column.path):
            same_path = list(columns_of_path)
            languages = {column.language for column in same_path}
            if same_path[0].kind is CellKind.TEXT and language not in languages:
                column = same_path[0].in_language(language)
                same_path.append(replace(column, shapes_requiring_text=()))
            columns += sorted(same_path, key=lambda column: column.language != language)
        return replace(self, columns=tuple(columns))

    @cached_property
    def naming_columns(self) -> tuple[SheetColumn, ...]:
        """The columns that the address of a resource is made from, the best first; of a part, any."""
        title = self.columns[0].property
        acronyms = [c for c in self.columns if c.property.value.endswith("acronym")]
        titles = [c for c in self.columns if c.property == title]
        others = [c for c in self.columns if c.property != title] if self.owner else []
        return (*acronyms, *titles, *others)


@dataclass
class _AcceptedValues:
    """Datatypes, classes and node kinds of values that shapes allow."""

    datatypes: set[IRI] = field(default_factory=set)
    classes: set[IRI] = field(default_factory=set)
    node_kinds: set[IRI] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether shapes constrain no value, but the number of values alone."""
        return not (self.datatypes or self.classes or self.node_kinds)


class SheetBook:
    """The sheets that follow from a shapes graph."""

    def __init__(self, quads: Iterable[Quad], addresses: Addresses) -> None:
        self._graph = read_shapes(quads)
        self._addresses = addresses
        self._term = Vocabulary(addresses)
        shapes = self._graph.shapes.values()
        self._shape_of = {target: shape for shape in shapes for target in shape.targets.classes}
        self._editors_properties = {self._term(curie) for curie in _EDITORS_PROPERTIES}

    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets: those of the kinds, then those of their parts."""
        types = {kind: self._term(KINDS[kind].classes[0]) for kind in DESCRIBED}
        # a dataset of an earlier release has no shapes of newer kinds
        sheets = [
            self._sheet(kind, type_) for kind, type_ in types.items() if type_ in self._shape_of
        ]
        part_sheets = [part_sheet for sheet in sheets for part_sheet in self._part_sheets(sheet)]
        return (*sheets, *part_sheets)

    def _sheet(self, kind: str, type_: IRI) -> Sheet:
        shape = self._shape_of[type_]
        columns = sorted(self._columns(shape), key=lambda column: _order(column.group))
        return Sheet(kind, type_, shape.labels, tuple(columns))

    def _part_sheets(self, owner: Sheet) -> Iterable[Sheet]:
        for path, rules in self._shapes_by_property(self._shape_of[owner.type]).items():
            for part in self._parts(rules):
                if not self._is_quantity(part):
                    kind = self._shape_of[part].name.value.rpartition("#")[2].lower()
                    yield replace(self._sheet(kind, part), owner=owner, link=path)

    def _columns(self, shape: ShapeDefinition) -> Iterable[SheetColumn]:
        alternatives = self._required_alternatives(shape)
        for path, rules in self._shapes_by_property(shape).items():
            if path in self._editors_properties:
                continue
            parts = self._parts(rules)
            if not parts:
                yield from self._value_columns(path, rules, path in alternatives)
            elif self._is_quantity(parts[0]):
                yield from self._quantity_columns(path, parts[0], rules)

    def _value_columns(
        self, path: IRI, rules: list[ShapeDefinition], is_alternative: bool
    ) -> Iterable[SheetColumn]:
        """The column of a property; of texts, one for each language; beside actions, those for reasons."""
        column = self._column(path, rules)
        if is_alternative and column.need is ColumnNeed.OPTIONAL:
            column = replace(column, need=ColumnNeed.ONE_OF)
        if column.kind is CellKind.TEXT:
            for language in TEXT_LANGUAGES:
                requiring = self._shapes_requiring_text(rules, language)
                yield replace(column.in_language(language), shapes_requiring_text=requiring)
        else:
            yield column
        if path == self._term("gcm:supportsAction"):
            yield from self._reason_columns(column)

    def _reason_columns(self, actions: SheetColumn) -> Iterable[SheetColumn]:
        """The columns for the reasons of judgements, beside that of the actions.

        The shapes state no part for them.
        """
        for language in TEXT_LANGUAGES:
            yield SheetColumn(
                path=(actions.property, self._term("gcm:rationale")),
                parts=(self._term("rdf:Statement"),),
                kind=CellKind.TEXT,
                names=Texts.of_message(TEXTS["reason"]),
                advice=Texts.of_message(TEXTS["reason-filling"]),
                language=language,
                group=actions.group,
            )

    def _quantity_columns(
        self, path: IRI, part: IRI, rules: list[ShapeDefinition]
    ) -> Iterable[SheetColumn]:
        """The columns of a quantity: one a value, side by side; of a quantity within it, without its texts."""
        quantity_names = Texts.of(pair for rule in rules for pair in rule.names.pairs)
        for column in self._columns(self._shape_of[part]):
            is_text = column.kind is CellKind.TEXT
            if column.parts and is_text:
                continue
            names = Texts.of(
                (tag, f"{quantity_names.best(tag)}: {name.split(': ')[-1]}")
                for tag, name in column.names.pairs
            )
            yield replace(
                column,
                path=(path, *column.path),
                parts=(part, *column.parts),
                names=names,
                need=ColumnNeed.OPTIONAL,
                max_values=None if is_text else column.max_values,
                group=self._group(rules),
            )

    def _group(self, rules: Iterable[ShapeDefinition]) -> PropertyGroup:
        for rule in rules:
            group = None if rule.group is None else self._graph.groups.get(rule.group)
            if group is not None:
                return group
        return _NO_GROUP

    def _column(self, path: IRI, rules: list[ShapeDefinition]) -> SheetColumn:
        accepted = self._accepted(rules)
        return SheetColumn(
            path=(path,),
            parts=(),
            kind=_kind(accepted),
            names=rules[0].names,
            advice=rules[0].descriptions,
            need=_need(rules, accepted),
            max_values=_max_values(rules),
            classes=tuple(sorted(accepted.classes, key=lambda iri: iri.value)),
            scheme=next((scheme for rule in rules for scheme in rule.see_also), None),
            group=self._group(rules),
        )

    def _shapes_requiring_text(
        self, rules: list[ShapeDefinition], language: str
    ) -> tuple[IRI, ...]:
        """The property shapes that require a text in a language."""

        def requires(rule: ShapeDefinition) -> bool:
            shapes = (self._graph.shapes.get(name) for name in rule.constraints.qualified)
            languages = [shape.constraints.languages for shape in shapes if shape]
            return (Literal(language),) in languages

        return tuple(rule.name for rule in rules if isinstance(rule.name, IRI) and requires(rule))

    def _required_alternatives(self, shape: ShapeDefinition) -> set[IRI]:
        """The properties of alternatives of which one is required."""
        properties: set[IRI] = set()
        for rule in self._graph.properties(shape):
            if rule.constraints.min_count and isinstance(rule.path, Alternative):
                properties.update(choices(rule.path) or ())
        return properties

    def _shapes_by_property(self, shape: ShapeDefinition) -> dict[IRI, list[ShapeDefinition]]:
        """The property shapes of a node shape by their property, in `sh:order`.

        Alternatives without shapes of their own are represented by the first.
        """
        shapes = sorted(
            self._graph.properties(shape), key=lambda shape: (_order(shape), str(shape.name))
        )
        shapes_by_property: dict[IRI, list[ShapeDefinition]] = {}
        for property_shape in shapes:
            if isinstance(property_shape.path, Predicate):
                shapes_by_property.setdefault(property_shape.path.iri, []).append(property_shape)
        for property_shape in shapes:
            path = property_shape.path
            alternatives = choices(path) if isinstance(path, Alternative) else None
            if alternatives and shapes_by_property.keys().isdisjoint(alternatives):
                shapes_by_property[alternatives[0]] = [property_shape]
        for shapes_of_property in shapes_by_property.values():
            # constraints on the values come before those on their number
            shapes_of_property.sort(key=lambda shape: self._accepted([shape]).is_empty)
        return shapes_by_property

    def _accepted(self, rules: Iterable[ShapeDefinition]) -> _AcceptedValues:
        """The allowed datatypes, classes and node kinds, by shapes and the shapes within them."""
        accepted = _AcceptedValues()
        waiting = list(rules)
        seen: set[Name] = set()
        while waiting:
            rule = waiting.pop()
            if rule.name in seen:
                continue
            seen.add(rule.name)
            constraints = rule.constraints
            accepted.datatypes.update(constraints.datatypes)
            accepted.classes.update(name for name in constraints.classes if isinstance(name, IRI))
            accepted.node_kinds.update(constraints.node_kinds)
            for name in (*constraints.nodes, *constraints.or_):
                inner_shape = self._graph.shapes.get(name)
                if inner_shape:
                    waiting.append(inner_shape)
        return accepted

    def _parts(self, rules: list[ShapeDefinition]) -> list[IRI]:
        """The classes of values that are parts: described with the resource, without addresses of their own."""
        ontology = self._addresses.ontology
        corridor = self._term("gcm:Corridor")
        described = self._accepted(rules).classes & self._shape_of.keys()
        parts = [
            class_
            for class_ in described - _CLASSES_WITH_ADDRESSES
            if class_ == corridor or not class_.value.startswith(ontology)
        ]
        return sorted(parts, key=lambda iri: iri.value)

    def _is_quantity(self, part: IRI) -> bool:
        """Whether a part is a quantity, so that its values are in columns of the whole."""
        return any(column.kind is CellKind.NUMBER for column in self._columns(self._shape_of[part]))


def _order(rule: ShapeDefinition | PropertyGroup) -> float:
    return _LAST if rule.order is None else rule.order


def _max_values(rules: list[ShapeDefinition]) -> int | None:
    """The smallest limit on the number of values; for texts in each language, 1."""
    constraints = [rule.constraints for rule in rules]
    if any(constraint.unique_lang for constraint in constraints):
        return 1
    limits = [c.max_count for c in constraints if c.max_count is not None]
    return min(limits, default=None)


def _need(rules: list[ShapeDefinition], accepted: _AcceptedValues) -> ColumnNeed:
    required = [rule.constraints for rule in rules if rule.severity == VIOLATION]
    if any(constraints.qualified_min_count for constraints in required):
        return ColumnNeed.ONE_OF
    if not any(constraints.min_count for constraints in required):
        return ColumnNeed.OPTIONAL
    return ColumnNeed.ONE_OF if accepted.datatypes == {_LANG_STRING} else ColumnNeed.REQUIRED


def _kind(accepted: _AcceptedValues) -> CellKind:
    datatypes = accepted.datatypes
    if accepted.classes:
        return CellKind.RESOURCE
    if sh("IRI") in accepted.node_kinds:
        return CellKind.SOURCE if datatypes else CellKind.ADDRESS
    if datatypes == {_LANG_STRING}:
        return CellKind.TEXT
    datatypes_of_kinds = {
        CellKind.DATE: _DATES,
        CellKind.NUMBER: _NUMBERS,
        CellKind.BOOLEAN: {_BOOLEAN},
    }
    for kind, datatypes_of_kind in datatypes_of_kinds.items():
        if datatypes and datatypes <= datatypes_of_kind:
            return kind
    return CellKind.CODE


def filling(column: SheetColumn, *, with_sheets: bool = True) -> dict[str, str]:
    """Instructions for the cells of a column, by language: kind and number of values, and the advice of the shape.

    Advice on how to write RDF is left out, also that on sources, whose kind says it; and without
    `with_sheets` what speaks of other sheets.
    """
    messages = [TEXTS["filling"][column.kind]]
    if column.max_values != 1:
        has_lines = column.kind in {CellKind.TEXT, CellKind.SOURCE}
        messages.append(TEXTS["on-lines" if has_lines else "separated"])
    names_organisation = any(class_.value.endswith("#Organisation") for class_ in column.classes)
    if names_organisation and with_sheets:
        messages.append(TEXTS["not-listed"])
    advice_by_language = dict(column.advice.pairs)
    instructions = {}
    for language in LANGUAGES:
        sentences = [message.in_language(language) for message in messages]
        advice = advice_by_language.get(language, "")
        if column.kind is not CellKind.SOURCE and not is_about_rdf(advice):
            sentences.append(advice)
        instructions[language] = " ".join(sentences).strip()
    return instructions


def is_about_rdf(advice: str) -> bool:
    """Whether advice is on writing RDF, which does not help with a spreadsheet.

    >>> is_about_rdf('Write the year as "2018"^^xsd:gYear.')
    True
    >>> is_about_rdf("The year in which the practice began.")
    False
    """
    return _ABOUT_RDF.search(advice) is not None
