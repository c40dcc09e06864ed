"""Which language a text is written in, told by its most frequent small words."""

from __future__ import annotations

import re
from collections import Counter

#: Words that are frequent in one language and rare in the others here. Spanish, Portuguese, Italian and
#: German are listed so that a page in one of them is recognised as such and not taken for French or English.
_SMALL_WORDS = {
    "en": "the of and to in for is with by that on are was from which this were has their at an it be",
    "fr": "les des la le et du dans pour une est par sur que qui au aux avec ce ces sont leur ainsi ont été",
    "es": "el los las y del en para una es por con que se al como su sus son más fue esta entre",
    "pt": "os das dos em para uma é por com que se ao como são mais foi não pelo pela também",
    "it": "il gli della di che e per una è con nel alla dei delle sono più come anche dal",
    "de": "der die und das in den von zu mit für ist im dem des auf ein eine nicht wird sind",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}


def detect_language(text: str) -> str | None:
    """The language tag (`en`, `fr`, `es`, `pt`, `it`, `de`) of a text, or None where nothing speaks clearly.

    Clear means: at least 5 % of the words are small words of that language, and no other language comes
    within a fifth of it.
    """
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    total = sum(words.values())
    scores = sorted(
        ((sum(words[word] for word in small), language) for language, small in _WORDS.items()), reverse=True
    )
    (best, language), (second, _) = scores[0], scores[1]
    return language if best >= 0.05 * total and best > 0 and second <= 0.8 * best else None
