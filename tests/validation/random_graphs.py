"""Random shapes and graphs: small vocabularies, so that paths meet and constraints fail often; invented ones."""

from __future__ import annotations

from hypothesis import strategies as st

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.validation.report import Result

EX = "http://example.org/"
SH, RDF, RDFS, XSD = (PREFIXES[name] for name in ("sh", "rdf", "rdfs", "xsd"))
TYPE, SUB_CLASS_OF = IRI(RDF + "type"), IRI(RDFS + "subClassOf")


def ex(name: str) -> IRI:
    return IRI(EX + name)


def sh(name: str) -> IRI:
    return IRI(SH + name)


def integer(value: int) -> Literal:
    return Literal(str(value), datatype=IRI(XSD + "integer"))


#: Prefixes of invented shapes and graphs.
DECLARED = f"""@prefix : <{EX}> . @prefix sh: <{SH}> . @prefix rdf: <{RDF}> . @prefix rdfs: <{RDFS}> .
@prefix xsd: <{XSD}> .
"""


def parsed(text: str) -> list[Quad]:
    """The quads of a text in Turtle."""
    return list(parse_quads((DECLARED + text).encode(), TURTLE, source="test"))


def parts_of(result: Result) -> tuple[object, ...]:
    """The parts of a result that pySHACL gives."""
    return (result.focus, result.path, result.value, result.component, result.severity, result.source_shape)


TRUE = Literal("true", datatype=IRI(XSD + "boolean"))
NODES = [ex(f"n{number}") for number in range(6)]
CLASSES = [ex(f"C{number}") for number in range(4)]
PROPERTIES = [ex(f"p{number}") for number in range(4)]
LITERALS = [
    Literal("a", language="en"),
    Literal("b", language="en"),
    Literal("c", language="fr"),
    Literal("abc"),
    Literal(""),
    *(integer(value) for value in (0, 1, 5)),
    Literal("x", datatype=IRI(XSD + "integer")),
    Literal("2018", datatype=IRI(XSD + "gYear")),
    Literal("2018-05-01", datatype=IRI(XSD + "date")),
]
#: Constraints with one value, each with the statements that it may be.
SINGLE: dict[str, list[tuple[IRI, Term]]] = {
    "class": [(sh("class"), kind) for kind in CLASSES],
    "datatype": [(sh("datatype"), IRI(iri)) for iri in (XSD + "integer", XSD + "string", RDF + "langString")],
    "nodeKind": [(sh("nodeKind"), sh(kind)) for kind in ("IRI", "Literal", "BlankNodeOrIRI")],
    "pattern": [(sh("pattern"), Literal(pattern)) for pattern in ("^a", "n[0-3]", "\\S")],
    "minLength": [(sh("minLength"), integer(length)) for length in (1, 2, 3)],
    "hasValue": [(sh("hasValue"), value) for value in (*NODES, *LITERALS)],
    "range": [(sh("minInclusive"), integer(1))],
    **{name: [(sh(name), other) for other in PROPERTIES] for name in ("equals", "disjoint", "lessThan")},
    "count": [(sh(side), integer(number)) for side in ("minCount", "maxCount") for number in (1, 2)],
    "uniqueLang": [(sh("uniqueLang"), TRUE)],
}
GRAPHS = [IRI(EX + "graph/1"), IRI(EX + "graph/2")]


def statements(subjects: list[IRI | BlankNode], graphs: list[IRI]) -> st.SearchStrategy[Quad]:
    """A statement: often a type, sometimes of the class hierarchy."""
    graph, subject = st.sampled_from(graphs), st.sampled_from(subjects)
    value: st.SearchStrategy[Term] = st.one_of(st.sampled_from(subjects), st.sampled_from(LITERALS))
    return st.one_of(
        st.builds(Quad, subject, st.just(TYPE), st.sampled_from(CLASSES), graph),
        st.builds(Quad, subject, st.sampled_from(PROPERTIES), value, graph),
        st.builds(Quad, subject, st.sampled_from(PROPERTIES), value, graph),
        st.builds(Quad, subject, st.sampled_from(PROPERTIES), value, graph),
        st.builds(Quad, st.sampled_from(CLASSES), st.just(SUB_CLASS_OF), st.sampled_from(CLASSES), graph),
    )


class ShapesDrawn:
    """Draws a shapes graph without recursion: each shape refers to shapes of a level below."""

    def __init__(self, draw: st.DrawFn, *, plain: bool = False) -> None:
        self._draw = draw
        #: whether no shape looks further than the values of a property
        self._plain = plain
        self._count = 0
        self.quads: list[Quad] = []

    def shapes(self) -> tuple[Quad, ...]:
        """All quads of the shapes graph."""
        for number in range(self._draw(st.integers(1, 3))):
            shape = ex(f"Shape{number}")
            self._add(shape, TYPE, sh("NodeShape"))
            self._targets(shape)
            self._constrain(shape, depth=2, of_property=False)
        return tuple(self.quads)

    def of_class(self, target: IRI) -> tuple[Quad, ...]:
        """All quads of a shapes graph with one shape, of some properties of a class."""
        shape = ex("Shape")
        self._add(shape, TYPE, sh("NodeShape"))
        self._add(shape, sh("targetClass"), target)
        for _ in range(self._draw(st.integers(2, 5))):
            self._add(shape, sh("property"), self._property(1))
        return tuple(self.quads)

    def _add(self, subject: IRI | BlankNode, predicate: IRI, value: Term) -> None:
        self.quads.append(Quad(subject, predicate, value))

    def _pick(self, options: list) -> object:  # type: ignore[type-arg]
        return self._draw(st.sampled_from(options))

    def _fresh(self) -> BlankNode:
        self._count += 1
        return BlankNode(f"shape{self._count}")

    def _targets(self, shape: IRI) -> None:
        for _ in range(self._draw(st.integers(1, 2))):
            kind = self._pick(["targetClass", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"])
            options = {"targetClass": CLASSES, "targetNode": NODES}.get(str(kind), PROPERTIES)
            self._add(shape, sh(str(kind)), self._pick(options))  # type: ignore[arg-type]

    def _list(self, members: list[Term]) -> IRI | BlankNode:
        rest: IRI | BlankNode = IRI(RDF + "nil")
        for member in reversed(members):
            node = self._fresh()
            self._add(node, IRI(RDF + "first"), member)
            self._add(node, IRI(RDF + "rest"), rest)
            rest = node
        return rest

    def _path(self, depth: int = 2, *, inverted: bool = False) -> IRI | BlankNode:
        """A path. No sequence is inverted, which pyshacl reads in the wrong order (see `test_incremental`)."""
        kind = self._pick(["property"] * 4 + ["inverse", "sequence", "alternative", "star", "plus", "optional"])
        if self._plain and kind != "alternative":
            kind = "property"
        if kind == "property" or not depth or (kind == "sequence" and inverted):
            return self._pick(PROPERTIES)  # type: ignore[return-value]
        if kind == "sequence":
            return self._list([self._path(depth - 1), self._path(depth - 1)])
        node = self._fresh()
        if kind == "alternative":
            self._add(node, sh("alternativePath"), self._list([self._path(depth - 1), self._path(depth - 1)]))
        else:
            name = {"inverse": "inverse", "star": "zeroOrMore", "plus": "oneOrMore", "optional": "zeroOrOne"}[str(kind)]
            self._add(node, sh(f"{name}Path"), self._path(depth - 1, inverted=kind == "inverse"))
        return node

    def _property(self, depth: int) -> BlankNode:
        node = self._fresh()
        self._add(node, sh("path"), self._path())
        self._constrain(node, depth, of_property=True)
        return node

    def _inner(self, depth: int) -> BlankNode:
        """A node shape for `sh:node`, `sh:or` and their like."""
        node = self._fresh()
        self._add(node, TYPE, sh("NodeShape"))
        self._constrain(node, depth, of_property=False)
        return node

    def _constrain(self, shape: IRI | BlankNode, depth: int, *, of_property: bool) -> None:
        every = ["class", "datatype", "nodeKind", "pattern", "in", "languageIn", "minLength", "hasValue", "range"]
        paired = ["equals", "disjoint"]
        counted = ["count", "count", "uniqueLang", "lessThan", "sparql"]
        nested = ["node", "not", "or", "and", "xone"] + (["stated"] if self._plain else ["property", "property"])
        names = every + (paired + counted if of_property else ["closed"])
        if depth:
            names += nested + (["qualified"] if of_property else [])
        if (not of_property and depth == 2) if self._plain else (not of_property and depth):
            self._add(shape, sh("property"), self._property(depth - 1))
        chosen = self._draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        for name in chosen:
            self._one(shape, name, depth)
        severity = self._pick(["Violation", "Warning", "Info"])
        self._add(shape, sh("severity"), sh(str(severity)))

    def _one(self, shape: IRI | BlankNode, name: str, depth: int) -> None:
        if name in SINGLE:
            self._add(shape, *self._pick(SINGLE[name]))  # type: ignore[misc]
            return
        match name:
            case "in":
                members = self._draw(st.lists(st.sampled_from([*NODES, *LITERALS]), min_size=1, max_size=3))
                self._add(shape, sh("in"), self._list(members))
            case "languageIn":
                self._add(shape, sh("languageIn"), self._list([Literal(str(self._pick(["en", "fr"])))]))
            case "closed":
                self._add(shape, sh("closed"), TRUE)
                self._add(shape, sh("ignoredProperties"), self._list([TYPE]))
            case "sparql":
                constraint = self._fresh()
                other = self._pick(PROPERTIES)
                select = f"SELECT $this ?value {{ $this {other}/^{self._pick(PROPERTIES)} ?value . ?value a ?c }}"
                if self._plain:
                    select = f"SELECT $this ?value {{ $this {other} ?value . FILTER EXISTS {{ $this $PATH ?value }} }}"
                self._add(constraint, sh("select"), Literal(select))
                self._add(shape, sh("sparql"), constraint)
            case "property":
                self._add(shape, sh("property"), self._property(depth - 1))
            case "node" | "not":
                self._add(shape, sh(name), self._inner(depth - 1))
            case "stated":
                inner, stated = self._fresh(), self._fresh()
                self._add(shape, sh("node"), inner)
                self._add(inner, sh("property"), stated)
                self._add(stated, sh("path"), self._pick(PROPERTIES))  # type: ignore[arg-type]
                self._add(stated, sh("hasValue"), self._pick(NODES))  # type: ignore[arg-type]
            case "or" | "and" | "xone":
                self._add(shape, sh(name), self._list([self._inner(depth - 1), self._inner(depth - 1)]))
            case "qualified":
                self._add(shape, sh("qualifiedValueShape"), self._inner(depth - 1))
                self._add(shape, sh("qualifiedMinCount"), integer(1))
                if self._draw(st.booleans()):
                    self._add(shape, sh("qualifiedMaxCount"), integer(1))
                    self._add(shape, sh("qualifiedValueShapesDisjoint"), TRUE)


@st.composite
def shapes_graphs(draw: st.DrawFn) -> tuple[Quad, ...]:
    """A shapes graph over the vocabulary of this module."""
    return ShapesDrawn(draw).shapes()


MANY = [ex(f"m{number}") for number in range(9)]
_VALUES: list[Term] = [*LITERALS, *LITERALS, *NODES]


@st.composite
def lookalikes(draw: st.DrawFn) -> list[Quad]:
    """Nodes of one class that say nearly the same, about nodes that have classes of their own."""
    quads = [
        Quad(node, TYPE, kind, GRAPHS[0])
        for node in NODES
        for kind in draw(st.lists(st.sampled_from(CLASSES[1:]), max_size=1))
    ]
    about = st.tuples(st.sampled_from(PROPERTIES[:3]), st.sampled_from(NODES))
    quads += [Quad(node, *pair, GRAPHS[0]) for node in NODES for pair in draw(st.lists(about, max_size=1))]
    statement = st.tuples(st.sampled_from(PROPERTIES[:3]), st.sampled_from(_VALUES))
    model = draw(st.lists(statement, min_size=1, max_size=4))
    for node in MANY:
        said = list(model)
        if draw(st.booleans()):
            said[draw(st.integers(0, len(said) - 1))] = draw(statement)
        if draw(st.integers(0, 3)) == 0:
            said.append(draw(statement))
        quads.append(Quad(node, TYPE, CLASSES[0], GRAPHS[0]))
        quads += [Quad(node, predicate, value, GRAPHS[0]) for predicate, value in said]
        quads += [Quad(node, predicate, value, GRAPHS[1]) for predicate, value in said[:1]]
    return quads


@st.composite
def shapes_of_one_class(draw: st.DrawFn) -> tuple[Quad, ...]:
    """A shape for these nodes that looks no further than the values of properties, as ours do."""
    drawn = ShapesDrawn(draw, plain=True)
    return drawn.of_class(CLASSES[0])
