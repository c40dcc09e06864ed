"""Model Context Protocol: the graph for assistants, at /mcp and over stdio.

- `routes`: /mcp (streamable HTTP, stateless, answers in JSON)
- `hosts`: the hosts and origins from which requests are accepted
- `server`: the server of a site, for any transport
- `protocol`: methods of the protocol
- `envelope`: versions, and metadata of requests
- `messages`: JSON-RPC messages and errors
- `toolbox`: tools: names, descriptions, arguments and their check
- `tools/`: the tools
- `resources`: ontology, shapes, how to cite, licence
- `prompts`: tasks for a menu of the client
"""
