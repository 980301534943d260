"""The OpenAPI document: it says what the table says, and the API does what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.web import test_roles
from tests.web.served import Served, ask, served
from wideberth.web import openapi
from wideberth.web.table import TABLE

DOCUMENT = openapi.document(TABLE)
AS_JSON = msgspec.json.decode(msgspec.json.encode(DOCUMENT))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.negative_data_rejection,
]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("api")) as found:
        found.node.people.set_roles("officer", ["admin", "officer"])
        yield found


def test_it_lists_every_route_and_no_other() -> None:
    listed = {
        (method.upper(), path, operation.get("security") == [])
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
    }
    assert listed == {(each.method, each.path, each.who is None) for each in TABLE}


def test_names_in_paths_are_parameters_and_ids_are_told_apart() -> None:
    ids = []
    for path, operations in DOCUMENT["paths"].items():
        for operation in operations.values():
            named = [each["name"] for each in operation.get("parameters", []) if each["in"] == "path"]
            assert named == re.findall(r"\{(\w+)\}", path)
            ids.append(operation["operationId"])
    [last] = DOCUMENT["paths"]["/v1/events"]["get"]["parameters"]
    assert (last["name"], last["in"], last["required"]) == ("Last-Event-ID", "header", False)
    assert len(set(ids)) == len(ids) == len(TABLE)


def test_requests_are_strict_and_references_lead_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["Login"]["additionalProperties"] is False
    assert schemas["Login"]["required"] == ["name", "password", "token"]
    assert {"LineView", "NodeView", "AgreementsView", "Problem"} <= set(schemas)
    for reference in re.findall(r"'#/components/(\w+)/(\w+)'", repr(DOCUMENT)):
        assert reference[1] in DOCUMENT["components"][reference[0]]


def test_it_is_what_the_api_gives(api: Served) -> None:
    assert ask(api.far(), "GET", "/v1/openapi.json", headers=api.bearer()) == (200, AS_JSON)


def operations() -> list[Any]:
    """All but the stream, which does not end by itself."""
    kept = {path: each for path, each in DOCUMENT["paths"].items() if path != "/v1/events"}
    found = schemathesis.openapi.from_dict({**DOCUMENT, "paths": kept})
    # what is no operation raises here
    return [cast("Any", each).ok() for each in found.get_all_operations()]


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda each: each.value)
@pytest.mark.parametrize("operation", operations(), ids=lambda each: str(each.label))
def test_the_api_does_what_it_says(api: Served, operation: Any, mode: GenerationMode) -> None:
    """Requests as the document has them, and as it does not, by an officer who is an admin too."""
    assert api.serving.address is not None
    host, port = api.serving.address
    # who ends the own token must not be who asks for the rest
    headers = api.bearer("planner" if operation.label in test_roles.ENDING else "officer")
    if mode.value == "negative" and not (operation.body or operation.query):
        return  # nothing in it can be wrong

    @settings(max_examples=5, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.data(), st.booleans())
    def try_it(data: st.DataObject, real: bool) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if real and "line" in (case.path_parameters or {}):
            case.path_parameters["line"] = api.two.line
        answer = case.call(base_url=f"http://{host}:{port}", headers=headers)
        case.validate_response(answer, checks=CHECKS)

    try_it()
