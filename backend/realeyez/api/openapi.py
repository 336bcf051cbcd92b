"""The OpenAPI 3.1 description, made from the types that validate and answer."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from realeyez import __version__
from realeyez.api import auth, guard, problems, rates
from realeyez.api.body import PictureUrl
from realeyez.api.check import CheckQuery
from realeyez.db import errors as store
from realeyez.db.records import Check, Feedback, GivenFeedback
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


_SECURITY: list[Json] = [{"key": []}, {}]
_KEY: Json = {
    "type": "http",
    "scheme": "bearer",
    "description": (
        "Whoever runs the service makes keys with `realeyez keys create`; on this machine alone, "
        "none is needed."
    ),
}
_CHECK_ID: Json = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The verdict's `id`.",
    "schema": {"type": "string"},
}

_ANYWHERE = (guard.WrongOrigin, guard.WrongHost)
_WITH_KEY = (
    *_ANYWHERE,
    auth.NoKey,
    store.BadKey,
    store.RevokedKey,
    rates.TooOften,
    store.Unavailable,
)
_WITH_CHECK = (*_WITH_KEY, store.UnknownCheck)
_OF_NO_CHECK = (*_WITH_CHECK, store.DiskFull, problems.Draining)
_OF_A_CHECK = tuple(error for error in problems.PROBLEMS if error not in _OF_NO_CHECK)


async def openapi(request: web.Request) -> web.Response:
    return web.json_response(description())


def description() -> Json:
    """The whole API as an OpenAPI document."""
    _, definitions = models_json_schema(
        [
            (PictureUrl, "validation"),
            (Feedback, "validation"),
            *((kind, "serialization") for kind in (Verdict, Manifest, Check, GivenFeedback)),
        ],
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
            "/v1/checks/{id}": {
                "get": _get(
                    "A check that was made before",
                    _ref("Check"),
                    *_WITH_CHECK,
                    parameters=[_CHECK_ID],
                )
            },
            "/v1/checks/{id}/feedback": {"post": _feedback()},
            "/v1/model": {
                "get": _get("The manifest of the model in use", _ref("Manifest"), *_WITH_KEY)
            },
            "/health/live": {"get": _get("Is the process alive?", _status())},
            "/health/ready": {
                "get": _get("May it be sent pictures?", _status(), problems.Draining)
            },
            "/metrics": {
                "get": _get(
                    "Metrics for Prometheus",
                    {"type": "string"},
                    *_WITH_KEY,
                    mime="text/plain",
                    description="From this machine, or with a key.",
                )
            },
            "/status": {
                "get": _get(
                    "The last hour, for people",
                    {"type": "string"},
                    *_WITH_KEY,
                    mime="text/html",
                    description="From this machine, or with a key.",
                )
            },
            "/openapi.json": {"get": _get("This document", {"type": "object"})},
            "/docs": {"get": _get("The reference page", {"type": "string"}, mime="text/html")},
            "/": {"get": _get("The web page", {"type": "string"}, mime="text/html")},
        },
        "components": {
            "schemas": {**definitions["$defs"], "Problem": _PROBLEM, "Results": _results()},
            "securitySchemes": {"key": _KEY},
        },
    }


def _check() -> Json:
    picture = {"type": "string", "contentMediaType": "application/octet-stream"}
    form = {
        "type": "object",
        "required": ["image"],
        "properties": {
            "image": {"anyOf": [picture, {"type": "array", "minItems": 1, "items": picture}]}
        },
    }
    return {
        "summary": "Check a picture, or several",
        "description": (
            "Send the picture's bytes: they decide what it is, not the content type. "
            "A form with several parts named image is answered with one outcome for each, in "
            "order. A URL is fetched where REALEYEZ_URLS is on."
        ),
        "security": _SECURITY,
        "parameters": _query_parameters(CheckQuery),
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": picture},
                "image/*": {"schema": picture},
                "multipart/form-data": {"schema": form},
                "application/json": {"schema": _ref("PictureUrl")},
            },
        },
        "responses": {
            "200": _answer(
                "The verdict; of several pictures, the results",
                {"oneOf": [_ref("Verdict"), _ref("Results")]},
            ),
            **_problem_answers(*_WITH_KEY, *_OF_A_CHECK),
        },
    }


def _feedback() -> Json:
    return {
        "summary": "Say what the picture really is",
        "description": "On disk once it is answered. Said again, the last word counts.",
        "security": _SECURITY,
        "parameters": [_CHECK_ID],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": _ref("Feedback"), "example": {"label": "ai"}}
            },
        },
        "responses": {
            "201": _answer("What was stored", _ref("GivenFeedback")),
            **_problem_answers(
                *_WITH_CHECK, problems.MalformedRequest, problems.TooSlow, store.DiskFull
            ),
        },
    }


def _results() -> Json:
    outcome = {"anyOf": [_ref("Verdict"), _ref("Problem")]}
    return {
        "type": "object",
        "description": "One outcome for each picture, in order.",
        "required": ["results"],
        "properties": {"results": {"type": "array", "minItems": 2, "items": outcome}},
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


def _get(
    summary: str,
    schema: Json,
    *errors: type[Exception],
    mime: str = "application/json",
    **more: Any,
) -> Json:
    security = {"security": _SECURITY} if auth.NoKey in errors else {}
    return {
        "summary": summary,
        **more,
        **security,
        "responses": {
            "200": _answer(summary, schema, mime),
            **_problem_answers(*_ANYWHERE, *errors),
        },
    }


def _answer(description: str, schema: Json, mime: str = "application/json") -> Json:
    return {"description": description, "content": {mime: {"schema": schema}}}


def _problem_answers(*errors: type[Exception]) -> Json:
    """One answer a status; its description names every type that has it."""
    kinds = [problems.PROBLEMS[error] for error in dict.fromkeys(errors)]
    by_status: dict[int, list[str]] = {}
    for kind in [*kinds, problems.INTERNAL]:
        by_status.setdefault(kind.status, []).append(f"{kind.title} (`{kind.type}`)")
    return {
        str(status): _answer("; ".join(titles), _ref("Problem"), problems.CONTENT_TYPE)
        for status, titles in sorted(by_status.items())
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _status() -> Json:
    return {"type": "object", "properties": {"status": {"type": "string"}}}
