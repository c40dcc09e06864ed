"""How fast and how large it is, beside what people would use instead.

- `synthetic`: practices in our model, made from a seed; `generate`: the command that writes them as N-Quads
- `queries`: the mix of eight queries (`queries/*.rq`) and the values they are run with
- `client`: the load, in a process of its own; `ceiling`: how much load it could make at all
- `systems`: ours and its peers, started on loopback over the same data
- `answers`: whether systems gave the same answers; `report`: the tables and the JSON
- `sparql`: the command that measures
"""
