"""Tables in Markdown, readable on a terminal, too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence


def number(value: float) -> str:
    """Format a figure with its significant digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, left: Collection[int] = (0,)) -> str:
    """Format rows below a header; columns of these numbers are left-aligned, others right-aligned."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    written = []
    for line in lines:
        cells = [
            cell.ljust(width) if n in left else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        written.append(f"| {' | '.join(cells)} |")
    written.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return "\n".join(written)
