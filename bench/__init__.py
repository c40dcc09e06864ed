"""How fast and how large it is, beside what people would use instead.

- `__main__`: the command that measures everything in one go; `parts`: what that is
- `goals`: what is to be reached; `summary`: whether it is
- `synthetic`: practices in our model, made from a seed; `generate`: the command that writes them as N-Quads
- `material`: the graph of a run, its dump and its store; `growth_steps`: steps in processes of their own
- `queries`: the mix of eight queries (`queries/*.rq`) and their values; `sparql`: the mix on all servers
- `client`: the load, in a process of its own; `ceiling`: how much load it could make at all
- `systems`: ours and its peers, started on loopback over the same data
- `answers`: whether systems gave the same answers; `report`: the tables of the mix and the JSON; `tables`: any table
- `pages`: one practice as a document, compared by `pages_answers`; `validation`: beside pyshacl, by `validation_steps`
- `charts`: runs as pictures (`chart_svg`: lines, `chart_bars`: bars)
- `document`: docs/performance.md from the newest runs (`newest`, `document_tables`, `performance.md.jinja`)
"""
