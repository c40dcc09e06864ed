"""Prompts: tasks that a user may start from a menu of the client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.web.mcp.messages import INVALID_PARAMS, Json, RpcError

#: Longest argument of a prompt, in characters.
LONGEST_ARGUMENT = 20_000


@dataclass(frozen=True)
class Prompt:
    """A task with one argument, which follows the text of the task between marks."""

    name: str
    title: str
    description: str
    argument: str
    about: str
    task: str

    def definition(self) -> Json:
        """The prompt in the list of prompts."""
        arguments = [{"name": self.argument, "description": self.about, "required": True}]
        return {"name": self.name, "title": self.title, "description": self.description, "arguments": arguments}

    def messages(self, given: Mapping[str, str]) -> Json:
        """The messages for an argument. Raises `RpcError` where it is missing or too long."""
        value = given.get(self.argument, "").strip()
        if not value or set(given) != {self.argument}:
            raise RpcError(INVALID_PARAMS, f"The prompt has one argument, '{self.argument}', which is required.")
        if len(value) > LONGEST_ARGUMENT:
            raise RpcError(INVALID_PARAMS, f"The argument has more than {LONGEST_ARGUMENT:,} characters.")
        marked = value.replace("<", "‹").replace(">", "›")
        text = f"{self.task}\n\n<{self.argument}>\n{marked}\n</{self.argument}>"
        message = {"role": "user", "content": {"type": "text", "text": text}}
        return {"description": self.description, "messages": [message]}


PROMPTS = {
    prompt.name: prompt
    for prompt in (
        Prompt(
            "country_profile",
            "Practices of a country, with their sources",
            "List the practices that are carried out in a country, each with the page that states it.",
            "country",
            "Name or code of a country, in any language.",
            "Find the country below with `search`. List its practices with the query `practices-by-country`, and "
            "describe each with `describe`. Write for each one sentence, and cite document and page. State which "
            "documents the graph was read from, and that a country without practices here may have some elsewhere.",
        ),
        Prompt(
            "check_claim",
            "Check a claim against the sources",
            "Find the statements of the graph that support or contradict a claim about the Compact or a practice.",
            "claim",
            "The sentence to check.",
            "Check the claim below against the graph. Find each thing that it names with `search`, read the facts with "
            "`describe`, and compare. Answer with one of: supported, contradicted, not known here. Cite the quotation "
            "or the page of each fact that you use. Do not use other knowledge.",
        ),
        Prompt(
            "prepare_contribution",
            "Prepare a contribution",
            "Turn notes about a practice into RDF that passes validation.",
            "notes",
            "Notes about a practice: title, country, organisations, dates, source.",
            "Write the notes below as Turtle in the terms of the graph. Read `schema` for the class gcm:Practice, and "
            "find the IRI of each country and organisation with `search`. Call `validate` and correct the text until "
            "it conforms. State nothing that the notes do not state. Show the Turtle; a person submits it.",
        ),
    )
}
