"""Words of texts in English, French and Spanish, without function words, for comparison.

A word is compared by its first six letters without accents. This joins `protects`, `protection` and
`protección`, and needs no language: texts of practices mix them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gcmgraph.text.folding import plain_letters

#: Letters of a word that are compared, and of the shortest word.
STEM, SHORTEST = 6, 3

_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")

#: Function words, without accents.
_FUNCTION = frozenset(
    """
    about according against also and any all are among been being between both but can did does during each for from had
    has have her him his how into its may more most not off one only other others our out over per some such than that
    the their them then there these they this those through towards two three under upon was were what when where which
    while who whom whose will with within without you your
    afin ainsi aussi autre autres aux avec ces cet cette ceux chez comme contre dans des deux dont elle elles entre est
    ete font ils les leur leurs lors mais meme non nos notre ont par pas peut peuvent plus pour qui que quand ses selon
    son sans sont sous sur tous tout toute toutes trois tres une vers
    algun ante bajo cada como con contra cuando del desde donde dos ella ellas ellos ese esta este estas estos fue
    fueron han hacia hasta hay las los mas mediante mismo muy otra otras otros para pero por puede pueden segun ser sin
    sino sobre son sus tambien tanto tiene todo toda todas todos tras tres una unas uno unos
    """.split()
)


def stems(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text in Latin letters that are no function words: each as it is compared, and as it is written."""
    for match in _WORD.finditer(text):
        plain = plain_letters(match[0])
        if plain.isascii() and plain not in _FUNCTION:
            yield plain[:STEM], match[0]
