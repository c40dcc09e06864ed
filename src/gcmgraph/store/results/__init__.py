"""Results of queries.

- `capped_output`: results cut to limits of rows and bytes, and well-formed
- `formats`: formats of the engine, their check, and conversion between them
"""
