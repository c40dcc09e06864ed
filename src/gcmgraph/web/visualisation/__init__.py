"""Maps and networks.

- `routes`: /map, /network and /coverage, as drawings and tables
- `coverage`: actions of objectives, and the practices that support them
- `maps`: maps of pages: their countries, shades and region
- `network`: drawings of networks: positions, sizes and names of organisations, and the lines between them
- `standalone`: drawings of pages as SVG files
"""
