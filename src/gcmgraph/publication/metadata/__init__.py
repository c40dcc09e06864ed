"""Descriptions of the dataset and citations.

- `citation`: citations as BibTeX and RIS
- `dcat`: DCAT description of the dataset and its versions
- `dcat_ap`: description of the dataset by DCAT-AP, for portals
- `link_sets`: link sets of a dataset version, with their last checks
- `schema_org`: schema.org descriptions for search engines
- `tables`: metadata of whole tables by CSV on the Web and Croissant
- `void`: VoID description of the dataset, SPARQL service description
"""
