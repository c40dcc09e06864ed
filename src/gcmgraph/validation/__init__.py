"""Validation of contributions and datasets by SHACL (https://www.w3.org/TR/shacl/) and some checks beside it.

- `checks/`: checks of what no shape can express: terms, resources, duplicates
- `equivalence/`: validation of a whole dataset, one node of those with equal signatures
- `incremental/`: effects of a change on a graph that conforms
- `shacl/`: the engine of SHACL, and the triples that shapes read
- `basis`: rules that data are checked against
- `contribution`: validation of a contribution, by what it changes in the published graph
- `dataset`: validation of a whole dataset
- `files`: validation of RDF files
- `locations`: statements with their places in files
- `report`: validation reports as values, and constraints with a component of their own
- `report_formats`: reports as RDF, JSON, SARIF and commands of GitHub
- `report_text`: reports for people
- `suggestions`: valid values for invalid ones, by similar names
- `triples`: triples as plain tuples
"""
