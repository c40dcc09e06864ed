"""Tools that build committed files; none is part of the distribution.

- `world_map`: shapes of countries for maps (`make world`)
- `learn_glyphs`, `measure_drawn_lines`: table of glyph shapes for lines that a PDF draws
"""
