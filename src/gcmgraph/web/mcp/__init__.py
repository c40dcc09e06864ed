"""Model Context Protocol (https://modelcontextprotocol.io/specification/2026-07-28): tools for assistants.

- `protocol`: messages, methods, errors, tools, prompts and resources, for any transport; texts are in `texts.toml`
- `server`: the server of a site: the table of tools and their functions; /mcp: streamable HTTP
- `search`: the graph as tools read it, and the tool that finds resources
- `properties`: the property that a name means for the resources of a kind
- `speakers`: who states the facts of a row
- `describe`, `queries`: the functions of the other tools
"""
