"""Responses that documents share: representations, and the links that describe them.

- `documents`: answers with the headers that negotiated documents need (RFC 9110: 8.7, 8.8.3, 12.5.5; RFC 8288)
- `signposting`: typed links about a document: headers, and a link set (https://signposting.org/FAIR/; RFC 8288, RFC
  9264)
"""
