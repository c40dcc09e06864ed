"""The addresses of the server itself: for those who watch it, find its pages, or make a client of it."""

from __future__ import annotations

from gcmgraph.web.openapi.builders import JSON, Json, answer, get, media, path, query, text, whole

_XML = "application/xml"

PATHS: Json = {
    "/sitemap.xml": get(
        "sitemap",
        "operations",
        "The lists of all pages, for search engines",
        {200: answer("The list of lists.", media(_XML))},
        conditional=True,
    ),
    "/sitemap-{number}.xml": get(
        "sitemap_part",
        "operations",
        "A list of pages",
        {200: answer("It.", media(_XML))},
        parameters=[path("number", "Which, from 1.", whole(1), 1)],
        problems=(404,),
        conditional=True,
    ),
    "/robots.txt": get(
        "robots",
        "operations",
        "What search engines may visit",
        {200: answer("It.", media("text/plain"))},
        conditional=True,
    ),
    "/health": get(
        "health",
        "operations",
        "Is the server up, and which dataset does it serve?",
        {200: answer("It is.", media({JSON: "Health"}))},
        problems=(503,),
    ),
    "/metrics": get(
        "metrics",
        "operations",
        "What was asked, and how long answers took, in the text format of Prometheus",
        {200: answer("Of all server processes together.", media("text/plain"))},
        problems=(503,),
    ),
    "/openapi.json": get(
        "openapi",
        "operations",
        "This document",
        {200: answer("It.", media({JSON: {"type": "object"}}))},
        conditional=True,
    ),
    "/static/{filename}": get(
        "static",
        "operations",
        "A style, script or picture of the pages",
        {200: answer("The file, as the media type of its name.", {"*/*": {}})},
        parameters=[
            path("filename", "Its name; it may hold slashes.", text(), "style.css"),
            query("v", "The digest that pages link it with; so asked, it may be kept for good.", text()),
        ],
        problems=(404,),
        conditional=True,
    ),
}
