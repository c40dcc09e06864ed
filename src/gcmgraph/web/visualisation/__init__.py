"""Maps and networks.

- `routes`: /map and /network: places of practices and cooperation of organisations, as drawings and tables
- `maps`: maps of pages: their countries, shades and region
- `network`: drawings of networks: positions, sizes and names of organisations, and the lines between them
"""
