"""Imports: tables with CSVW metadata, and files of the UN in their own form.

- `reference`: reference data by name and code; files, options and statements of an import
- `stored`: the stored files of imports, and their statements in a build
- `un_tables`: rows of UN M49, of IOM's results framework and of treaties
- `vocabularies`: concepts of the SDG and of the UNBIS Thesaurus, from RDF
"""
