"""Contributions: sent, checked, kept, reviewed, published, and never lost.

- `checking/`: validation of a contribution in a process of its own
- `publishing/`: publication of what was accepted
- `circles`: blank nodes that lead back to themselves: lists without an end, and graphs that canonicalisation is not
  done with
- `content`: what was sent, and RDF of it read as statements: bounded, and told clearly where it cannot be
- `contribution`: A contribution and what was decided on it: values only
- `difference`: what a contribution would change in the published graph, thing by thing, for a curator to read
- `durable`: files that are there whole and stay, or are not there: whatever ends the process, and when the power
  fails
- `errors`: what can go wrong with a contribution, said so that the sender or the curator can act on it
- `ledger`: the ledger: every contribution and every decision, as files that last. The published graph can be made
  from it again
- `policy`: what a contribution may state: about whom, and in which terms. Shapes say how a thing is described; this,
  by whom
- `provenance`: what the published graph says about a contribution: who sent it, when, from what, and who reviewed it
  (PROV-O)
- `pull_requests`: contributions that came as pull requests: files in `data/contributions/`, and a row of its table
  for each
- `reading`: read what was sent, RDF or a spreadsheet, as statements and what is wrong with it
- `records`: contributions as JSON: what the ledger writes and reads, and what the API shows of them
- `service`: contribute, review, publish: what the command line and the server call
- `spelling`: addresses that lead to ours and are not written as ours: who reads them takes them for the same, RDF
  does not
- `tokens`: tokens of contributors and curators: made by an operator, kept as digests, compared in constant time,
  revocable
- `wording`: words of people beside what they send: titles, reasons, comments, names
"""
