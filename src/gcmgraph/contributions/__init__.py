"""Contributions: submission, check, review and publication.

- `service`: submission, review and publication, as the command line and the server call them
- `storage/`: the database: contributions and decisions, their tables
- `transfer`: export and import of folders
- `access/`: tokens, invitations, and limits for each token
- `withdrawal`: resources that end with a contribution
- `contribution`: a contribution, its state and its events
- `archives`: ZIP files of several files
- `content`: bytes, statements and texts of a contribution, within limits
- `reading`: content in RDF or a spreadsheet as statements
- `policy`: subjects and terms that a contribution may use
- `refusals`: reasons for refusing statements
- `checking/`: policy and validation of a contribution, in a process of its own
- `publishing/`: publication of accepted contributions
- `feedback/`: remarks of readers
- `partial`: acceptance in parts and by two curators
- `difference`: changes of the published graph by a contribution, for a curator
- `provenance`: published statements about a contribution (PROV-O)
- `pull_requests`: contributions of the repository, in `data/contributions/`
- `errors`: errors for the sender or the curator
"""
