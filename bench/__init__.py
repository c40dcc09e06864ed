"""Measurements of speed, memory and disk, beside other systems.

- `__main__`: the command that measures all parts; one module a part: `load`, `sparql`, `pages`, `validation`,
  `contributions`, `decisions`
- `against`: this checkout beside another commit; `checkouts`: store and server of a checkout
- `synthetic`: practices in our model, generated from a seed
- `material`: the graph of a run, its dump and its store; steps in processes of their own
- `queries`: the mix of eight queries (`queries/*.rq`) and their values
- `client`: the load, in a process of its own; `http_response`: its reader of responses
- `systems`: ours and its peers, on loopback over the same data
- `report`: figures, their goals, tables and JSON
- `questions`: GCM-QA without a model, on a running server
"""
