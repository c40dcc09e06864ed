"""The web server: Flask, and the only place that knows of it.

- `browse/`: lists with facets, and search
- `contributions/`: contributions: form, template, validation, submission and review
- `dataset/`: the dataset: its description, downloads, versions and link sets
- `export/`: the site as files that any web server or object store can publish. Every file is what the application
  answers
- `home/`: home page, sitemap, and the routes for operators
- `http/`: HTTP, independent of what is served: negotiation, headers, problems, parameters, request bodies
- `i18n/`: languages of the interface: catalogs of messages, names in a language, formats of values
- `middleware/`: WSGI middleware below Flask: compression, cached responses, metrics, read-ahead
- `named_queries/`: named queries: their pages, forms, parameters and results
- `openapi/`: /openapi.json: every public address of the server, for programs that make a client of it (OpenAPI 3.1)
- `reconciliation/`: reconciliation Service API
- `resources/`: pages and documents of the graph's resources, and resolution of identifiers
- `responses/`: responses that documents share: representations, and the links that describe them
- `sparql/`: SPARQL Protocol and Graph Store Protocol
- `templating/`: jinja: compiled templates, and the names that every template may use
- `visualisation/`: maps and networks
- `vocabulary/`: pages of the ontology and of the shapes
- `allocation`: how the memory of a server process is allocated
- `app`: the application factory
- `listening`: where the server listens: an address of this machine, and a port that nobody else has
- `server`: run the application on granian, in the foreground
- `services`: what every blueprint is handed: the addresses, the current dataset, the query workers, the questions
- `snapshot`: what is computed once from a dataset version and shared by requests
"""
