"""Maps and networks.

- `maps`: maps for pages: which countries they show, how dark, and which part of the world
- `network`: network pictures for pages: where organisations stand, how large, and the lines between them
- `routes`: /map and /network: where practices are carried out, and who works with whom, as pictures and as tables
"""
