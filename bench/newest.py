"""Committed runs of `bench/results`: the newest of each kind and size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.parts import PARTS
from bench.sparql import PEERS

FOLDER = Path(__file__).parent / "results"

#: Kind of a measurement and number of practices, 0 for the real dataset. Parts of `make bench` are kinds of their own.
Subject = tuple[str, int]

#: Parts of `make bench` that measure the real dataset, whatever the size of the synthetic graph.
_REAL = {"documents", "reconciliation"}


@dataclass(frozen=True)
class Result:
    """A run and the name of its file."""

    file: str
    run: dict[str, Any]

    def subjects(self) -> Iterator[Subject]:
        """Measurements in this run; none where its kind is unknown."""
        match self.run.get("measured"):
            case "bench":
                practices = self.run["dataset"]["practices"]
                yield from ((part, 0 if part in _REAL else practices) for part in self.run["took_s"])
            case "growth" | "one size of growth":
                yield from (("growth", size["practices"]) for size in self.run["sizes"])
            case "soak":
                yield "soak", self.run["options"]["practices"]
            case "after a contribution":
                yield "after-contribution", self.run["practices"]

    @property
    def command(self) -> str:
        """The command line of the run, from its options; defaults are left out."""
        match self.run["measured"]:
            case "bench":
                options, practices = self.run["options"], self.run["dataset"]["practices"]
                words = [f"--practices {practices}"] if practices != 10_000 else []
                words += [f"--seconds {options['seconds']:g}"] if options["seconds"] != 3 else []
                words += [f"--systems {' '.join(options['systems'])}"] if len(options["systems"]) < len(PEERS) else []
                words += [f"--only {' '.join(options['only'])}"] if len(options["only"]) < len(PARTS) else []
                return f'make bench BENCH="{" ".join(words)}"' if words else "make bench"
            case "soak":
                options = self.run["options"]
                return f"python -m bench.soak --minutes {options['minutes']:g} --practices {options['practices']}"
            case "after a contribution":
                return f"python -m bench.after_contribution --practices {self.run['practices']}"
            case _:
                sizes = [size["practices"] for size in self.run["sizes"]]
                named = "" if len(sizes) > 1 else f" --practices {sizes[0]}"
                return f"python -m bench.growth{named}"


def read(folder: Path = FOLDER) -> dict[Subject, Result]:
    """The newest run of each kind and size."""
    newest: dict[Subject, Result] = {}
    for result in sorted(_all(folder), key=lambda result: str(result.run.get("date", ""))):
        newest |= dict.fromkeys(result.subjects(), result)
    return newest


def unused(folder: Path = FOLDER) -> set[str]:
    """Files that hold no newest run: superseded, or of an unknown kind."""
    return {result.file for result in _all(folder)} - {result.file for result in read(folder).values()}


def _all(folder: Path) -> list[Result]:
    return [Result(file.name, json.loads(file.read_text("utf-8"))) for file in sorted(folder.glob("*.json"))]
