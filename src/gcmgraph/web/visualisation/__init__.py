"""Maps, networks and matrices.

- `routes`: /map and /network: places of practices and cooperation of organisations, as drawings and tables
- `matrix_routes`: /matrix/{facet}: practices by objective and another facet
- `matrix`: the matrix as rows with links, CSV, a workbook and a drawing
- `maps`: maps of pages: their countries, shades and region
- `network`: drawings of networks: positions, sizes and names of organisations, and the lines between them
"""
