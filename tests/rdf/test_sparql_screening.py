"""Words of a query in any reading of its text."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis.strategies import lists, sampled_from

from gcmgraph.rdf.sparql_screening import Screening, screen, tokens_at
from gcmgraph.rdf.sparql_tokens import TokenKind as Kind
from gcmgraph.rdf.sparql_tokens import significant, tokenize

#: Pieces of text at which readings differ; `//` is in IRIs, strings and comments only.
PIECES = [
    *('"', "'", '"""', "'''", "\\", "\n", "#", "<", ">", "<a", "a>", "?a", "@en", "a:", "_:b", "1.", ".5e", "e1", "a."),
    *("a-", "{", "}", " ", "%41", "\\u0041", "é", "·", "FROM", "service"),
]  # fmt: skip


@given(lists(sampled_from(PIECES)).map("".join))
def test_tokens_at_reachable_positions_have_the_keywords_of_the_query(query: str) -> None:
    """`tokens_at`, from each position that a reading reaches, has the words that `tokenize` has."""
    assume(not any(token.kind is Kind.UNKNOWN for token in tokenize(query)))
    reached = {0}
    words: set[str] = set()
    for position in range(len(query)):
        for end, word in tokens_at(query, position) if position in reached else ():
            reached.add(end)
            words.add(word)
    for token in significant(query):
        if token.word in {"FROM", "SERVICE"}:
            assert any(token.text.lower() in word for word in words)


def test_long_list_of_texts_is_screened() -> None:
    texts = " ".join(f"'it\\'s \"{number}\"'" for number in range(20_000))
    assert screen(f"SELECT * {{ VALUES ?graphs {{ {texts} }} }}") == Screening(False, False, False)
    assert screen(f"SELECT * {{ VALUES ?v {{ {texts} }} GRAPH ?g {{}} }}") == Screening(
        False, False, True
    )


def test_text_of_unclosed_quotes_counts_as_having_every_word() -> None:
    assert screen("ASK {} " + '"\\' * 100_000 + " graph") == Screening(True, True, True)
