"""The web server, the only package that knows Flask.

- `browse/`: lists with facets, and search
- `contributions/`: contributions: form, template, validation, submission and review
- `dataset/`: the dataset: its description, downloads, versions and link sets
- `export/`: the site as files that any web server or object store can publish
- `discovery`: what assistants and registries read first: /llms.txt, AI Catalog, server card
- `embedding`: what other sites show in a frame, and its description (oEmbed)
- `home`: home page, coverage by objective, glossary, contact
- `guides`: guides for officers and analysts, from `docs/`
- `operations`: /health and /metrics: status of the server and counts of its requests
- `sitemap`: addresses for search engines
- `http/`: HTTP, independent of the services: formats, negotiation, headers, problems, limits, cache, counts
- `mcp/`: Model Context Protocol, for assistants
- `named_queries/`: named queries: their pages, forms, parameters and results
- `reconciliation_api/`: Reconciliation Service API
- `resources/`: pages and documents of the graph's resources, and resolution of identifiers
- `responses/`: responses with documents, and the links that describe them
- `sparql/`: SPARQL Protocol and Graph Store Protocol
- `visualisation/`: maps and networks
- `i18n`: languages of the interface: catalogs of messages, names in a language, formats of values
- `templating`: Jinja: terms of a dataset version, and the names that every template may use
- `removed_addresses`: addresses of earlier releases, with what to use in their place
- `vocabulary`: pages of the ontology and of the shapes
- `diagrams`: layout of diagrams of the ontology: boxes in columns, arrows between them
- `openapi`: /openapi.json, composed from the routes (OpenAPI 3.1)
- `app`: the application factory: routes and middleware over the services of a site
- `server`: the application on granian, in the foreground
- `services`: application services shared by all routes, and the current dataset version, opened
"""
