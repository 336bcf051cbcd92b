"""BentoML: bentoml serve benchmarks.serving.apps.bento:Checker; the setting is in BENCH_SETTING.

Its documentation: as many workers as cores for models of one thread, threads for libraries that
release the GIL, and `max_concurrency` against overload. Its batches take lists, which a picture's
bytes are not, or need a second service in front; on CPUs batches gain nothing, and are left out.
"""

import os

import bentoml
from benchmarks.serving.apps.recipe import CORES, Recipe

SETTINGS = {
    "workers": {"workers": CORES, "threads": 1},
    "threads": {"workers": 1, "threads": CORES},
    "both": {"workers": CORES, "threads": 2},
}


@bentoml.service(
    **SETTINGS[os.environ.get("BENCH_SETTING", "workers")],
    traffic={"timeout": 10, "max_concurrency": 64},
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
)
class Checker:
    """A worker: decodes and decides."""

    def __init__(self) -> None:
        self.recipe = Recipe()

    @bentoml.api  # type: ignore[untyped-decorator]
    def check(self, picture: bytes, /) -> bytes:
        return self.recipe.check(picture)
