"""Record of a soak, interval by interval, and the verdict on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import fmean, median

#: Memory is flat where its line grows by at most this share of the median, over the last two thirds.
FLAT = 0.10

#: p99 is stable where its median in the last third is at most this multiple of that of the third before.
STABLE = 1.5

#: Minimum number of intervals for a verdict: two in each third.
LEAST = 6


@dataclass
class Interval:
    """Counts of one interval, usually a minute."""

    seconds: float = 0.0
    #: requests by kind (`soak_mix`)
    requests: Counter[str] = field(default_factory=Counter)
    #: refused because all slots were taken (429), by kind; allowed
    busy: Counter[str] = field(default_factory=Counter)
    #: failures, such as `browse: 500`
    failures: Counter[str] = field(default_factory=Counter)
    #: queries without end, by status of the answer
    runaways: Counter[str] = field(default_factory=Counter)
    p50_ms: float | None = None
    p99_ms: float | None = None
    accepted: int = 0
    #: megabytes of all our processes together (proportional set sizes), measured every second. A query without end
    #: uses much for a while, so the minimum shows the memory that stays in use.
    least_memory_mb: float = 0.0
    memory_mb: float = 0.0
    most_memory_mb: float = 0.0
    #: state at the end of the interval (`soak_look`)
    held: dict[str, object] = field(default_factory=dict)

    def record(self) -> dict[str, object]:
        """The figures, fit for JSON."""
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}


@dataclass(frozen=True)
class Verdict:
    """Verdict on a soak. None where the soak was too short."""

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
        """Whether no request failed and no figure got worse, as far as it was judged."""
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
    """Slope of the line through points, by least squares; 0 where all have one position."""
    middle, mean = fmean(places), fmean(values)
    spread = sum((place - middle) ** 2 for place in places)
    return sum((p - middle) * (v - mean) for p, v in zip(places, values, strict=True)) / spread if spread else 0.0
