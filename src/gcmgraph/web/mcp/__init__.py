"""Model Context Protocol (https://modelcontextprotocol.io/specification/2026-07-28): tools for assistants.

- `messages`: JSON-RPC messages, their versions and metadata, and errors
- `protocol`: the methods, for any transport
- `routes`: /mcp: streamable HTTP
- `server`: the server of a site: the table of tools and their functions
- `offers`: tools, prompts and resources, with their texts in `texts.toml`
- `graph`: the graph as tools read it
- `search`, `describe`, `examples`, `queries`: the functions of the tools
"""
