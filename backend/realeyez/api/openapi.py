"""The OpenAPI 3.1 description, made from the types that validate and answer."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from realeyez import __version__
from realeyez.api import problems
from realeyez.api.check import CheckQuery
from realeyez.models import Manifest
from realeyez.pipeline.types import Verdict

Json = dict[str, Any]

_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Stable; see the titles."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "instance": {
            "type": "string",
            "format": "uri",
            "description": "urn:realeyez:request: and the answer's X-Request-Id.",
        },
    },
}


async def openapi(request: web.Request) -> web.Response:
    return web.json_response(description())


def description() -> Json:
    """The whole API as an OpenAPI document."""
    _, definitions = models_json_schema(
        [(Verdict, "serialization"), (Manifest, "serialization")],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "RealEyez",
            "version": __version__,
            "summary": "Is this picture real, or was it made by AI?",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/v1/check": {"post": _check()},
            "/v1/model": {"get": _get("The manifest of the model in use", _ref("Manifest"))},
            "/health/live": {"get": _get("Is the process alive?", _status())},
            "/health/ready": {"get": _get("May it be sent pictures?", _status())},
            "/metrics": {
                "get": _get("Metrics for Prometheus", {"type": "string"}, mime="text/plain")
            },
            "/openapi.json": {"get": _get("This document", {"type": "object"})},
            "/": {"get": _get("The web page", {"type": "string"}, mime="text/html")},
        },
        "components": {"schemas": {**definitions["$defs"], "Problem": _PROBLEM}},
    }


def _check() -> Json:
    picture = {"type": "string", "contentMediaType": "application/octet-stream"}
    form = {
        "type": "object",
        "required": ["image"],
        "properties": {"image": picture},
    }
    return {
        "summary": "Check a picture",
        "description": "The bytes decide what the picture is, not the content type.",
        "parameters": _query_parameters(CheckQuery),
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": picture},
                "image/*": {"schema": picture},
                "multipart/form-data": {"schema": form},
            },
        },
        "responses": {
            "200": _answer("The verdict", _ref("Verdict")),
            **_problem_answers(*problems.PROBLEMS.values(), problems.INTERNAL),
        },
    }


def _query_parameters(query: type[BaseModel]) -> list[Json]:
    properties: dict[str, Json] = query.model_json_schema()["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": schema["description"],
            "schema": {key: schema[key] for key in ("type", "enum", "default") if key in schema},
        }
        for name, schema in properties.items()
    ]


def _get(summary: str, schema: Json, mime: str = "application/json") -> Json:
    return {"summary": summary, "responses": {"200": _answer(summary, schema, mime)}}


def _answer(description: str, schema: Json, mime: str = "application/json") -> Json:
    return {"description": description, "content": {mime: {"schema": schema}}}


def _problem_answers(*kinds: problems.Problem) -> Json:
    """One answer a status; its description names every type that has it."""
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(f"{kind.title} (`{kind.type}`)")
    return {
        str(status): _answer("; ".join(titles), _ref("Problem"), problems.CONTENT_TYPE)
        for status, titles in sorted(by_status.items())
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _status() -> Json:
    return {"type": "object", "properties": {"status": {"type": "string"}}}
