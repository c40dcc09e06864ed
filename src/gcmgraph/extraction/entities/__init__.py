"""Names in text: organisations, places, nationalities.

- `counted_countries`: A list counted as countries may hold countries only: `in three countries: Kenya, Uganda and
  Zubrowka` is refused
- `gazetteer`: names that the reference data knows, found in running text
- `name_shapes`: how the name of an organisation that nobody knows is built, and so where it ends
- `nationalities`: adjectives of countries: `Thai`, `thaïlandais`, `tailandés`
- `organisations`: organisation names in running text: known ones by the gazetteer, unknown ones by how names are
  built
- `own_name`: the practice's own name: where a text repeats it, and the organisation whose the practice is by it
- `places`: where a practice is carried out
"""
