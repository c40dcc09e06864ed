"""Maps and networks.

- `routes`: /map, /network and /coverage, as drawings and tables, and as SVG files
- `maps`: maps of pages: their countries, shades and region
- `network`: drawings of networks: positions, sizes and names of organisations, and the lines between them
"""
