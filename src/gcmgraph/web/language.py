"""The languages of the interface: which one a request wants, and its words (`words/*.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from flask import Request

#: Languages of the interface by their own names, in the order of the switch.
LANGUAGES = {"en": "English", "fr": "Français"}


@dataclass(frozen=True)
class Words:
    """What the interface says: key to text, for each language."""

    catalogs: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls) -> Words:
        """The catalogs that come with the package."""
        folder = files("gcmgraph.web") / "words"
        return cls({tag: tomllib.loads((folder / f"{tag}.toml").read_text("utf-8")) for tag in LANGUAGES})

    def say(self, language: str, key: str, **values: object) -> str:
        """The text of a key, with values filled in; the key itself where no catalog has it."""
        text = self.catalogs[language].get(key, key)
        return text.format(**values) if values else text


def chosen_language(request: Request) -> str:
    """The language a request wants: `?lang=`, else Accept-Language (RFC 9110, 12.5.4), else English."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES, default="en") or "en"
