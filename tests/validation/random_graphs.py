"""Random shapes and graphs: small vocabularies, so that paths meet and constraints fail often; invented ones."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term, typed
from gcmgraph.validation.report import Result

EX = "http://example.org/"
TYPE, SUB_CLASS_OF = IRI(PREFIXES["rdf"] + "type"), IRI(PREFIXES["rdfs"] + "subClassOf")
#: Prefixes of invented shapes and graphs.
DECLARED = f"@prefix : <{EX}> ." + "".join(
    f"@prefix {name}: <{PREFIXES[name]}> ." for name in ("sh", "rdf", "rdfs", "xsd")
)


def ex(name: str) -> IRI:
    return IRI(EX + name)


def parsed(text: str) -> list[Quad]:
    """The quads of a text in Turtle."""
    return list(parse_quads((DECLARED + text).encode(), TURTLE, source="test"))


def parts_of(result: Result) -> tuple[object, ...]:
    """The parts of a result that pySHACL gives."""
    return (
        result.focus,
        result.path,
        result.value,
        result.component,
        result.severity,
        result.source_shape,
    )


NODES = [ex(f"n{number}") for number in range(6)]
CLASSES = [ex(f"C{number}") for number in range(4)]
PROPERTIES = [ex(f"p{number}") for number in range(4)]
LITERALS = [
    *(
        Literal(value, language=language)
        for value, language in (("a", "en"), ("b", "en"), ("c", "fr"))
    ),
    *map(Literal, ("abc", "")),
    *(typed(value, "integer") for value in ("0", "1", "5", "x")),
    *(typed("2018", "gYear"), typed("2018-05-01", "date")),
]
#: Constraints with one value, each with the statements that it may be.
SINGLE = {
    "class": [f"sh:class {kind}" for kind in CLASSES],
    "datatype": [f"sh:datatype {name}" for name in ("xsd:integer", "xsd:string", "rdf:langString")],
    "nodeKind": [f"sh:nodeKind sh:{kind}" for kind in ("IRI", "Literal", "BlankNodeOrIRI")],
    "pattern": [f'sh:pattern "{pattern}"' for pattern in ("^a", "n[0-3]", r"\\S")],
    "minLength": [f"sh:minLength {length}" for length in (1, 2, 3)],
    "hasValue": [f"sh:hasValue {value}" for value in (*NODES, *LITERALS)],
    "range": ["sh:minInclusive 1"],
    **{
        name: [f"sh:{name} {other}" for other in PROPERTIES]
        for name in ("equals", "disjoint", "lessThan")
    },
    "count": [f"sh:{side} {number}" for side in ("minCount", "maxCount") for number in (1, 2)],
    "uniqueLang": ["sh:uniqueLang true"],
    "languageIn": [f'sh:languageIn ( "{tag}" )' for tag in ("en", "fr")],
    "stated": [
        f"sh:node [ sh:property [ sh:path {p} ; sh:hasValue {node} ] ]"
        for p in PROPERTIES
        for node in NODES
    ],
}
GRAPHS = [IRI(EX + "graph/1"), IRI(EX + "graph/2")]


def statements(subjects: list[IRI | BlankNode], graphs: list[IRI]) -> st.SearchStrategy[Quad]:
    """A statement: often a type, sometimes of the class hierarchy."""
    graph, subject = st.sampled_from(graphs), st.sampled_from(subjects)
    value: st.SearchStrategy[Term] = st.one_of(st.sampled_from(subjects), st.sampled_from(LITERALS))
    stated = st.builds(Quad, subject, st.sampled_from(PROPERTIES), value, graph)
    typed = st.builds(Quad, subject, st.just(TYPE), st.sampled_from(CLASSES), graph)
    below = st.builds(
        Quad, st.sampled_from(CLASSES), st.just(SUB_CLASS_OF), st.sampled_from(CLASSES), graph
    )
    return st.one_of(typed, stated, stated, stated, below)


class ShapesDrawn:
    """Draws shapes in Turtle without recursion: each shape refers to shapes of a level below."""

    def __init__(self, draw: st.DrawFn, *, plain: bool = False) -> None:
        self._draw = draw
        #: whether no shape looks further than the values of a property
        self._plain = plain

    def shapes(self) -> str:
        """Shapes with targets."""
        numbers = range(self._draw(st.integers(1, 3)))
        return "".join(
            f":Shape{n} a sh:NodeShape ; {self._targets()} ; {self._constraints(2)} ."
            for n in numbers
        )

    def of_class(self, target: IRI) -> str:
        """A shape of some properties of a class."""
        properties = [self._property(1) for _ in range(self._draw(st.integers(2, 5)))]
        return f":Shape a sh:NodeShape ; sh:targetClass {target} ; {' ; '.join(properties)} ."

    def _pick(self, options: Sequence[object]) -> str:
        return str(self._draw(st.sampled_from(options)))

    def _targets(self) -> str:
        return " ; ".join(
            f"sh:targetClass {self._pick(CLASSES)}" for _ in range(self._draw(st.integers(1, 2)))
        )

    def _path(self, depth: int = 2, *, inverted: bool = False) -> str:
        """A path.

        No sequence is inverted, which pyshacl reads in the wrong order
        (`test_inverse_of_a_sequence_is_followed_from_its_end`).
        """
        kinds = [
            "inversePath",
            "sequence",
            "alternative",
            "zeroOrMorePath",
            "oneOrMorePath",
            "zeroOrOnePath",
        ]
        kind = self._pick(["property"] * 4 + kinds)
        if self._plain and kind != "alternative":
            kind = "property"
        if kind == "property" or not depth or (kind == "sequence" and inverted):
            return self._pick(PROPERTIES)
        if kind in {"sequence", "alternative"}:
            steps = f"( {self._path(depth - 1)} {self._path(depth - 1)} )"
            return steps if kind == "sequence" else f"[ sh:alternativePath {steps} ]"
        return f"[ sh:{kind} {self._path(depth - 1, inverted=kind == 'inversePath')} ]"

    def _property(self, depth: int) -> str:
        return (
            f"sh:property [ sh:path {self._path()} ; {self._constraints(depth, of_property=True)} ]"
        )

    def _inner(self, depth: int) -> str:
        """A node shape for `sh:node`, `sh:or` and their like."""
        return f"[ a sh:NodeShape ; {self._constraints(depth)} ]"

    def _constraints(self, depth: int, *, of_property: bool = False) -> str:
        names = [
            "class",
            "datatype",
            "nodeKind",
            "pattern",
            "in",
            "languageIn",
            "minLength",
            "hasValue",
            "range",
        ]
        counted = ["equals", "disjoint", "count", "count", "uniqueLang", "lessThan", "sparql"]
        names += counted if of_property else []
        if depth:
            names += ["node", "not", "or", "and", "xone"] + (
                ["stated"] if self._plain else ["property", "property"]
            )
            names += ["qualified"] if of_property else []
        chosen = self._draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        found = [self._constraint(name, depth) for name in chosen]
        if not of_property and depth >= (2 if self._plain else 1):
            found.append(self._property(depth - 1))
        return " ; ".join(
            [*found, f"sh:severity sh:{self._pick(['Violation', 'Warning', 'Info'])}"]
        )

    def _constraint(self, name: str, depth: int) -> str:
        if name in SINGLE:
            return self._pick(SINGLE[name])
        match name:
            case "in":
                members = self._draw(
                    st.lists(st.sampled_from([*NODES, *LITERALS]), min_size=1, max_size=3)
                )
                return f"sh:in ( {' '.join(map(str, members))} )"
            case "sparql":
                first, second = self._pick(PROPERTIES), self._pick(PROPERTIES)
                select = f"SELECT $this ?value {{ $this {first}/^{second} ?value . ?value a ?c }}"
                if self._plain:
                    select = f"SELECT $this ?value {{ $this {first} ?value . FILTER EXISTS {{ $this $PATH ?value }} }}"
                return f'sh:sparql [ sh:select "{select}" ]'
            case "property":
                return self._property(depth - 1)
            case "node" | "not":
                return f"sh:{name} {self._inner(depth - 1)}"
            case "or" | "and" | "xone":
                return f"sh:{name} ( {self._inner(depth - 1)} {self._inner(depth - 1)} )"
        more = self._pick(["", " ; sh:qualifiedMaxCount 1"])
        return f"sh:qualifiedValueShape {self._inner(depth - 1)} ; sh:qualifiedMinCount 1{more}"


@st.composite
def shapes_graphs(draw: st.DrawFn) -> tuple[Quad, ...]:
    """A shapes graph over the vocabulary of this module."""
    return tuple(parsed(ShapesDrawn(draw).shapes()))


@st.composite
def shapes_of_one_class(draw: st.DrawFn) -> tuple[Quad, ...]:
    """A shape of the nodes of `lookalikes` that looks no further than the values of properties, as ours do."""
    return tuple(parsed(ShapesDrawn(draw, plain=True).of_class(CLASSES[0])))


@st.composite
def lookalikes(draw: st.DrawFn) -> list[Quad]:
    """Nodes of one class with nearly equal statements, about nodes that have classes of their own."""
    about = st.tuples(st.sampled_from(PROPERTIES[:3]), st.sampled_from(NODES))
    quads = [
        Quad(node, *pair, GRAPHS[0])
        for node in NODES
        for pair in [
            *((TYPE, kind) for kind in draw(st.lists(st.sampled_from(CLASSES[1:]), max_size=1))),
            *draw(st.lists(about, max_size=1)),
        ]
    ]
    values: list[Term] = [*LITERALS, *LITERALS, *NODES]
    statement = st.tuples(st.sampled_from(PROPERTIES[:3]), st.sampled_from(values))
    model = draw(st.lists(statement, min_size=1, max_size=4))
    for node in (ex(f"m{number}") for number in range(9)):
        stated = list(model)
        if draw(st.booleans()):
            stated[draw(st.integers(0, len(stated) - 1))] = draw(statement)
        if draw(st.integers(0, 3)) == 0:
            stated.append(draw(statement))
        quads.append(Quad(node, TYPE, CLASSES[0], GRAPHS[0]))
        quads += [Quad(node, predicate, value, GRAPHS[0]) for predicate, value in stated]
        quads += [Quad(node, predicate, value, GRAPHS[1]) for predicate, value in stated[:1]]
    return quads
