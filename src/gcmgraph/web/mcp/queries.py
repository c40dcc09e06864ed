"""`run_query`, `sparql`, `schema` and `find_examples`: queries of the library and of the client, and terms for them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pyroaring import BitMap

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.lists.facets import UNDATED, UNSTATED
from gcmgraph.publication.search.questions import FittingQuery
from gcmgraph.queries.library import find_query
from gcmgraph.queries.parameters import TYPES, QueryParameter
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.sparql_text import value_text
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.store.port import ROWS, QueryRequest
from gcmgraph.web.mcp import search
from gcmgraph.web.mcp.protocol import TEXTS, Json, ToolError
from gcmgraph.web.mcp.speakers import RowSpeakers, states_facts
from gcmgraph.web.named_queries.results import Binding, bound_terms, evaluate, is_listed
from gcmgraph.web.sparql.hints import UnknownTerm, unknown_terms
from gcmgraph.web.sparql.protocol import PAGE, SparqlOperation, answer_to, is_empty, query_request

#: Resources of a class whose properties are counted, at most: more would take seconds.
SAMPLE = 20_000

#: Properties of the resources of a class, with counts and an example.
_USED = """SELECT ?property (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?resources) (SAMPLE(?o) AS ?example)
WHERE {{
  {{ SELECT DISTINCT ?s WHERE {{ ?s a <{iri}> }} LIMIT {sample} }}
  ?s ?property ?o
}} GROUP BY ?property ORDER BY DESC(?resources) ?property"""

#: Follows one row of zeros, such as a count of nothing.
_ZERO = (
    f"Not known here: {search.Absence.NOT_STATED}. Nothing in the graph matches the pattern; other documents may "
    "state it. State this reason; a zero is no evidence of absence."
)


def run_query(graph: search.GraphReader, arguments: Json) -> str:
    """The rows of a query of the library, with names of resources as parameters."""
    query = find_query(graph.site.library, arguments["name"])
    parameters = {parameter.name: parameter for parameter in query.parameters}
    given = {name: str(value) for name, value in arguments["parameters"].items()}
    for name in [name for name in given if name in parameters]:
        value = _value(graph, parameters[name], given[name])
        if value is None:
            return _no_resource(graph, parameters[name], given[name])
        given[name] = value
    terms = bound_terms(graph, query, given)
    results = evaluate(graph, query, terms)
    if not results.rows:
        return search.rows_not_known(graph, query, terms)
    columns = [variable for variable in query.variables if variable not in terms]
    speakers = RowSpeakers(graph.snapshot, terms.values()) if states_facts(query) else None
    counted, rows = _rows(
        graph, columns, results.rows, arguments, cut=results.cut, speakers=speakers
    )
    bound = ", ".join(f"{name} = {_shown(graph, term)}" for name, term in terms.items())
    title = f"{query.title.get('en', query.name)}. {query.description.get('en', '')}"
    return "\n".join([title, bound, counted, "", rows])


def _value(graph: search.GraphReader, parameter: QueryParameter, text: str) -> str | None:
    """The value of a parameter: the text, or the resource that it names; None where there is none."""
    kind, listings = parameter.type, graph.snapshot.listings
    if kind not in KINDS or not text.strip():
        return text
    term = TYPES[kind].parse(text.strip(), graph.site.addresses)
    if isinstance(term, IRI) and (not is_listed(kind) or listings.of(kind).holds(term)):
        return text
    named = [
        iri for iri in search.resolve(graph, text.strip(), kind) if listings.of(kind).holds(iri)
    ]
    found = [iri for iri in named if parameter.takes(iri, graph.site.addresses)]
    if named and not found:
        return named[0].value  # of another scheme: it is refused, with what would fit
    if len(found) > 1:
        raise ToolError(
            f"Several resources have the name or code of the parameter '{parameter.name}'.",
            hint=f"Choose one: {', '.join(graph.short(iri) for iri in found[:10])}.",
        )
    return found[0].value if found else None


def _no_resource(graph: search.GraphReader, parameter: QueryParameter, text: str) -> str:
    """The reason why a parameter has no value. Raises `ToolError` for a part of names."""
    kind, where = parameter.type, f" (parameter '{parameter.name}')"
    if error := search.choice(graph, text, kind, where):
        raise error
    near = [one for one in graph.index.near(text) if one.kind == kind]
    explanation = (
        f"The graph has no {kind} with this name or code{where}. It is {parameter.expected_value}."
    )
    return search.not_known(search.Absence.NOT_IN_GRAPH, explanation) + search.similar(graph, near)


def _shown(graph: search.GraphReader, term: object) -> str:
    return (
        graph.short(term)
        if isinstance(term, IRI)
        else search.one_line(str(getattr(term, "value", term)))[:80]
    )


def _rows(
    graph: search.GraphReader,
    columns: Sequence[str],
    bindings: Sequence[Binding],
    arguments: Json,
    *,
    cut: bool,
    speakers: RowSpeakers | None = None,
) -> tuple[str, str]:
    """The requested rows of results, IRIs in short form: a sentence on their number, and the table.

    The column `said_by` is who states the facts of a row, where `speakers` know, `names_by` who
    wrote its texts.
    """
    offset = arguments["offset"]
    if offset >= len(bindings):
        raise ToolError(f"The answer has {len(bindings):,} rows; the offset is beyond them.")
    requested = bindings[offset : offset + arguments["limit"]]
    short = graph.site.addresses.short_form
    by_column = {
        column: [value_text(row[column], short) if column in row else "" for row in requested]
        for column in columns
    }
    further = {
        "said_by": [speakers.of(_cells(row, columns)) if speakers else "" for row in requested],
        "names_by": [_names_by(graph, row) for row in requested],
    }
    by_column |= {column: cells for column, cells in further.items() if any(cells)}
    text, shown = search.table(graph, [*by_column], zip(*by_column.values(), strict=True))
    return search.extent(offset, shown, len(bindings), cut=cut), text


def _text(row: Binding, column: str, short: Callable[[str], str]) -> str:
    return value_text(row[column], short) if column in row else ""


def _cells(row: Binding, columns: Iterable[str]) -> list[Mapping[str, Any]]:
    """The cells of a row without those of parameters."""
    return [row[column] for column in columns if column in row]


def _names_by(graph: search.GraphReader, row: Binding) -> str:
    """Writers of the names and other texts of a row."""
    texts = [
        Literal(cell["value"], language=cell["xml:lang"])
        for cell in row.values()
        if "xml:lang" in cell
    ]
    quads = (quad for text in texts for quad in graph.snapshot.store.quads(object=text))
    return graph.names_by(quads, *(text.value for text in texts))


def sparql(graph: search.GraphReader, arguments: Json) -> str:
    """The answer to a query of the client, read-only, under the limits of /sparql."""
    query = arguments["query"]
    if unknown := unknown_terms(graph.site, graph.snapshot, query):
        raise ToolError("The query was not run: " + " ".join(map(_unknown, unknown)))
    answer = answer_to(
        graph.site, graph.snapshot, query_request(graph.site, SparqlOperation(query, (), (), PAGE))
    )
    if answer.media_type == TURTLE.media_type:
        return _turtle(answer.body.decode(), cut=answer.cut)
    results = json.loads(answer.body)
    if "boolean" in results:
        return "true" if results["boolean"] else f"false. {_nothing(graph)}"
    rows, columns = results["results"]["bindings"], results["head"]["vars"]
    if not rows:
        return _nothing(graph)
    zero = f"\n\n{_ZERO}" if is_empty(answer) else ""
    return "\n\n".join(_rows(graph, columns, rows, arguments, cut=answer.cut)) + zero


def _unknown(found: UnknownTerm) -> str:
    near = f" Did you mean {' or '.join(found.nearest)}?" if found.nearest else ""
    if found.is_resource:
        return f"{found.term} is not in this graph.{near or ' Find the IRI with `search`.'}"
    return f"No statement of this graph uses {found.term}.{near or ' `schema` lists the terms in use.'}"


def _turtle(turtle: str, *, cut: bool) -> str:
    if not [
        line for line in turtle.splitlines() if line.strip() and not line.startswith("@prefix")
    ]:
        return search.not_known(
            search.Absence.NOT_STATED,
            "The query ran and describes nothing: no statement matches its pattern.",
        )
    if len(turtle) <= search.MAX_TABLE:
        return f"{'Cut at the limit of the server. ' if cut else ''}Turtle:\n\n{turtle}"
    whole = turtle[: search.MAX_TABLE].rpartition("\n")[0]
    return f"Turtle, cut at {search.MAX_TABLE:,} of {len(turtle):,} characters; ask for less.\n\n{whole}"


def _nothing(graph: search.GraphReader) -> str:
    return search.not_known(
        search.Absence.NOT_STATED,
        "The query ran, and the graph uses all its terms, but no statements match the whole pattern: none of the "
        f"{graph.document_count:,} documents and lists read states it. Check the pattern by leaving parts out, or with "
        "OPTIONAL.",
    )


def schema(graph: search.GraphReader, arguments: Json) -> str:
    """Classes with counts, or the properties of one, and pitfalls."""
    name = arguments["class"]
    return _class(graph, name) if name else _classes(graph)


def _classes(graph: search.GraphReader) -> str:
    figures = graph.snapshot.figures
    counts, ontology = figures.classes, graph.site.addresses.ontology
    ordered = sorted(counts, key=lambda iri: (not iri.startswith(ontology), -counts[iri], iri))
    rows = (
        (graph.short(IRI(iri)), f"{counts[iri]}", graph.label(IRI(iri)).text) for iri in ordered
    )
    text, _ = search.table(graph, ("class", "resources", "label"), rows)
    size = f"Version {graph.snapshot.version}: {figures.triples:,} triples in {len(figures.graphs)} graphs."
    prefixes = " ".join(f"{prefix}:" for prefix in graph.site.addresses.prefixes)
    of_classes = [
        f"{name}: {one}" for name, every in TEXTS["pitfalls"]["classes"].items() for one in every
    ]
    pitfalls = _pitfalls((*TEXTS["pitfalls"]["general"], *of_classes))
    return "\n".join(
        [size, f"Prefixes that need no declaration: {prefixes}", "", text, "", *pitfalls]
    )


def _class(graph: search.GraphReader, class_name: str) -> str:
    iri = graph.find_class(class_name)
    request = QueryRequest(_USED.format(iri=iri.value, sample=SAMPLE), ROWS)
    results = json.loads(graph.site.workers.run(request, graph.snapshot.index).body)
    rows = []
    for row in results["results"]["bindings"]:
        used, example = IRI(row["property"]["value"]), row.get("example", {})
        label = graph.label(used)
        name = label.text if label.language else ""
        counts = (row["resources"]["value"], row["triples"]["value"])
        rows.append((graph.short(used), name, *counts, *_example(graph, example)))
    text, _ = search.table(
        graph,
        ("property", "label", "resources", "triples", "example", "language or datatype"),
        rows,
    )
    count, curie = graph.snapshot.figures.classes[iri.value], graph.short(iri)
    counted = "" if count <= SAMPLE else f" Properties are counted for {SAMPLE:,} of them."
    pitfalls = _pitfalls(
        (*TEXTS["pitfalls"]["classes"].get(curie, ()), *TEXTS["pitfalls"]["general"])
    )
    return "\n".join([f"{curie}: {count:,} resources.{counted}", "", text, "", *pitfalls])


#: Facets of practices by which a kind of resources has practices.
_WITH_PRACTICES = {
    "objective": "objective",
    "action": "action",
    "country": "country",
    "organisation": "organisation",
}


#: Values of the argument `without_practices` that mean all kinds, or none.
_ALL_KINDS, _NO_KIND = (True, "true"), (False, "false", "")


def coverage(graph: search.GraphReader, arguments: Json) -> str:
    """Numbers of what the graph has and has not, or the resources of a kind, or of all kinds, without a practice."""
    kind = arguments["without_practices"]
    if kind not in _NO_KIND:
        return _without_practices(graph, tuple(_WITH_PRACTICES) if kind in _ALL_KINDS else (kind,))
    listings, day = graph.snapshot.listings, str(graph.snapshot.day)
    practices = listings.of("practice")
    total = practices.count(practices.everything)
    rows: list[tuple[object, ...]] = [("practices (parts are counted apart)", total, "", day)]
    rows.append(("parts of practices", len(practices.parts), "", day))
    for facet in practices.facets:
        if facet.offered:
            stated = [
                some
                for key, some in practices.postings(facet.name).items()
                if key not in (UNDATED, UNSTATED)
            ]
            having = practices.count(BitMap.union(BitMap(), *stated))
            rows.append((f"practices with: {facet.label}", having, total - having, day))
    for counted in _WITH_PRACTICES:
        having = len(_named_by_practices(graph, counted))
        rows.append(
            (
                f"{KINDS[counted].plural} with practices",
                having,
                len(listings.of(counted)) - having,
                day,
            )
        )
    documents = listings.of("source")
    rows += [
        (f"documents read in: {key}", len(some), "", day)
        for key, some in documents.postings("language").items()
    ]
    lists = Counter(
        (graph.short(IRI(treaty)), row.object.value)
        for treaty in sorted(iri.value for iri in listings.of("instrument").members)
        for taking in graph.snapshot.store.triples(
            None, graph.term("gcm:participationIn"), IRI(treaty)
        )
        for row in graph.triples(taking.subject, "gcm:asOf")
        if isinstance(row.object, Literal)
    )
    rows += [
        (f"listed for {treaty}: with a date of signature or of being bound", participants, "", date)
        for (treaty, date), participants in lists.items()
    ]
    text, _ = search.table(
        graph, ("what", "here", "not_here", "as_of"), (tuple(map(str, row)) for row in rows)
    )
    return f"Version {graph.snapshot.version}. What is not here may exist: no document read states it.\n\n{text}"


def _named_by_practices(graph: search.GraphReader, kind: str) -> BitMap:
    """The rows of a kind whose resources practices name."""
    practices = graph.snapshot.listings.of("practice")
    facet = practices.facet(_WITH_PRACTICES[kind])
    assert facet is not None  # noqa: S101 - of the table
    values = practices.postings(facet.name)
    return graph.snapshot.listings.of(kind).rows(
        IRI(facet.value(key, graph.site.addresses)) for key in values
    )


def _without_practices(graph: search.GraphReader, kinds: Sequence[str]) -> str:
    """The resources of some kinds that no practice names."""
    rows: list[tuple[str, str, str]] = []
    for kind in kinds:
        index = graph.snapshot.listings.of(kind)
        for iri in index.iris(index.everything - _named_by_practices(graph, kind)):
            rows.append((graph.short(iri), kind, graph.label(iri).text))
    text, shown = search.table(graph, ("resource", "kind", "label"), rows)
    return f"{search.extent(0, shown, len(rows))} No practice here names them, on {graph.snapshot.day}.\n\n{text}"


def _example(graph: search.GraphReader, example: Mapping[str, str]) -> tuple[str, str]:
    """A value of a property, and its language or datatype."""
    plain, datatype = str(example.get("value", ""))[:200], example.get("datatype")
    value = graph.short(IRI(plain)) if example.get("type") == "uri" else plain
    return value, example.get("xml:lang") or (graph.short(IRI(datatype)) if datatype else "")


def _pitfalls(texts: Iterable[str]) -> list[str]:
    return ["Pitfalls:", *(f"- {text}" for text in texts)]


#: Number of queries of an answer with their SPARQL text.
WRITTEN = 2


def find_examples(graph: search.GraphReader, arguments: Json) -> str:
    """The queries that fit a question, with its parameters filled in, the first with their SPARQL."""
    if not graph.site.library:
        raise ToolError(
            "The query library is not installed with this server.",
            hint="Use `schema` and `sparql`.",
        )
    fitting = graph.site.fitting_queries(graph.snapshot, arguments["question"])
    if not fitting:
        return (
            "No query of the library resembles this question. Write one with `schema` and `sparql`."
        )
    graph.data["queries"] = [
        {
            "name": one.query.name,
            "title": one.query.title.get("en", ""),
            "parameters": [parameter.name for parameter in one.query.parameters],
            "run": {"name": one.query.name, "parameters": dict(one.values)},
        }
        for one in fitting
        if one.query.endpoint is None
    ]
    lines = [
        "The nearest queries of the library, best first, filled in with what the question names.",
        "",
    ]
    for rank, one in enumerate(fitting):
        lines += _described(graph, one)
        lines += ["  SPARQL:", one.query.query] if rank < WRITTEN else []
    return "\n".join(lines)


def _described(graph: search.GraphReader, fitting: FittingQuery) -> list[str]:
    query = fitting.query
    call = json.dumps({"name": query.name, "parameters": dict(fitting.values)}, ensure_ascii=False)
    lines = [f"- {query.name}: {query.title.get('en', '')}", f"  {query.description.get('en', '')}"]
    if query.endpoint is None:
        lines.append(f"  run_query {call}")
    else:
        page = f"{graph.site.public_base}queries/{query.name}?{urlencode(fitting.values)}"
        lines.append(
            f"  not run here: it asks another endpoint, for an engine of the user's own; commands at {page}"
        )
    for parameter in query.parameters:
        default = (
            "required"
            if parameter.required
            else f"default {parameter.default}"
            if parameter.default
            else "optional"
        )
        lines.append(f"  parameter {parameter.name} ({parameter.type}, {default})")
    return [*lines, f"  columns: {', '.join(query.variables)}"]
