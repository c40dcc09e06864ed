"""A request of the SPARQL Protocol, written by SPARQLWrapper and sent by the caller.

SPARQLWrapper 2.0 would install a digest password for the whole process and choose the endpoint, query or update,
by a regular expression over the text: so it only writes the request here, for an operation that we name.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterable


def sparql_request(
    url: str, operation: str, text: str, accept: str, parameters: Iterable[tuple[str, str]] = ()
) -> urllib.request.Request:
    """A POST of a query (`operation` "SELECT") or an update ("INSERT") that asks for a media type.

    https://www.w3.org/TR/sparql11-protocol/#protocol
    """
    from SPARQLWrapper import POST, SPARQLWrapper  # noqa: PLC0415 - rdflib behind it: a tenth of a server's start

    wrapper = SPARQLWrapper(url)
    wrapper.setMethod(POST)
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", accept)
    for name, value in parameters:
        wrapper.addParameter(name, value)
    wrapper.queryString, wrapper.queryType = text, operation
    request: urllib.request.Request = wrapper._createRequest()
    return request
