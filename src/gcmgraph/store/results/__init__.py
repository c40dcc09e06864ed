"""Results of queries: formats, lines, and limits of their size.

- `capped_output`: write an answer until it holds as much as one may, and end it well there
- `formats`: the engine's formats of results, whether what it wrote in one is in order, and solutions from one to
  another
- `lines`: solutions in JSON as lines, one for each row, so that a page of many rows is read without the others
"""
