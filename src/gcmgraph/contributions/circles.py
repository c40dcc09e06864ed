"""Blank nodes that lead back to themselves: lists without an end, and graphs that canonicalisation is not done with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from gcmgraph.model.terms import BlankNode, Quad


def in_circles(statements: Iterable[Quad]) -> set[Quad]:
    """The statements between blank nodes that lie on circles of such statements, or lead from one circle to another."""
    edges = {q for q in statements if isinstance(q.subject, BlankNode) and isinstance(q.object, BlankNode)}
    return _without_ends(_without_ends(edges, forward=True), forward=False)


def _without_ends(edges: set[Quad], *, forward: bool) -> set[Quad]:
    """The edges that are left when those from nodes that none leads to are taken away, again and again.

    Where not `forward`, those to nodes that lead nowhere.
    """
    leaving: dict[object, list[Quad]] = defaultdict(list)
    entering: dict[object, int] = defaultdict(int)
    for edge in edges:
        start, end = (edge.subject, edge.object) if forward else (edge.object, edge.subject)
        leaving[start].append(edge)
        entering[end] += 1
    left, free = set(edges), [node for node in leaving if not entering[node]]
    while free:
        for edge in leaving[free.pop()]:
            left.discard(edge)
            end = edge.object if forward else edge.subject
            entering[end] -= 1
            if not entering[end]:
                free.append(end)
    return left
