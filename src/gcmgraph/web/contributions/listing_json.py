"""A contribution as JSON, for those who may see it."""

from __future__ import annotations

from typing import Any

from flask import request

from gcmgraph.contributions.contribution import Agent, Contribution, Role


def contribution_json(contribution: Contribution, agent: Agent | None) -> dict[str, Any]:
    """Who sent what and when, its state, and what happened since; the history only for sender and curators."""
    sent = contribution.submission
    address = f"{request.script_root}/contributions/{contribution.id}"
    told: dict[str, Any] = {
        "id": contribution.id,
        "href": address,
        "state": contribution.state,
        "title": {"text": sent.title, "language": sent.language},
        "sender": {"name": sent.sender.name, "iri": sent.sender.iri},
        "sent": sent.at.isoformat(timespec="seconds"),
        "file": {"name": sent.name, "mediaType": sent.media_type, "sha256": sent.sha256},
        "supersedes": sent.supersedes,
    }
    if agent is not None and (agent.role is Role.CURATOR or agent.iri == sent.sender.iri):
        told["content"] = f"{address}/content"
        told["history"] = [
            {
                "event": event.verb,
                "by": event.by.name,
                "at": event.at.isoformat(timespec="seconds"),
                "reason": event.reason,
                "successor": event.successor,
            }
            for event in contribution.events
        ]
    return told
