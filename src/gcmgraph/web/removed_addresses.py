"""Addresses that earlier releases had: 410 for every method, with what to use in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, request
from flask_babel import LazyString, gettext, lazy_gettext

from gcmgraph.web.http.problems import refusal


@dataclass(frozen=True)
class RemovedAddresses:
    """Paths that a pattern matches whole, and the sentence that names what to use."""

    pattern: re.Pattern[str]
    instead: LazyString


REMOVED = (
    RemovedAddresses(
        re.compile(r"/reconcile/(v1(/.*)?|match|reconcile|extend(/propose)?)"),
        lazy_gettext("Use version 0.2 of the Reconciliation Service API at /reconcile."),
    ),
    RemovedAddresses(
        re.compile(r"/contributions/feed(/.*)?"),
        lazy_gettext(
            "Use the page of your contribution, which shows the decisions, or notices by e-mail."
        ),
    ),
)


def add_refusals(app: Flask) -> None:
    """Refuse requests for removed addresses before other routes see them."""

    @app.before_request
    def refuse_removed() -> None:
        for addresses in REMOVED:
            if addresses.pattern.fullmatch(request.path):
                detail = gettext("The address %(address)s was removed.", address=request.path)
                raise refusal(HTTPStatus.GONE, detail, hint=str(addresses.instead))
