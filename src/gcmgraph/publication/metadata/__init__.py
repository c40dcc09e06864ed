"""Descriptions of the dataset and citations.

- `citation`: citations as BibTeX and RIS
- `croissant`: description of whole tables by Croissant
- `csvw`: metadata of whole tables by CSV on the Web
- `dcat`: DCAT description of the dataset
- `dcat_ap`: description of the dataset by DCAT-AP, for portals
- `dcat_versions`: DCAT and PROV-O descriptions of versions
- `link_sets`: link sets of a dataset version, with their last checks
- `schema_org`: schema.org descriptions for search engines
- `service_description`: SPARQL service description
- `void`: VoID description of the dataset
"""
