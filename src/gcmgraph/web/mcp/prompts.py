"""Prompts: tasks that a user may start from a menu of the client, each with one argument."""

from __future__ import annotations

from gcmgraph.web.mcp.messages import INVALID_PARAMS, Json, RpcError
from gcmgraph.web.mcp.tools import TEXTS

#: Longest argument of a prompt, in characters.
LONGEST_ARGUMENT = 20_000


def list_prompts() -> list[Json]:
    """The prompts, as clients list them."""
    prompts = []
    for name, texts in TEXTS["prompts"].items():
        argument = {"name": texts["argument"], "description": texts["about"], "required": True}
        prompts.append(
            {
                "name": name,
                "title": texts["title"],
                "description": texts["description"],
                "arguments": [argument],
            }
        )
    return prompts


def get_prompt(name: str, arguments: object) -> Json:
    """The text of a task, with its argument between marks. Raises `RpcError`."""
    texts = TEXTS["prompts"].get(name)
    if texts is None:
        names = ", ".join(TEXTS["prompts"])
        raise RpcError(INVALID_PARAMS, f"There is no such prompt. Prompts: {names}.")
    if not isinstance(arguments, dict) or not all(
        isinstance(value, str) for value in arguments.values()
    ):
        raise RpcError(INVALID_PARAMS, "The arguments of a prompt are texts.")
    argument = texts["argument"]
    value = arguments.get(argument, "").strip()
    if not value or set(arguments) != {argument}:
        raise RpcError(
            INVALID_PARAMS, f"The prompt has one argument, '{argument}', which is required."
        )
    if len(value) > LONGEST_ARGUMENT:
        raise RpcError(
            INVALID_PARAMS, f"The argument has more than {LONGEST_ARGUMENT:,} characters."
        )
    marked = value.replace("<", "‹").replace(">", "›")
    text = f"{texts['task']}\n\n<{argument}>\n{marked}\n</{argument}>"
    message = {"role": "user", "content": {"type": "text", "text": text}}
    return {"description": texts["description"], "messages": [message]}
