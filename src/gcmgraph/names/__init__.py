"""Names of the reference data found in running text, for suggestions and the reader of documents.

- `gazetteer`: names of countries, organisations, instruments and towns
- `nationalities`: adjectives of countries
"""
