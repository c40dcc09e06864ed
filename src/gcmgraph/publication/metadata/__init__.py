"""Descriptions of the dataset: DCAT, VoID, service description, Schema.org, citation.

- `citation`: how a thing of the graph, or the graph itself, is cited: as BibTeX and as RIS
- `dcat`: the dataset as catalogues want it (https://www.w3.org/TR/vocab-dcat-3/): all of it taken from what is there
- `dcat_versions`: versions in DCAT 3 and PROV-O (https://www.w3.org/TR/vocab-dcat-3/#dataset-versions)
- `link_sets`: the link sets of a dataset version: what they link, how much of it, and when that was last checked
- `schema_org`: things and the dataset in the words of schema.org, for search engines
  (https://schema.org/docs/gs.html)
- `service_description`: what our endpoint can do, and only that (https://www.w3.org/TR/sparql11-service-description/)
- `void`: what the dataset holds, counted, for machines (https://www.w3.org/TR/void/)
"""
