"""Model Context Protocol: tools for assistants.

https://modelcontextprotocol.io/specification/2026-07-28

- `messages`: requests, versions, headers and errors, for any transport
- `tools`, `prompts`: their definitions and the check of calls; texts are in `texts.toml`
- `protocol`: the methods of the protocol, and resources
- `server`: the server of a site: the table of tools and their functions; /mcp: streamable HTTP
- `graph_reader`: the graph as tools read it: names, values and tables as text
- `absence`: reasons why an answer is empty
- `search`, `describe`, `passages`, `queries`, `schema`, `coverage`, `examples`: functions of tools
- `fact_texts`: facts as text, with their evidence
- `result_rows`: rows of query results as a table
- `properties`: the property that a name means for the resources of a kind
- `speakers`: who states the facts of a row
"""
