"""Questions about the graph with answers, to measure assistants (README.md in this folder).

- `question`: the questions of `questions.json`
- `client`: a client that answers each by its script, without a model
- `__main__`: `python -m bench.questions URL`
"""
