"""What a change can affect in a graph that conforms.

- `affected_nodes`: which nodes a change of the graph concerns, and which triples they are judged by
- `graph_views`: the graph before and after a contribution, asked for a few patterns at a time and never copied
"""
