"""Imports of UN files.

- `files`: published files, their statements, and their problems
- `imported`: kinds of imports, and the stored files
- `iom`: outputs of IOM's results framework
- `known`: reference data by name and code
- `m49`: regions and groups of countries
- `mtdsg`: status of a treaty, from XML
- `sdg`: goals, targets and indicators
- `treaties`: signatories and parties
- `unbis`: concepts of the UNBIS Thesaurus
"""
