"""Pages as they are read: elements with their attributes and texts, and what a browser would run."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Elements without content (https://html.spec.whatwg.org/multipage/syntax.html#void-elements).
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

#: Types of data blocks, which are not run.
_DATA = frozenset({"application/ld+json", "application/json"})


@dataclass
class Element:
    """An element of a page, with the texts within it."""

    tag: str
    #: by name; None where the page gives no value
    attributes: dict[str, str | None]
    #: the element around it; None for the outermost one
    parent: Element | None
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text within the element."""
        return "".join(self.texts)

    def is_within(self, tag: str) -> bool:
        """Whether the element is in another of a name."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.is_within(tag))


class Page(HTMLParser):
    """A page: its elements in document order, its text, and what is wrong with its end tags."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self.unbalanced: list[str] = []
        self._open: list[Element] = []
        self.feed(markup)
        self.unbalanced += [element.tag for element in self._open]

    # the names of the methods are those of HTMLParser
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.elements.append(Element(tag, dict(attrs), self._open[-1] if self._open else None))
        if tag not in _VOID:
            self._open.append(self.elements[-1])

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element."""
        if self._open and self._open[-1].tag == tag:
            self._open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        """Add a text to the page and to every open element."""
        self.texts.append(data)
        for element in self._open:
            element.texts.append(data)

    @property
    def text(self) -> str:
        """The whole text of the page."""
        return "".join(self.texts)

    def named(self, tag: str) -> list[Element]:
        """List the elements of a name."""
        return [element for element in self.elements if element.tag == tag]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """List the attributes of the elements of a name."""
        return [element.attributes for element in self.named(tag)]

    def values(self, *names: str) -> list[str]:
        """List the values of attributes, of whatever element."""
        return [
            value or ""
            for e in self.elements
            for name, value in e.attributes.items()
            if name in names
        ]

    @property
    def ids(self) -> list[str]:
        """List the identifiers of elements."""
        return self.values("id")

    @property
    def links(self) -> list[str]:
        """List where the links for readers lead."""
        return [attributes.get("href") or "" for attributes in self.all("a")]

    @property
    def run(self) -> list[str]:
        """List what a browser would run, and the elements with a style of their own."""
        return [
            *(
                found
                for element in self.elements
                for found in run_by_a_browser(element.tag, element.attributes.items())
            ),
            *(element.tag for element in self.elements if "style" in element.attributes),
        ]


def run_by_a_browser(tag: str, attributes: Collection[tuple[str, str | None]]) -> list[str]:
    """List what of an element a browser would run: event handlers, addresses that are programs, scripts in the page."""
    found = []
    for name, value in attributes:
        address = re.sub(r"[\x00-\x20]", "", value or "").lower()
        if name.startswith("on") or (
            tag != "link"
            and name in {"href", "src", "action"}
            and address.startswith(("javas", "data:"))
        ):
            found.append(f"{tag} {name}={value}")
    named = dict(attributes)
    if tag == "script" and "src" not in named and (named.get("type") or "") not in _DATA:
        found.append(tag)
    return found


def contrast(*colours: Sequence[int]) -> float:
    """Return the contrast ratio of two colours (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    luminances = []  # https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    for channels in colours:
        linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
        luminances.append(
            sum(
                weight * value
                for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
            )
        )
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)
