"""Words of texts and queries as the search compares them: folded, with their stems.

Of Chinese, pairs of signs.

Stems are those of Snowball (https://snowballstem.org). A text is stemmed by the rules of its
language; a word of a query, whose language is unknown, by those of all languages of its script.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple, Protocol

import Stemmer

from gcmgraph.platform.text import HAN, plain_letters, without_marks

#: Stemmers by language.
_STEMMERS = {"en": "english", "fr": "french", "es": "spanish", "ar": "arabic", "ru": "russian"}

#: Languages of a script, by the beginning of the Unicode names of its letters.
_SCRIPTS = {"LATIN": ("en", "fr", "es"), "CYRILLIC": ("ru",), "ARABIC": ("ar",)}

#: Function words of all languages, folded.
_FUNCTION_WORDS_OF: dict[str, str] = tomllib.loads(
    (files(__package__) / "function_words.toml").read_text("utf-8")
)
FUNCTION_WORDS = frozenset(" ".join(_FUNCTION_WORDS_OF.values()).split())

#: Languages by function word.
_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _function_words in _FUNCTION_WORDS_OF.items():
    for _function_word in dict.fromkeys(_function_words.split()):
        _LANGUAGES_OF.setdefault(_function_word, []).append(_language)

#: Signs of words in a code: 10.7, A/RES/73/195, XVIII-12-b.
_CODE = re.compile(r"(?=\S*\d)\w+(?:[./-]\w+)+", re.ASCII)

#: Letters of the codes of countries, which are no stems.
_CODE_LENGTH = 2

_WORD = re.compile(r"\w+")
_HAN_FUNCTION = re.compile("|".join(word for word in FUNCTION_WORDS if re.match(HAN, word)))


class Token(NamedTuple):
    """A token of a text."""

    stem: str
    #: the folded word
    word: str


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802


@cache
def _stemmer(language: str) -> _Stemmer:
    stemmer: _Stemmer = Stemmer.Stemmer(_STEMMERS[language])
    return stemmer


def base_language(language: str | None) -> str:
    """The primary subtag of a language tag; empty for None."""
    return (language or "").split("-", 1)[0]


def _stem(word: str, language: str) -> str:
    """The folded stem of a word in lower case.

    Russian is stemmed before й loses its sign, the others after folding.
    """
    if language == "ru":
        return plain_letters(_stemmer(language).stemWord(word.replace("ё", "е")))
    return _stemmer(language).stemWord(plain_letters(word))


def words(text: str) -> list[str]:
    """The words of a text in lower case, with accents; runs of Chinese signs are words."""
    lower = unicodedata.normalize("NFKC", text).casefold()
    plain = without_marks(unicodedata.normalize("NFC", lower))
    return [part for word in _WORD.findall(plain) for part in _parts(word)]


def language_of(text: str) -> str | None:
    """The language of most function words of a text.

    None where no language has more than the others.
    """
    counts = Counter(
        language for word in words(text) for language in _LANGUAGES_OF.get(plain_letters(word), ())
    )
    highest = max(counts.values(), default=0)
    languages = [language for language, count in counts.items() if count == highest]
    return languages[0] if len(languages) == 1 else None


def _parts(word: str) -> list[str]:
    """The runs of Chinese signs and of other letters of a word, without underscores."""
    if word.isascii():
        return [part for part in word.split("_") if part]
    return [part for part in re.split(rf"({HAN}+)|_+", word) if part]


def codes(text: str) -> list[str]:
    """The codes of a text that have several words, in lower case: 10.7, a/res/73/195."""
    return [code.lower() for code in _CODE.findall(text)]


def tokens(text: str, language: str | None) -> Iterator[Token]:
    """The tokens of a text for the index: those of its words, and of codes.

    >>> list(tokens("Trained guards", "en"))
    [Token(stem='train', word='trained'), Token(stem='guard', word='guards')]
    """
    for word in words(text):
        pairs = _pairs(word)
        if pairs:
            yield from (Token(pair, pair) for pair in pairs)
        else:
            yield _token(word, language)
    yield from (Token(code, code) for code in codes(text))


@lru_cache(50_000)
def _token(word: str, language: str | None) -> Token:
    folded = plain_letters(word)
    return Token(_stem(word, language) if language in _STEMMERS else folded, folded)


def forms(word: str) -> list[str]:
    """The tokens by which a word of a query is found, the folded word first.

    One of a pair of Chinese signs.

    Stems of one or two letters are left out, since they are codes: `IDs` is not Indonesia.
    """
    stems = (_token(word, language).stem for language in _languages(word))
    longer_stems = (stem for stem in stems if len(stem) > _CODE_LENGTH)
    return list(dict.fromkeys(filter(None, (plain_letters(word), *longer_stems))))


def query_words(text: str) -> list[str]:
    """The words of a query, without repetitions, with pairs of Chinese signs in place of runs.

    Chinese function words separate runs.
    """
    runs = words(_HAN_FUNCTION.sub(" ", text))
    return list(dict.fromkeys(part for word in runs for part in (_pairs(word) or [word])))


def _languages(word: str) -> tuple[str, ...]:
    """The languages whose stems a word of a query may have, by its script."""
    if not word.isalpha():
        return ()
    script = unicodedata.name(word[0], "").partition(" ")[0]
    return _SCRIPTS.get(script, ())


def _pairs(word: str) -> list[str]:
    """The pairs of neighbouring signs of a run of Chinese signs, one sign alone as it is.

    Empty for other words.
    """
    if word.isascii() or not re.match(HAN, word):
        return []
    return [word[index : index + 2] for index in range(len(word) - 1)] or [word]
