"""How far a stranger's query is read; what is found in it is tested where it matters, in `test_federation`."""

from __future__ import annotations

from gcmgraph.sparql.query_text import Screening, screen


def test_a_long_list_of_texts_is_read_to_its_end() -> None:
    texts = " ".join(f"'it\\'s \"{number}\"'" for number in range(20_000))
    assert screen(f"SELECT * {{ VALUES ?graphs {{ {texts} }} }}") == Screening(False, False, False)
    assert screen(f"SELECT * {{ VALUES ?v {{ {texts} }} GRAPH ?g {{}} }}") == Screening(False, False, True)


def test_marks_that_end_no_text_are_not_looked_at_for_ever() -> None:
    assert screen("ASK {} " + '"\\' * 100_000 + " graph") == Screening(True, True, True)
