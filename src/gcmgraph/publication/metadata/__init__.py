"""Descriptions of the dataset and citations.

- `citation`: citations as BibTeX and RIS
- `dcat`: DCAT description of the dataset and its versions, by DCAT-AP for portals
- `json_documents`: schema.org descriptions for search engines; metadata of whole tables by CSVW and Croissant
- `void`: VoID description of the dataset and its link sets, SPARQL service description
"""
