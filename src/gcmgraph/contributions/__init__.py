"""Contributions: submission, check, review and publication.

- `service`: submission, review and publication, as the command line and the server call them
- `contribution`: a contribution, its state and its events
- `content`: bytes, files in ZIP files, statements and texts of a contribution, within limits
- `own_addresses`: addresses of ours in other spellings
- `policy`: subjects and terms that a contribution may use, and reasons for refusing statements
- `submission_check`: policy and validation of a contribution
- `check_process`: the same in a process that can be killed
- `tables`, `database`, `ledger`: contributions and decisions in SQLite or PostgreSQL
- `access`: tokens, invitations, and limits for each token
- `publishing`: dataset versions from decisions
- `publish_process`: the same for the server: a process, a thread that starts it, and who waits for it
- `repeated_work`: work of a thread that is tried again after failures
- `provenance`: statements about contributions that are or were published
- `sending`, `sent_graphs`: publication of graphs to a SPARQL server · their record in the database
- `recorded_versions`: versions that servers made, in the database
- `notices`: notices to senders by e-mail, and their texts
- `confirmations`: confirmation of e-mail addresses before they get notices
- `remarks`: remarks of readers, which curators answer
- `transfer`: export and import of folders
- `migrations/`: changes of the tables (Alembic)
"""
