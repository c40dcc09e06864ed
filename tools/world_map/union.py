"""Unite areas, without the borders between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tools.world_map.topology import Area, Ring


def united(areas: Iterable[Area], within: Mapping[str, str]) -> list[Area]:
    """Areas, with those that lie `within` another (both by number) as part of it."""
    by_number: dict[str | None, list[Area]] = {}
    for area in areas:
        by_number.setdefault(within.get(area.number or "", area.number), []).append(area)
    made: list[Area] = []
    for number, parts in by_number.items():
        if number in within.values():
            whole = next(part for part in parts if part.number == number)
            made.append(
                replace(
                    whole, polygons=_joined(polygon for part in parts for polygon in part.polygons)
                )
            )
        else:
            made.extend(parts)
    return made


def _joined(polygons: Iterable[tuple[Ring, ...]]) -> tuple[tuple[Ring, ...], ...]:
    """Polygons that share a border as one; holes stay where nothing fills them."""
    made: list[tuple[Ring, ...]] = []
    for polygon in polygons:
        near = [other for other in made if any(~arc in other[0] for arc in polygon[0])]
        outer = polygon[0]
        for other in near:
            made.remove(other)
            outer = _without_border(other[0], outer)
        made.append((outer, *polygon[1:], *(hole for other in near for hole in other[1:])))
    return tuple(made)


def _without_border(one: Ring, other: Ring) -> Ring:
    """Two rings with one common stretch of border as one ring around both."""
    shared = [place for place, arc in enumerate(one) if ~arc in other]
    # each begins after its last arc of the border, which the other runs backwards
    first = next(place for place in shared if (place + 1) % len(one) not in shared)
    turned = [*one[first + 1 :], *one[: first + 1]]
    kept = [arc for arc in turned if ~arc not in other]
    begin = other.index(~turned[len(kept)])
    rest = [*other[begin + 1 :], *other[: begin + 1]]
    return (*kept, *(arc for arc in rest if ~arc not in one))
