"""Measurements of speed, memory and disk, beside other systems.

- `__main__`: the command that measures all parts; `parts`: those parts
- `goals`: table of goals; `summary`: verdicts on them
- `synthetic`: practices in our model, generated from a seed; `generate`: the command that writes them as N-Quads
- `material`: the graph of a run, its dump and its store; `growth_steps`: steps in processes of their own
- `queries`: the mix of eight queries (`queries/*.rq`) and their values; `sparql`: the mix on all servers
- `client`: the load, in a process of its own; `ceiling`: the maximum of that load
- `systems`: ours and its peers, on loopback over the same data
- `answers`: comparison of answers; `report`: tables of the mix and the JSON; `tables`: Markdown tables
- `pages`: one practice as a document; `validation`: beside pyshacl, by `validation_steps`
- `charts`: runs as pictures (`chart_svg`: lines, `chart_bars`: bars)
- `document`: docs/performance.md from the newest runs (`newest`, `document_tables`, `performance.md.jinja`)
"""
