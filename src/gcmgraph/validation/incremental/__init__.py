"""Effects of a change on a graph that conforms.

- `affected_nodes`: focus nodes whose verdict a change can affect
- `graph_views`: the graph before and after a change, read by pattern and never copied
"""
