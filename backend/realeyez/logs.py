"""What is logged: one line a record on stderr, with the id of the request that it belongs to."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from aiohttp.http_exceptions import HttpProcessingError
from pydantic_core import PydanticSerializationError, to_json

Style = Literal["auto", "json", "text"]
Level = Literal["debug", "info", "warning", "error"]

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered; empty outside of one."""


def configure(style: Style = "auto", level: Level = "info") -> None:
    """Log to stderr from now on. `auto` is text on a terminal, else JSON."""
    as_text = style == "text" or (style == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(_text() if as_text else _Json())
    handler.addFilter(_with_request_id)
    # The libraries' debug lines hold what ours must not: signatures, headers, addresses.
    others = max(logging.INFO, logging.getLevelNamesMapping()[level.upper()])
    logging.basicConfig(handlers=[handler], level=others, force=True)
    logging.getLogger("realeyez").setLevel(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("aiohttp.server").addFilter(_without_its_words)
    logging.captureWarnings(True)
    # What no line shows need not be found out for each.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # as logging's documentation has it: no look for the caller


class _Json(logging.Formatter):
    """A line a record; `extra` fields are fields of it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "time": datetime.fromtimestamp(record.created, UTC),
        }
        every = vars(record)
        line |= {name: every[name] for name in every if name not in _USUAL}
        if record.exc_info:
            line["exc_info"] = self.formatException(record.exc_info)
        try:
            return to_json(line, fallback=str).decode()
        except PydanticSerializationError:  # half a character, in a name of a file say
            return json.dumps(line, default=str)


def _text() -> logging.Formatter:
    return logging.Formatter(
        "%(levelname)s %(name)s [%(request_id)s]: %(message)s", defaults={"request_id": "-"}
    )


def _with_request_id(record: logging.LogRecord) -> bool:
    if current := request_id.get():
        record.request_id = current
    return True


def _without_its_words(record: logging.LogRecord) -> bool:
    """aiohttp quotes what it cannot parse, and a URL or a key may be in it."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.msg, record.args = "Not HTTP, refused: %s", (type(error).__name__,)
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.exc_info = None
    return True
