"""Every setting of the service, read once from REALEYEZ_* when it starts."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PositiveInt, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from realeyez import logs
from realeyez.api.hosts import check_origin, is_loopback
from realeyez.db.location import check_location, default_location
from realeyez.models.cache import default_folder
from realeyez.pipeline.classifier import Provider
from realeyez.pipeline.decode import MAX_BYTES, MAX_PIXELS
from realeyez.pipeline.engine import EngineConfig
from realeyez.pipeline.types import Priority

_DRAIN_SECONDS = 5.0  # beyond loopback; a balancer that asks every two seconds has asked twice


def _listed(value: object) -> object:
    """a, b → ("a", "b"), as they are written in an environment variable."""
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """Settings and their defaults; each is the environment variable REALEYEZ_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="REALEYEZ_", frozen=True)

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address to listen on; beyond loopback only with keys.",
    )
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one."
    )
    model: str = Field(
        default="bundled",
        description="bundled, a folder or manifest, or s3://bucket/prefix/version.",
    )
    model_cache: Path = Field(
        default_factory=default_folder, description="Folder that keeps models from S3."
    )
    log: logs.Style = Field(
        default="auto", description="json, text, or auto: text on a terminal, else JSON."
    )
    log_level: logs.Level = Field(
        default="info", description="Least level that is logged; debug has the health checks too."
    )
    database: str = Field(
        default_factory=default_location,
        repr=False,  # a password may be in it
        description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    retention_days: int = Field(
        default=90, ge=0, le=36_500, description="How long checks are kept; 0: for ever."
    )
    keys: Literal["auto", "required"] = Field(
        default="auto", description="Who needs an API key: auto (beyond loopback), or required."
    )
    rate_per_minute: PositiveInt = Field(default=600, description="Requests with one key.")
    rate_burst: PositiveInt = Field(
        default=120, description="Requests at once with one key, after a pause."
    )
    hosts: Names = Field(
        default=(), description="Names that the service is reached by, besides this machine's own."
    )
    origins: Names = Field(
        default=(), description="Origins whose pages may use the API, such as https://example.org."
    )
    urls: bool = Field(default=False, description="Check pictures by URL: on or off.")
    url_seconds: PositiveInt = Field(
        default=20, description="Longest time for a picture to arrive from a URL."
    )
    max_pictures: PositiveInt = Field(default=16, description="Pictures in one call.")
    max_call_bytes: PositiveInt = Field(
        default=64 * 2**20, description="Largest body of a call with several pictures."
    )
    drain_seconds: float | None = Field(
        default=None,
        ge=0,
        description="How long a stopping service still takes pictures, not ready; 0 on loopback.",
    )
    finish_seconds: PositiveInt = Field(
        default=20, description="Longest time to finish what is in flight when stopping."
    )
    provider: Provider = Field(
        default="auto", description="What runs the model: cuda, cpu, or auto: cuda if it is there."
    )
    model_threads: int = Field(
        default=0, ge=0, description="CPUs that run the model for one picture; 0: all cores."
    )
    decode_threads: int = Field(
        default=0,
        ge=0,
        description="Pictures worked on at a time (GPU: decoded); 0: as many as MODEL_THREADS.",
    )
    trust_list: Path | None = Field(
        default=None,
        description="Folder or PEM file of those whose signatures decide; else the bundled list.",
    )
    max_bytes: PositiveInt = Field(default=MAX_BYTES, description="Largest file that is read.")
    max_pixels: PositiveInt = Field(
        default=MAX_PIXELS, description="Largest picture that is decoded."
    )
    decode_pixels: PositiveInt = Field(
        default=MAX_PIXELS,
        description="Pixels of all pictures decoded at a time; a larger one is decoded alone.",
    )
    uploads_mib: PositiveInt = Field(
        default=512, description="Memory for bodies that are being received or checked."
    )
    idle_seconds: PositiveInt = Field(
        default=75, description="How long a connection may be without a whole request."
    )
    upload_seconds: PositiveInt = Field(
        default=60, description="Longest time for a picture to arrive."
    )
    max_views: int = Field(
        default=0, ge=0, description="Views in one run of the model; 0: what suits it."
    )
    batch_wait_ms: float = Field(
        default=0, ge=0, le=5, description="How long an idle model waits for a batch to fill."
    )
    interactive_seconds: PositiveInt = Field(
        default=10, description="Longest time to a verdict that somebody waits for."
    )
    feed_seconds: PositiveInt = Field(
        default=30, description="Longest time to a verdict for a feed's badge."
    )
    cache_mib: int = Field(default=64, ge=0, description="Memory for verdicts that are kept.")
    max_waiting: PositiveInt = Field(
        default=64, description="Pictures taken on at a time; more are told 429."
    )

    def seconds_for(self, priority: Priority) -> int:
        """How long a verdict of that priority may take."""
        return self.interactive_seconds if priority == "interactive" else self.feed_seconds

    @property
    def engine(self) -> EngineConfig:
        """The part that is the engine's."""
        return EngineConfig(
            provider=self.provider,
            model_threads=self.model_threads,
            decode_threads=self.decode_threads,
            max_views=self.max_views,
            batch_wait=self.batch_wait_ms / 1000,
            max_waiting=self.max_waiting,
            max_bytes=self.max_bytes,
            max_pixels=self.max_pixels,
            decode_pixels=self.decode_pixels,
            cache_bytes=self.cache_mib * 2**20,
            trust_list=self.trust_list,
        )

    @field_validator("database")
    @classmethod
    def _database(cls, database: str) -> str:
        return check_location(database)

    @field_validator("origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(check_origin(origin) for origin in origins)

    @property
    def keys_required(self) -> bool:
        """Strangers' machines never reach the service without a key."""
        return self.keys == "required" or not is_loopback(self.host)

    @property
    def drains_for(self) -> float:
        """Seconds."""
        if self.drain_seconds is not None:
            return self.drain_seconds
        return 0.0 if is_loopback(self.host) else _DRAIN_SECONDS
