"""Contributions: form, template, validation, submission and review; remarks of readers.

- `blueprints`: services for contributions, and the blueprints that use them; /contributions/invitation/{code},
  /contributions/status/{code}, links without a token, and /contributions/token, that of a browser
- `sender`: /validate, /contributions and its template: data checked without storage, or submitted for review
- `form`: /contributions/form/{kind}, a form for a practice or an organisation, and /suggest, suggestions for texts
- `desk`: /contributions/review and /contributions/{id}: queue, page and preview, and the decisions
- `changes`: changes that a contribution makes when it is accepted, property by property
- `revisions`: statements of sent files with their values, and the properties that a corrected file changes
- `confirmation`: /contributions/email/{code}, on which the holder of an e-mail address confirms it
- `feedback`: /feedback: remarks of readers, and their answers
- `responses`: lists, reports and pages, and the fields of requests
- `json_documents`: types of the JSON documents
"""
