"""Every setting of the service, read once from REALEYEZ_* when it starts."""

import ipaddress
from pathlib import Path

from pydantic import Field, PositiveInt, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from realeyez.db.location import check_location, default_location
from realeyez.pipeline.classifier import Provider
from realeyez.pipeline.decode import MAX_BYTES, MAX_PIXELS
from realeyez.pipeline.engine import EngineConfig
from realeyez.pipeline.types import Priority


class Settings(BaseSettings):
    """Settings and their defaults; each is the environment variable REALEYEZ_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="REALEYEZ_", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on; loopback only.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one."
    )
    model: str = Field(
        default="bundled", description="bundled, a folder or manifest, or s3://bucket/prefix."
    )
    database: str = Field(
        default_factory=default_location,
        repr=False,  # a password may be in it
        description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    provider: Provider = Field(
        default="auto", description="What runs the model: cuda, cpu, or auto: cuda if it is there."
    )
    model_threads: int = Field(
        default=0, ge=0, description="CPUs that run the model; 0: all cores."
    )
    decode_threads: int = Field(
        default=0, ge=0, description="Pictures decoded at a time; 0: as many as cores."
    )
    trust_list: Path | None = Field(
        default=None,
        description="Folder or PEM file of those whose signatures decide; else the bundled list.",
    )
    max_bytes: PositiveInt = Field(default=MAX_BYTES, description="Largest file that is read.")
    max_pixels: PositiveInt = Field(
        default=MAX_PIXELS, description="Largest picture that is decoded."
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
            cache_bytes=self.cache_mib * 2**20,
            trust_list=self.trust_list,
        )

    @field_validator("database")
    @classmethod
    def _database(cls, database: str) -> str:
        return check_location(database)

    @field_validator("host")
    @classmethod
    def _loopback(cls, host: str) -> str:
        """Without keys, only this machine may ask: nobody serves strangers by accident."""
        try:
            loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            loopback = False
        if not loopback:
            raise ValueError(
                f"{host} is open to other machines, and this version has no API keys to guard it. "
                "Use 127.0.0.1, and a reverse proxy with authentication in front of it."
            )
        return host
