"""Write docs/performance.md and docs/charts/ from the newest runs of bench/results: `python -m bench.document`.

`performance.md.jinja` holds the sections and their short introductions. Each table is made from a run or, where
there is none, from `results/by-hand.toml`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench import newest
from bench.charts import growth_charts, soak_charts, summary_charts
from bench.document_tables import TABLES, judged
from bench.newest import Result, Subject
from bench.tables import table

DOCS = Path(__file__).parents[1] / "docs"
BY_HAND = newest.FOLDER / "by-hand.toml"
TEMPLATE = "performance.md.jinja"


@dataclass
class Page:
    """Functions that the template calls. Records which sections of `by-hand.toml` it has shown."""

    results: Mapping[Subject, Result]
    sections: Mapping[str, list[dict[str, Any]]]
    shown: set[str] = field(default_factory=set)

    def measured(self, name: str, *kinds: str) -> str:
        """The table of this name over all sizes of some kinds, below its runs."""
        results = {subject: result for subject, result in sorted(self.results.items()) if subject[0] in kinds}
        return f"{_captions(results.values())}\n\n{TABLES[name](results)}"

    def by_hand(self, section: str) -> str:
        """All tables of a section of `by-hand.toml`."""
        self.shown.add(section)
        return "\n\n".join(_by_hand(each) for each in self.sections[section])


def document(results: Mapping[Subject, Result], by_hand: Path = BY_HAND) -> str:
    """The text of docs/performance.md. Raises `ValueError` where a section of `by-hand.toml` is not in the template."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for each in tomllib.loads(by_hand.read_text("utf-8"))["table"]:
        sections.setdefault(each["section"], []).append(each)
    page = Page(results, sections)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, keep_trailing_newline=True,
        autoescape=False,  # Markdown
    )  # fmt: skip
    text = environment.get_template(TEMPLATE).render(measured=page.measured, by_hand=page.by_hand)
    if missing := sections.keys() - page.shown:
        raise ValueError(f"{TEMPLATE} does not show these sections of {by_hand.name}: {', '.join(sorted(missing))}")
    return text


def charts(results: Mapping[Subject, Result]) -> dict[str, str]:
    """The charts of the newest runs: file name to SVG."""
    drawn: dict[str, str] = {}
    by_size: dict[int, dict[str, Result]] = {}
    for (part, _), result in sorted(results.items()):
        if result.run["measured"] == "bench":
            by_size.setdefault(result.run["dataset"]["practices"], {})[part] = result
    for of in by_size.values():
        first, *_ = of.values()
        lines = [asdict(line) for part, result in of.items() for line in judged(part, result)]
        run = first.run | {"summary": lines, "options": {"only": list(of)}}
        drawn |= summary_charts(run, ", ".join(sorted({result.file for result in of.values()})))
    largest = max(
        (result for (kind, _), result in results.items() if kind == "growth"),
        key=lambda result: len(result.run["sizes"]),
    )
    drawn |= growth_charts(largest.run, largest.file)
    _, soak = min((practices, result) for (kind, practices), result in results.items() if kind == "soak")
    return drawn | soak_charts(soak.run, soak.file)


def _captions(results: Iterable[Result]) -> str:
    """Date, command, machine and file of each run, a line each."""
    written = []
    for file, result in sorted({result.file: result for result in results}.items()):
        run = result.run
        of = run["machine"]
        beside = f"; beside {run['beside']}" if "beside" in run else ""
        written.append(
            f"- {run['date'][:10]}: `{result.command}` on {of['processor']}, {of['cores']} cores, "
            f"{of['memory_bytes'] / 2**30:.0f} GB, load {of['load_average_at_start']:.1f}{beside} "
            f"([result](../bench/results/{file}))"
        )
    return "\n".join(written)


def _by_hand(of: dict[str, Any]) -> str:
    parts = [f"**{of['title']}**"] if "title" in of else []
    about = [f"`{of['command']}`"] if "command" in of else []
    about += [of["machine"]] if "machine" in of else []
    parts.append(f"- {of['date']}, by hand{': ' if about else ''}{'; '.join(about)}")
    figures = [n for n, cells in enumerate(zip(*of["rows"], strict=True)) if n and any(c[:1].isdigit() for c in cells)]
    parts.append(table(of["header"], of["rows"], left=set(range(len(of["header"]))).difference(figures)))
    parts += [of["note"].strip()] if "note" in of else []
    return "\n\n".join(parts)


def main() -> None:
    """Write the page and its charts, and name the files of bench/results that they do not use."""
    results = newest.read()
    (DOCS / "performance.md").write_text(document(results), "utf-8")
    for name, svg in charts(results).items():
        (DOCS / "charts" / name).write_text(svg, "utf-8")
    for file in sorted(newest.unused()):
        print(f"bench/results/{file}: superseded or of an unknown kind; remove it", file=sys.stderr)


if __name__ == "__main__":
    main()
