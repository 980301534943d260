"""The OpenAPI 3.1 document of the API, made from the table that requests are routed by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

import wideberth
from wideberth.web import problems
from wideberth.web.problems import Problem
from wideberth.web.route import JSON, OCTETS, Route

REF: Final = "#/components/schemas/{name}"
PROBLEM: Final = "#/components/responses/Problem"
_NAMED = re.compile(r"\{(\w+)\}")


def document(table: Sequence[Route]) -> dict[str, Any]:
    """The document, as what JSON is made from."""
    types = list(_types(table))
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    by_type = dict(zip(map(_key, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Wideberth",
            "version": wideberth.__version__,
            "summary": "A node, for its own people",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {
                "Problem": {
                    "description": "An error, by its code. 401: no token that counts; 403: another role is "
                    "needed; 404: nothing there that the asker may see; 409: a rule is against it; "
                    "503: come again.",
                    "content": {problems.TYPE: {"schema": by_type[_key(Problem)]}},
                }
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "Any name; the password is a token of an account that only observes.",
                },
            },
        },
    }


def _types(table: Iterable[Route]) -> Iterable[Any]:
    seen = set()
    for each in (Problem, *(each for route in table for each in (route.takes, route.gives))):
        if each not in (None, bytes) and _key(each) not in seen:
            seen.add(_key(each))
            yield each


def _key(of: Any) -> str:
    return repr(of)


def _operation(route: Route, by_type: dict[str, Any]) -> dict[str, Any]:
    head, _, rest = route.words.partition(". ")
    found: dict[str, Any] = {
        "operationId": f"{route.method.lower()}{re.sub(r'[^a-z0-9]+', '_', route.path.removeprefix('/v1'))}",
        "summary": head.removesuffix("."),
        "responses": _responses(route, by_type),
    }
    who = "Nobody needs a token." if route.who is None else f"For {_for(route.who)}."
    found["description"] = f"{rest} {who}".strip()
    if route.who is None:
        found["security"] = []
    if route.basic:
        found["security"] = [{"bearer": []}, {"basic": []}]
    names = {"path": _NAMED.findall(route.path), "query": route.asked, "header": route.headers}
    parameters = [
        {"name": name, "in": where, "required": where == "path", "schema": {"type": "string"}}
        for where, found_there in names.items()
        for name in found_there
    ]
    if parameters:
        found["parameters"] = parameters
    if route.takes is not None:
        found["requestBody"] = {
            "required": True,
            "content": _content(OCTETS if route.takes is bytes else JSON, route.takes, by_type),
        }
    return found


def _for(who: frozenset[str]) -> str:
    return " or ".join(sorted(who)) if who else "every account"


def _responses(route: Route, by_type: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if route.gives is None:
        found["204"] = {"description": "Done."}
    else:
        found["200"] = {"description": "Done.", "content": _content(route.media, route.gives, by_type)}
    return found | {"4XX": {"$ref": PROBLEM}, "5XX": {"$ref": PROBLEM}}


def _content(media: str, of: Any, by_type: dict[str, Any]) -> dict[str, Any]:
    if of is bytes:
        plain = media.partition(";")[0]
        return {plain: {"schema": {"type": "string"}} if plain.startswith("text/") else {}}
    return {media: {"schema": by_type[_key(of)]}}
