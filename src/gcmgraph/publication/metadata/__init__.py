"""Descriptions of the dataset and citations.

- `dcat`: DCAT description of the dataset and its versions, by DCAT-AP for portals
- `formats`: schema.org, CSVW, Croissant; citations as BibTeX and RIS
- `void`: VoID description of the dataset and its link sets, SPARQL service description, self-description
"""
