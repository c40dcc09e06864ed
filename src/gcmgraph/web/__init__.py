"""The web server: Flask, and the only place that knows of it.

- `server`: granian in the foreground, `listening`: where, `allocation`: its memory; `app`: `create_app(settings)`;
  `site`: what every blueprint is handed
- `negotiation`, `language`, `links`, `representation`, `bodies`, `problems`: what all answers share; `parameters`:
  whole numbers that a request gives
- `resources`: /id, /doc, /graph · `ontology`: /ontology, /shapes · `sparql`: /sparql (`sparql_protocol` reads
  requests) · `pages`: / · `browse`: /browse (`listing_request`,
  `listing_page`, `listing_data`) · `related_page`, `facet_names`: what goes with a
  thing, names of filters · `operations`: /health, /metrics
- `sparql_answers`, `sparql_diagnosis`: what /sparql says around its answers, and of queries that do not parse
- `changes`: /changes and /dataset/{version}, with `changes_json` and `atom`
- `graph_store`: /graph-store · `descriptions`: /.well-known/void
- below Flask: `request_counts` counts what is asked, `body_gate` reads bodies, `compression` gzips text,
  `result_cache` keeps answers, `sparql_direct` answers plain requests of /sparql (`lookups` on the spot, others by
  `sparql_reply`), `page_reading` has what a page needs read together
- `export`: the site as files
- `static_files`: /static, under addresses that name the content
- `interface`: what templates have · `catalogs`: gettext catalogs in `translations/` · `names`: of kinds and terms
- `things`: which template shows a thing · `proofs`: the proof of a statement · `source_page`: a document and what was
  read from it · `citations`: .bib and .ris · `sitemap`: /sitemap.xml, /robots.txt · `link_sets`: /linksets
- `diagrams`, `ontology_diagrams`: pictures of the ontology in columns
- `thing_page`, `templates/`, `static/`, `examples/`, `questions` · `compiled_templates`: once for all processes
- `dataset`: /dataset · `dumps`: /dumps · `context`: /context.jsonld · `dataset_versions`: what
  is computed once a version
- `near_matches`: what a 404 suggests · `withdrawn`: 410 · `signposting`: typed links · `headers`: of every answer
- `search`: /search · `resolve`: /resolve, by `resolve_links`
- `queries`: /queries, with `queries_request`, `queries_values`, `queries_form`, `queries_answer`; `queries_editor`: the
  editor's script
- `openapi`: /openapi.json
- `pictures`: /map and /network (`maps`, `network_pictures`) · `sample_statement`: a statement for the home page ·
  `readable`: values as people write them
- `validate`: /validate (`uploads` reads what is sent, `reports` shows what is wrong)
- `contributing`: contributions in the server: `contributions` and `contributions_review` are the pages,
  `contributions_json` the answers, `contributions_common` what they share, `contribution_template` the spreadsheet,
  `contribution_form` the form and `contribution_form_fields` what stands in it, `credentials` who asks
- `link_sets`: /linksets
- `reconcile`: /reconcile (`reconcile_requests`, `reconcile_answers`, `reconcile_manifest`, `reconcile_suggest`)
"""
