"""Drawings of pages as SVG files: with their style sheet, the land of maps, and whole addresses."""

from __future__ import annotations

import re
from functools import cache

from gcmgraph.web.http.static_files import FOLDER

#: Values of the site's style sheet that drawings use.
_STYLE = "svg { --ink: #1b2733; --line: #ccd6df; --paper: #fff; font-family: sans-serif; background: #fff; }\n"


def standalone(drawing: str, public_base: str) -> str:
    """A drawing of a page as a file."""
    drawing = re.sub(r"<image [^>]*/>", _land(), drawing, count=1)
    drawing = re.sub(r' href="/(?=[^/])', f' href="{public_base}', drawing)
    namespace = "" if 'xmlns="' in drawing else ' xmlns="http://www.w3.org/2000/svg"'
    begin = drawing.index("<svg")
    opened, closed, rest = drawing[begin : drawing.rindex("</svg>") + 6].partition(">")
    return f"{opened}{namespace}{closed}<style>{_STYLE}{_pictures()}</style>{rest}\n"


@cache
def _land() -> str:
    """The land of the world, without its outer element."""
    whole = (FOLDER / "world.svg").read_text("utf-8")
    return whole[whole.index(">", whole.index("<svg")) + 1 : whole.rindex("</svg>")]


@cache
def _pictures() -> str:
    return (FOLDER / "pictures.css").read_text("utf-8").replace("<", "\\3c ").replace("&", "\\26 ")
