"""Suggestions for the text of a practice: objectives, actions, targets, countries, organisations, audiences.

- `words`: words of a text, cut to the part that inflection leaves
- `ranking`: documents ranked by the words of a text (BM25)
- `suggester`: suggestions from the labels of the published graph
- `practices`: texts of the practices among statements
- `document`: suggestions as JSON
"""
