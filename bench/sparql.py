"""Mix of eight queries on every endpoint, side by side: answers compared, then requests counted.

All systems run at once and take turns, query by query, so that other work of the machine affects
all alike.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.client import Job, Load, LoadFailedError, put_load
from bench.material import Material, say
from bench.queries import BenchQuery, query_mix, without_limit
from bench.report import Figure
from bench.systems import HOST, PEERS, GcmGraph, NotAvailableError, System
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import XSD

#: A line that makes every text another one; digits follow.
_NUMBERED = "\n#"

#: Lowest ratio to `oxigraph` of each query, uncached; of those not named, `_OTHERS`.
_AT_LEAST, _OTHERS = {"point-lookup": 0.4, "describe": 0.5, "practices-of-country": 0.9}, 1.2

#: A row: its variables with their terms, in an order of their own.
Row = tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class Answer:
    """Answer of a system to one query, in comparable form; `fault` where there is none."""

    value: object = None
    fault: str = ""


@dataclass(frozen=True)
class Rate:
    """Requests a second, or the fault for which there is no figure; a note on requests answered otherwise."""

    per_second: float | None = None
    fault: str = ""
    note: str = ""


def measure(material: Material, options: argparse.Namespace) -> Iterator[Figure]:
    """Requests a second of each query, uncached beside each system and repeated from our cache; then memory.

    Raises `NotAvailableError` where our own server does not start.
    """
    with ExitStack() as stack:
        servers = {
            mode: _started(GcmGraph(material.store, cached=mode == "repeated"), stack)
            for mode in _MODES
        }
        peers, missing = _peers(options.systems, material, stack)
        for query in query_mix(material.data):
            rates = _rates(query, "uncached", [servers["uncached"], *peers], options)
            own = rates["gcmgraph"]
            for name in PEERS:
                theirs = rates.get(name, Rate(fault=missing.get(name, "")))
                goal = _AT_LEAST.get(query.name, _OTHERS) if name == "oxigraph" else None
                work = f"{query.title}, uncached"
                yield Figure(
                    "sparql", work, "/s", own.per_second, name, theirs.per_second, goal,
                    fault=own.fault, missing=theirs.fault, note=own.note,
                )  # fmt: skip
            own = _rates(query, "repeated", [servers["repeated"]], options)["gcmgraph"]
            yield Figure(
                "sparql",
                f"{query.title}, repeated",
                "/s",
                own.per_second,
                fault=own.fault,
                note=own.note,
            )
        memory = servers["uncached"].server.most_memory / 1e6
        for peer in peers:
            memory_of_peer = peer.server.most_memory / 1e6
            yield Figure("sparql", "memory during the mix", "MB", memory, peer.name, memory_of_peer)


_MODES = ("uncached", "repeated")


def _started(system: System, stack: ExitStack) -> System:
    system.start()
    stack.callback(system.server.stop)
    return system


def _peers(
    names: Sequence[str], material: Material, stack: ExitStack
) -> tuple[list[System], dict[str, str]]:
    """Started systems beside ours; the reason for each that is missing."""
    systems = []
    missing = {}
    for name, make in PEERS.items():
        if name not in names:
            missing[name] = "left out by --systems"
            continue
        system = make()
        try:
            system.version()
            say(f"{name}: loading")
            system.load(material.dump, stack.enter_context(material.scratch()))
            systems.append(_started(system, stack))
        except NotAvailableError as error:
            missing[name] = str(error)
            say(f"{name}: not measured: {error}")
    return systems, missing


def _rates(
    query: BenchQuery, mode: str, systems: Sequence[System], options: argparse.Namespace
) -> dict[str, Rate]:
    """Requests a second by system. Only systems whose answers agree with most are timed."""
    answers, seconds, rates = {}, {}, {}
    for system in systems:
        begin = time.perf_counter()
        answers[system.name] = ask(system, query)
        seconds[system.name] = (time.perf_counter() - begin) / len(query.samples)
    faults = agreeing(answers)
    for system in systems:
        rate = Rate(fault=faults[system.name])
        if not rate.fault:
            try:
                load = _load(system, query, mode, seconds[system.name], options)
                rate = Rate(
                    load.per_second or None,
                    "" if load.answered else "no answer in time",
                    load.fault,
                )
            except LoadFailedError as error:
                rate = Rate(fault=str(error))
        system.server.memory()
        say(
            f"{query.name}, {mode}, {system.name}: {f'{rate.per_second:,.0f}/s' if rate.per_second else rate.fault}"
        )
        rates[system.name] = rate
    return rates


def _load(
    system: System, query: BenchQuery, mode: str, seconds_each: float, options: argparse.Namespace
) -> Load:
    unique = mode == "uncached"
    texts = [text + _NUMBERED for text in query.texts] if unique else query.samples
    targets = tuple(system.target(text) for text in texts)
    warm_up = min(0.5, options.seconds / 2)
    return put_load(
        Job(
            HOST,
            system.server.port,
            targets,
            accept(query),
            options.seconds,
            unique=unique,
            warm_up_seconds=0.0
            if seconds_each > warm_up
            else warm_up,  # the samples have warmed it up
        )
    )


def accept(query: BenchQuery) -> str:
    """Media type of a request."""
    return TURTLE.media_type if query.graph else "application/sparql-results+json"


def ask(system: System, query: BenchQuery) -> tuple[Answer, ...]:
    """Answers of a system to the samples of a query."""
    return tuple(_ask(system, query, text) for text in query.samples)


def agreeing(answers: Mapping[str, tuple[Answer, ...]]) -> dict[str, str]:
    """Faults in the answers by system, empty where they agree with most systems.

    Where no answer has more than half of the systems behind it, no system counts as right.
    """
    verdicts = {}
    for system, own in answers.items():
        fault = next((answer.fault for answer in own if answer.fault), "")
        agreeing_systems = sum(own == answers_of_system for answers_of_system in answers.values())
        is_of_most = agreeing_systems * 2 > len(answers)
        verdicts[system] = fault or ("" if is_of_most else "differs from most systems")
    return verdicts


def _ask(system: System, query: BenchQuery, text: str) -> Answer:
    """Compare all rows, too: which of them a LIMIT leaves of an unordered result is the engine’s choice."""
    try:
        value = _value(system, query, text)
        if query.ordered or (parts := without_limit(text)) is None:
            return Answer(value)
        everything = _value(system, query, parts[0])
    except (OSError, ValueError, KeyError, GcmGraphError) as error:
        return Answer(fault=str(error) or repr(error))
    if not isinstance(value, Counter) or not isinstance(everything, Counter):
        raise TypeError("only rows have a limit")
    if value.total() != min(parts[1], everything.total()) or not value <= everything:
        return Answer(fault="LIMIT gives other rows than there are")
    return Answer(everything)


def _value(system: System, query: BenchQuery, text: str) -> object:
    status, body = system.server.get(system.target(text), accept(query))
    if status != 200:
        raise ValueError(f"status {status}")
    if query.graph:
        return frozenset(quad.triple for quad in parse_quads(body, TURTLE, source=system.name))
    rows = [_row(binding) for binding in json.loads(body)["results"]["bindings"]]
    return rows if query.ordered else Counter(rows)


def _row(binding: Mapping[str, Mapping[str, str]]) -> Row:
    """A solution of https://www.w3.org/TR/sparql11-results-json/; older servers write `typed-literal`.

    A plain literal is an `xsd:string`
    (https://www.w3.org/TR/rdf11-concepts/#section-Graph-Literal).
    """
    terms = []
    for variable, term in sorted(binding.items()):
        kind = "literal" if term["type"] == "typed-literal" else term["type"]
        suffix = term.get("xml:lang", term.get("datatype", ""))
        terms.append((variable, kind, term["value"], "" if suffix == f"{XSD}string" else suffix))
    return tuple(terms)
