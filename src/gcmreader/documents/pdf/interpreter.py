"""Content streams read fast: long runs of path segments are parsed in one go.

A line drawn as outlines has some 3,000 path segments, and pdfminer reads a content stream token by token. Here each
run of segments is taken out of the stream before, and one operator in its place adds them all to the path.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFStream, stream_value

if TYPE_CHECKING:
    from pdfminer.utils import PathSegment

#: Most bytes of content read for a page, those of its forms each time they are painted.
MAX_CONTENT = 8 * 1024 * 1024

_NUMBERS = rb"(?:[-+]?+[\d.]++[ \t\r\n]++)"
_RUN = re.compile(
    rb"(?<![^ \t\r\n])(?:" + _NUMBERS + rb"{2}+[ml]|" + _NUMBERS + rb"{6}+c|" + _NUMBERS + rb"{4}+[vy]|h)"
    rb"(?:[ \t\r\n]++(?:"
    + _NUMBERS
    + rb"{2}+[ml]|"
    + _NUMBERS
    + rb"{6}+c|"
    + _NUMBERS
    + rb"{4}+[vy]|h)(?=[ \t\r\n])){8,}+"
)


class PageTooLarge(Exception):  # noqa: N818 - names the finding; the caller makes the sentence of it
    """A page that paints more than any guidance page would."""


class PathInterpreter(PDFPageInterpreter):
    """A page interpreter that reads runs of path segments in one go."""

    _runs: list[list[PathSegment]]
    #: bytes of content read on this page; shared with the interpreters of its forms
    read: list[int]

    def subinterp(self) -> PDFPageInterpreter:
        """An interpreter for a form, which counts on."""
        inner = super().subinterp()
        if isinstance(inner, PathInterpreter):
            inner.read = self.read
        return inner

    def execute(self, streams: Sequence[object]) -> None:
        """Carry out content streams. Raises `PageTooLarge`."""
        self._runs = []
        prepared = []
        for item in streams:
            stream = stream_value(item)
            if stream.objid is not None:
                replaced = PDFStream({}, b"")
                replaced.objid, replaced.genno = stream.objid, stream.genno
                content = stream.get_data()
                self.read[0] += len(content)
                if self.read[0] > MAX_CONTENT:
                    raise PageTooLarge
                replaced.data = _RUN.sub(self._take, content)
                prepared.append(replaced)
        super().execute(prepared)

    def _take(self, match: re.Match[bytes]) -> bytes:
        try:
            self._runs.append(_segments(match[0]))
        except ValueError:  # a number such as 1.2.3, for pdfminer to judge
            return match[0]
        return b"%d gcmPathRun" % (len(self._runs) - 1)

    def do_gcmPathRun(self, number: object) -> None:  # noqa: N802 - pdfminer's naming
        """Add a run of segments to the path."""
        if isinstance(number, int) and 0 <= number < len(self._runs):
            self.curpath.extend(self._runs[number])


def _segments(run: bytes) -> list[PathSegment]:
    """The segments of a run. Raises `ValueError` for what is no number."""
    segments: list[PathSegment] = []
    operands: list[float] = []
    for token in run.split():
        if token.isalpha():
            segments.append((token.decode("ascii"), *operands))  # type: ignore[arg-type]
            operands = []
        else:
            operands.append(float(token))
    return segments
