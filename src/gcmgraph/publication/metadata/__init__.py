"""Descriptions of the dataset: DCAT, VoID, service description, Schema.org, citation."""
