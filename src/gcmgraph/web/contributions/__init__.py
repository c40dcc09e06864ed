"""Contributions: form, template, validation, submission and review; remarks of readers.

- `blueprints`: services for contributions, and the blueprints that use them
- `invitations`: /contributions/invitation/{code} and /contributions/token: tokens of invitations and of browsers
- `status_links`: /contributions/status/{code}, links without a token, and the address for notices
- `sender`: /validate, /contributions and its template: data checked without storage, or submitted for review
- `form`: form for a practice or an organisation: its fields, and their values as a row of the template
- `form_pages`: /contributions/form/{kind}
- `suggest`: /suggest: suggestions for texts and for the practices of a file
- `desk`: /contributions/review and /contributions/{id}: queue, page and preview, and the decisions
- `changes`: changes that a contribution makes when it is accepted, property by property
- `revisions`: statements of sent files with their values, and the properties that a corrected file changes
- `confirmation`: /contributions/email/{code}, on which the holder of an e-mail address confirms it
- `feedback`: /feedback: remarks of readers, and their answers
- `responses`: lists, reports and pages, and the fields of requests
- `json_documents`: types of the JSON documents
"""
