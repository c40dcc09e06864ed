"""Description of an operation, written at its route: `@operation(…)`.

`/openapi.json` is composed of them.

The view's docstring is the summary of the operation; its further paragraphs are the description.
Schemas of JSON are types (`TypedDict`), which msgspec converts, or JSON Schema as a dictionary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from msgspec import Meta

from gcmgraph.translations import LANGUAGES
from gcmgraph.web.http.formats import HTML, JSON, Format
from gcmgraph.web.http.negotiation import Offer
from gcmgraph.web.http.parameters import MAX_PAGE

#: JSON object with the keys of OpenAPI or JSON Schema.
Json = dict[str, Any]

#: Schemas of a body by media type: a type, JSON Schema, or None.
Content = Mapping[str, Any]

View = TypeVar("View", bound=Callable[..., Any])

#: Media types of forms.
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"

#: Types of members of JSON.
Address = Annotated[str, Meta(extra_json_schema={"format": "iri"})]
Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Count = Annotated[int, Meta(ge=0)]


def among(values: Iterable[str]) -> Meta:
    """Annotation of a text from a list of values."""
    return Meta(extra_json_schema={"enum": [*dict.fromkeys(values)]})


#: Name under which a view has its operations.
OPERATIONS = "operations"


def text(maximum: int | None = None, **more: object) -> Json:
    """Schema of a text with at most `maximum` characters."""
    return {"type": "string"} | ({"maxLength": maximum} if maximum is not None else {}) | more


def whole(minimum: int, maximum: int | None = None, default: int | None = None) -> Json:
    """Schema of an integer within bounds."""
    bounds = {"minimum": minimum, "maximum": maximum, "default": default}
    return {"type": "integer"} | {
        name: bound for name, bound in bounds.items() if bound is not None
    }


def one_of(values: Iterable[str], default: str | None = None) -> Json:
    """Schema of a text from a list of values."""
    return {"type": "string", "enum": [*dict.fromkeys(values)]} | (
        {"default": default} if default else {}
    )


def many(items: Json, maximum: int | None = None, **more: object) -> Json:
    """Schema of a list with at most `maximum` items."""
    return (
        {"type": "array", "items": items}
        | ({"maxItems": maximum} if maximum is not None else {})
        | more
    )


def record(members: Mapping[str, Json], required: Iterable[str] = (), **more: object) -> Json:
    """Schema of an object."""
    return (
        {"type": "object", "properties": {**members}}
        | ({"required": [*required]} if required else {})
        | more
    )


def fields(
    members: Mapping[str, Json], required: Iterable[str] | None = None, **more: object
) -> Content:
    """Content of a body with fields, as JSON or a form; by default all are required."""
    schema = record(members, members if required is None else required, **more)
    return dict.fromkeys((JSON.media_type, FORM), schema)


@dataclass(frozen=True)
class Parameter:
    """Parameter of the path where the rule of a route has its name, else of the query part; `where` names another part.

    A list is given by repeating the parameter. Parameters that are `shared` are components of the
    document. A `schema` that is a type is that of a value in JSON.
    """

    name: str
    description: str
    schema: Any = field(default_factory=text)
    example: object = None
    required: bool = False
    where: str = ""
    shared: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


#: Parameters of many operations.
LANG = Parameter(
    "lang", "Language of texts; overrides Accept-Language.", one_of(LANGUAGES), shared="lang"
)
PAGE_NUMBER = Parameter("page", "Page number, from 1.", whole(1, MAX_PAGE, 1))
MARK = Parameter(
    "bom", "Begin CSV with a byte order mark, for spreadsheets.", one_of(("true", "false"), "false")
)


def format_of(names: Iterable[str]) -> Parameter:
    """Parameter for the format of the response."""
    return Parameter("format", "Format of the response; overrides Accept.", one_of(names))


def suffix_of(
    forms: Iterable[Format | str], example: str = "ttl", subject: str = "response"
) -> Parameter:
    """Suffix of a path. An operation at a path without it, too, is described for both paths."""
    names = one_of(form if isinstance(form, str) else form.suffix for form in forms)
    return Parameter("suffix", f"Format of the {subject}.", names, example)


def media(*kinds: str | Format | Offer[Any] | type | Iterable[Format] | Content) -> dict[str, Any]:
    """Content of a body: media types, formats, or a type of JSON; the first schema of a media type holds."""
    content: dict[str, Any] = {}
    for kind in kinds:
        if isinstance(kind, str):
            content.setdefault(kind, text() if kind.startswith("text/") else None)
        elif isinstance(kind, Format):
            content = media(content, kind.media_type)
        elif isinstance(kind, Offer):
            content = media(
                content,
                *(getattr(form, "media_type", name) for name, form in kind.by_media_type.items()),
            )
        elif isinstance(kind, Mapping):
            content = {**kind, **content}
        elif isinstance(kind, type):
            content.setdefault(JSON.media_type, kind)
        else:
            content = media(content, *kind)
    return content


#: Headers of responses that are pages of a list, and of query results.
PAGED = ("Link", "X-Total-Count")
CUT = ("Result-Truncated", "Result-Unknown-Graphs", "Result-Unknown-Terms")


@dataclass(frozen=True)
class ApiResponse:
    """Response of one status, with the names of its headers; a component of the document where it is `shared`."""

    description: str
    content: Content = field(default_factory=dict)
    headers: tuple[str, ...] = ()
    shared: str = ""


def answer(
    description: str, *kinds: Any, headers: tuple[str, ...] = (), shared: str = ""
) -> ApiResponse:
    """Response with a content of `kinds`; see `media`."""
    return ApiResponse(description, media(*kinds), headers, shared)


#: A page or a form, and nothing else.
PAGE, FORM_PAGE = answer("HTML page.", HTML), answer("HTML form.", HTML)

#: Answer to a form with empty fields.
SHORTER = answer("Redirect of browsers to the address without empty parameters.")


@dataclass(frozen=True)
class Operation:
    """Operation of the view of a route: at all its paths and methods, or at one `path` or by one `method`.

    `problems` are statuses of problem details beside those that follow from the other members: 400
    from a body or from a parameter with bounds, 404 from a variable of the path, 406 from several
    media types, if they are `negotiated`, and so on. An operation that is `cached` may return 304.
    `token` is True where a token is required, False where it is optional, None where it is ignored.
    """

    name: str
    answers: Mapping[int, ApiResponse]
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[int, ...] = ()
    path: str = ""
    method: str = ""
    summary: str = ""
    description: str = ""
    body: Content | None = None
    body_description: str = ""
    cached: bool | None = None
    negotiated: bool = True
    token: bool | None = None


def operation(
    name: str,
    answer: ApiResponse | Mapping[int, ApiResponse] = PAGE,
    parameters: Iterable[Parameter] = (LANG,),
    problems: Iterable[int] = (),
    body: Any = None,
    **more: Any,
) -> Callable[[View], View]:
    """Describe the view of a route; arguments are those of `Operation`, an `answer` alone has status 200."""
    answers = {200: answer} if isinstance(answer, ApiResponse) else answer
    content = None if body is None else media(body)
    described = Operation(name, answers, tuple(parameters), tuple(problems), body=content, **more)

    def mark(view: View) -> View:
        view.__dict__.setdefault(OPERATIONS, []).append(described)
        return view

    return mark
