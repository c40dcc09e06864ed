"""Paths for the operation of the server: sitemaps, monitoring, this description, static files."""

from __future__ import annotations

from gcmgraph.web.openapi.builders import JSON, Json, answer, get, media, path, query, text, whole

_XML = "application/xml"

PATHS: Json = {
    "/sitemap.xml": get(
        "sitemap",
        "operations",
        "Return the sitemap index, for search engines",
        {200: answer("Sitemap index.", media(_XML))},
        conditional=True,
    ),
    "/sitemap-{number}.xml": get(
        "sitemap_part",
        "operations",
        "Return a part of the sitemap",
        {200: answer("Sitemap.", media(_XML))},
        parameters=[path("number", "Number of the part, from 1.", whole(1), 1)],
        problems=(404,),
        conditional=True,
    ),
    "/robots.txt": get(
        "robots",
        "operations",
        "Return the crawling rules for search engines",
        {200: answer("Robots exclusion rules.", media("text/plain"))},
        conditional=True,
    ),
    "/health": get(
        "health",
        "operations",
        "Return the service status and the dataset version",
        {200: answer("Service status.", media({JSON: "Health"}))},
        problems=(503,),
    ),
    "/metrics": get(
        "metrics",
        "operations",
        "Return request counts and durations in the Prometheus text format",
        {200: answer("Metrics, summed over all server processes.", media("text/plain"))},
        problems=(503,),
    ),
    "/openapi.json": get(
        "openapi",
        "operations",
        "Return this document",
        {200: answer("OpenAPI document.", media({JSON: {"type": "object"}}))},
        conditional=True,
    ),
    "/static/{filename}": get(
        "static",
        "operations",
        "Return a style sheet, script or image",
        {200: answer("File content; the media type follows from the file name.", {"*/*": {}})},
        parameters=[
            path("filename", "File name; it may contain slashes.", text(), "style.css"),
            query(
                "v",
                "Digest of the content, as in links of pages; a response with it may be cached permanently.",
                text(),
            ),
        ],
        problems=(404,),
        conditional=True,
    ),
}
