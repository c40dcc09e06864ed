"""From the files of the repository to a published dataset, and from that to descriptions of things.

- `assembly`: every graph of the dataset, from the files
- `precedence`: which statements of reference tables give way to imported files of the UN
- `graphs`: what each graph is, in words
- `inference`: what follows from the ontology (`inference/*.rq`)
- `build`: assemble, validate, store; one dataset version
- `changes`, `version_files`, `version_history`: what versions changed, the files beside each, all of them
- `dcat`, `dcat_versions`, `dcat_dumps`, `void`: the dataset described; `link_sets`: its links to other datasets
- `summary`: what a dataset holds, counted, to read; `figures`: the same for machines, kept beside a version
- `network`, `geography`: who works with whom, the shapes that maps are made of
- `describe`, `describe_catalogue`, `describe_evidence`, `labels`: what is shown of one thing
- `describe_notes`: what is recorded about graphs and columns
- `describe_origin`: where each statement comes from, and who stands for it
- `document_map`, `text_segments`: a source document by its passages, its text cut at quotations
- `vocabulary`, `shape_rules`: the ontology's terms, the shapes as rules with examples; `graph_values`: one graph's
- `citation`, `schema_org`: a thing or the dataset as a reference to cite, and in the words of schema.org
- `listing`, `facets`, `names`, `periods`: lists of the things of a kind, narrowed, counted and ordered
- `list_file`, `list_making`, `list_change`: the file beside a version that lists are answered from
- `version_indexes`: all that is made of a version once, for server processes to open
- `prepared_answers`: the library's answers on a large version, before anyone asks; `answering`: on one that is served
- `timeline`, `related`: when practices were carried out, and what goes with a thing
- `reconciliation`: which things the names in somebody's table mean, and what is known of them
- `tables`, `csv_text`: one thing or a list as CSV
- `relations`: who takes part where and who works with whom; `tie_writing` keeps the ties in the file of lists
- `search_index`: things by any name: `search_labels` are the names, `search_file` and `search_writing` make the file
  beside a version, `search_readers` open it, `search_query` and `search_near` ask it, `search_forms` are keys of
  names for `reconciliation`
- `load`: an operator's own RDF; `service_description`: what our endpoint can do
- `changed_files`, `inferred_change`: a version made from the one before it, in time that goes with the change
- `link_sets`: what each link set covers, and its last check
"""
