"""The wordings by which documents of a language are read: how parts announce themselves, how a text states facts.

One file a language, `en.toml` and its like beside this one. Words that suggestions use, too, such as articles and
adjectives of countries, are in `gcmgraph.lexicon`; `lexicon_for` joins both.
"""

from __future__ import annotations

from functools import cache

from gcmgraph.lexicon import Lexicon, any_of, read_wordings, readable_languages, readable_tags

__all__ = ["Lexicon", "any_of", "in_all_languages", "lexicon_for", "readable_languages", "readable_tags"]


@cache
def lexicon_for(language: str) -> Lexicon:
    """All wordings of a language that is readable."""
    return Lexicon(language, read_wordings("gcmgraph.lexicon", language) | read_wordings(__name__, language))


def in_all_languages(section: str, name: str) -> str:
    """A wording in every readable language, as the source of a regular expression."""
    return "|".join(f"(?:{lexicon_for(language).fragment(section, name)})" for language in readable_languages())
