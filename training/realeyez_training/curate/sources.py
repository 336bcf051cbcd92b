"""`sources.toml`: the folders and S3 prefixes that a data set is built from."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from realeyez_training.curate.splits import Split
from realeyez_training.errors import InputError


class Source(BaseModel):
    """Pictures of one origin and one label."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")  # a folder is named so
    label: Literal["real", "ai"]
    location: str = Field(min_length=1)
    generator: str = ""
    content: str = ""
    split: Split | None = None
    include: str | None = None
    group_by: str | None = None
    group_set: str | None = None
    grid: int = Field(1, ge=1, le=4)

    @field_validator("include")
    @classmethod
    def _include_is_understood(cls, rule: str | None) -> str | None:
        _compile(rule or "")
        return rule

    @field_validator("group_by")
    @classmethod
    def _group_by_is_understood(cls, rule: str | None) -> str | None:
        if rule not in (None, "folder") and _compile(rule).groups != 1:
            raise ValueError('give "folder", or a regular expression with one (capture)')
        return rule

    @model_validator(mode="after")
    def _generator_fits_the_label(self) -> Source:
        if (self.label == "ai") != bool(self.generator):
            raise ValueError("label ai needs a generator, and label real has none")
        if self.group_set and not self.group_by:
            raise ValueError("group_set is for groups: say group_by too")
        return self

    def includes(self, name: str) -> bool:
        """Whether a file's name below `location` is of this source."""
        return self.include is None or re.search(self.include, name) is not None

    @property
    def on_s3(self) -> bool:
        return self.location.startswith("s3://")

    def group_of(self, name: str) -> str | None:
        """The group that a file's name below `location` tells, or None if it tells none."""
        if self.group_by is None:
            return None
        if self.group_by == "folder":
            group = str(PurePosixPath(name).parent)
        else:
            match = re.search(self.group_by, name)
            if match is None or match[1] is None:
                return None
            group = match[1]
        return f"{self.group_set or self.name}/{group}"


def _compile(rule: str) -> re.Pattern[str]:
    try:
        return re.compile(rule)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: Annotated[list[Source], Field(min_length=1)]


def read_sources(path: Path) -> list[Source]:
    """The sources, folders resolved from the file's own place. Raises `InputError`."""
    if not path.is_file():
        raise InputError(f"{path} is missing. Give --sources a TOML file that lists [[source]]s.")
    try:
        sources = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).source
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not TOML: {error}.") from error
    except ValidationError as error:
        raise InputError(f"{path} is not understood. {_what_is_wrong(error)}") from error
    for name, count in Counter(source.name for source in sources).items():
        if count > 1:
            raise InputError(f"{path} has {count} sources named {name}. Give each its own name.")
    return [
        source
        if source.on_s3
        else source.model_copy(update={"location": str((path.parent / source.location).resolve())})
        for source in sources
    ]


def _what_is_wrong(error: ValidationError) -> str:
    lines = []
    for fault in error.errors():
        where = [str(step + 1) if isinstance(step, int) else step for step in fault["loc"]]
        lines.append(f"{' '.join(where)}: {fault['msg']}.")
    known = ", ".join(Source.model_fields)
    return f"{' '.join(lines)} A [[source]] has {known}."
