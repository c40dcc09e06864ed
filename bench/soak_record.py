"""What a soak counted, interval by interval, and the verdict on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import fmean, median

#: Memory is flat where what its line grows by in the last two thirds is at most this share of its median there.
FLAT = 0.10

#: p99 is stable where its median in the last third is at most so many times that of the third before.
STABLE = 1.5

#: Intervals without which there is no verdict: two in each third.
LEAST = 6


@dataclass
class Interval:
    """What was counted in one interval, usually a minute."""

    seconds: float = 0.0
    #: requests by what they are (`soak_mix`)
    requests: Counter[str] = field(default_factory=Counter)
    #: refused because all places were taken (429), by what was asked; may be
    busy: Counter[str] = field(default_factory=Counter)
    #: what should not be, such as `browse: 500`
    failures: Counter[str] = field(default_factory=Counter)
    #: what became of queries without end, by status
    runaways: Counter[str] = field(default_factory=Counter)
    p50_ms: float | None = None
    p99_ms: float | None = None
    accepted: int = 0
    #: megabytes of all our processes together (proportional set sizes), looked at every second. A query without end
    #: takes much for a while, so what stays taken is seen in the least.
    least_memory_mb: float = 0.0
    memory_mb: float = 0.0
    most_memory_mb: float = 0.0
    #: what was held at the end of it (`soak_look`)
    held: dict[str, object] = field(default_factory=dict)

    def record(self) -> dict[str, object]:
        """The figures, fit for JSON."""
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}


@dataclass(frozen=True)
class Verdict:
    """What came of it. None where the soak was too short to say."""

    failures: int
    #: whether the server ran to the end, and left no process behind
    server_lived: bool
    left_behind: int
    memory_flat: bool | None
    #: megabytes a minute in the last two thirds, by least squares
    memory_slope: float | None
    p99_stable: bool | None
    p99_ratio: float | None

    @property
    def good(self) -> bool:
        """Whether nothing failed and nothing got worse, as far as it can be said."""
        well = not self.failures and self.server_lived and not self.left_behind
        return well and self.memory_flat is not False and self.p99_stable is not False


def verdict(intervals: list[Interval], *, server_lived: bool = True, left_behind: int = 0) -> Verdict:
    """Judge a soak by its intervals. The first third is for warming up; failures count in all."""
    failures = sum(sum(interval.failures.values()) for interval in intervals)
    if len(intervals) < LEAST:
        return Verdict(failures, server_lived, left_behind, None, None, None, None)
    third = len(intervals) // 3
    later = intervals[third:]
    minutes = [sum(i.seconds for i in later[:n]) / 60 for n in range(1, len(later) + 1)]
    memory = [interval.least_memory_mb for interval in later]
    growth = slope(minutes, memory)
    flat = growth * (minutes[-1] - minutes[0]) <= FLAT * median(memory)
    half = len(later) // 2
    before, after = (median(i.p99_ms or 0.0 for i in part) for part in (later[:half], later[half:]))
    ratio = after / before if before else float("inf")
    return Verdict(failures, server_lived, left_behind, flat, round(growth, 3), ratio <= STABLE, round(ratio, 3))


def slope(places: list[float], values: list[float]) -> float:
    """The slope of the line through points that least squares gives; 0 where they have one place."""
    middle, mean = fmean(places), fmean(values)
    spread = sum((place - middle) ** 2 for place in places)
    return sum((p - middle) * (v - mean) for p, v in zip(places, values, strict=True)) / spread if spread else 0.0
