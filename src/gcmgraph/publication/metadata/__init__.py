"""Descriptions of the dataset and its tables for other programs, and citations.

- `catalogue`: parts of the dataset with terms of their own (`catalogue.csv`)
- `citations`: citations as BibTeX and RIS
- `dcat`: DCAT description of the dataset and its versions, by DCAT-AP for portals
- `doi`: the DOI of the dataset
- `link_sets`: VoID descriptions of link sets, and their last checks
- `partitions`: self-description of a version: example queries, and counts by class and property
- `schema_org`: resources and the dataset in schema.org
- `table_metadata`: tables by CSV on the Web, and in Croissant
- `void`: VoID description of the dataset, SPARQL service description
"""
