"""Every setting of the service, read once from REALEYEZ_* when it starts."""

import ipaddress
import os

from pydantic import Field, PositiveInt, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from realeyez.db.location import check_location, default_location
from realeyez.pipeline.decode import MAX_BYTES, MAX_PIXELS


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
    model_threads: int = Field(
        default=0, ge=0, description="Threads in one run of the model; 0: all cores."
    )
    decode_threads: PositiveInt = Field(
        default=os.cpu_count() or 1, description="Pictures decoded at a time."
    )
    max_bytes: PositiveInt = Field(default=MAX_BYTES, description="Largest file that is read.")
    max_pixels: PositiveInt = Field(
        default=MAX_PIXELS, description="Largest picture that is decoded."
    )
    upload_seconds: PositiveInt = Field(
        default=60, description="Longest time for a picture to arrive."
    )
    max_views: PositiveInt = Field(default=8, description="Views in one run of the model.")
    max_waiting: PositiveInt = Field(
        default=64, description="Pictures taken on at a time; more are told 429."
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
