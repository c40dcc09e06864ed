"""Facets of practices that are derived: whether they run on a day, and bands of their budgets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from pyroaring import BitMap

from gcmgraph.publication.lists.facets import UNDATED, UNSTATED
from gcmgraph.text.partial_dates import Moment

#: Types of practices that last no longer than their start where no end is stated.
POINT_EVENTS = ("event", "meeting")

#: The bands of budgets begin with 0 and with each power of ten from 10 to the power of the first to the second.
_LOWEST, _HIGHEST = 5, 15

_AMOUNT = re.compile(r"(\S+) ([A-Z]{3})")


def states(
    starts: Mapping[Moment, BitMap], ends: Mapping[Moment, BitMap], dated: BitMap, events: BitMap, day: Moment
) -> dict[str, BitMap]:
    """Practices by their state on a day, from their dates of any precision.

    `running`: the start is not after the day, and no end is before it; a year or month that includes the day has begun
    and has not ended. `events` without an end last as long as their start. `planned`: the start is after the day.
    """
    ended = BitMap.union(BitMap(), *(places for end, places in ends.items() if end.before(day)))
    without_end = events - BitMap.union(BitMap(), *ends.values())
    ended |= BitMap.union(BitMap(), *(places & without_end for start, places in starts.items() if start.before(day)))
    planned = BitMap.union(BitMap(), *(places for start, places in starts.items() if day.before(start))) - ended
    return {"running": dated - ended - planned, "ended": ended, "planned": planned}


def with_undated(found: Mapping[str, BitMap], everything: BitMap, dated: BitMap) -> dict[str, BitMap]:
    """The states with practices, those without dates last."""
    return {key: places for key, places in {**found, UNDATED: everything - dated}.items() if places}


def budgets(amounts: Mapping[str, BitMap], everything: BitMap) -> dict[str, BitMap]:
    """Practices by the band of the largest amount that is stated in a currency, by currency and band.

    An amount is a text such as "12000000 EUR"; its band `EUR-10000000` is below the next power of ten. Amounts of one
    practice are not added, since a source may state a sum and its parts.
    """
    largest: dict[str, list[tuple[Decimal, BitMap]]] = {}
    for text, places in amounts.items():
        found = _AMOUNT.fullmatch(text)
        value = _number(found[1]) if found else None
        if found and value is not None and value >= 0:
            largest.setdefault(found[2], []).append((value, places))
    bands: dict[str, BitMap] = {}
    for currency in sorted(largest):
        taken = BitMap()
        of_currency: dict[int, BitMap] = {}
        for value, places in sorted(largest[currency], key=lambda pair: -pair[0]):
            band = _band(value)
            of_currency[band] = of_currency.get(band, BitMap()) | (places - taken)
            taken |= places
        bands |= {f"{currency}-{band}": of_currency[band] for band in sorted(of_currency) if of_currency[band]}
    unstated = everything - BitMap.union(BitMap(), *bands.values())
    return bands | ({UNSTATED: unstated} if unstated else {})


def band_of(key: str) -> tuple[str, int, int | None] | None:
    """The currency, least amount and upper bound (exclusive; None for the last band) of a band; None for no band."""
    currency, _, least = key.partition("-")
    if not least.isdecimal():
        return None
    low = int(least)
    return currency, low, 10**_LOWEST if not low else None if low >= 10**_HIGHEST else low * 10


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _band(value: Decimal) -> int:
    power = value.adjusted()
    return 10 ** min(power, _HIGHEST) if power >= _LOWEST else 0
