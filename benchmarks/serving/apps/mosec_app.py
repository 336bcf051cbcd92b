"""mosec: python -m benchmarks.serving.apps.mosec_app --port PORT; the setting is in BENCH_SETTING.

Its documentation: CPU-bound steps as stages of their own, with several processes each, and dynamic
batching; the queue's capacity against overload.
"""

import os
import pickle

from benchmarks.serving.apps.recipe import CORES, Recipe
from mosec import Server, Worker

from realeyez.pipeline import Prepared

SETTING = os.environ.get("BENCH_SETTING", "one-stage")


class Bytes(Worker):
    """A worker whose requests and answers are bytes as they come."""

    def deserialize(self, data: bytes) -> bytes:
        return data

    def serialize(self, data: bytes) -> bytes:
        return data


class Whole(Bytes):
    """Decodes and decides."""

    def __init__(self) -> None:
        super().__init__()
        self.recipe = Recipe()

    def forward(self, data: bytes) -> bytes:
        return self.recipe.check(data)


class Decoder(Bytes):
    """The first of two stages."""

    def __init__(self) -> None:
        super().__init__()
        self.recipe = Recipe()

    def forward(self, data: bytes) -> Prepared:
        return self.recipe.prepare(data)

    def serialize_ipc(self, data: Prepared) -> bytes:
        return pickle.dumps(data, protocol=5)


class Decider(Bytes):
    """The second of two stages."""

    def __init__(self) -> None:
        super().__init__()
        self.recipe = Recipe()

    def forward(self, data: Prepared | list[Prepared]) -> bytes | list[bytes]:
        if isinstance(data, list):
            return self.recipe.decide(data)
        return self.recipe.decide([data])[0]


SETTINGS = ("one-stage", "two-stages", "batches")


def main() -> None:
    server = Server()
    if SETTING == "one-stage":
        server.append_worker(Whole, num=CORES, route="/check")
    else:
        server.append_worker(Decoder, num=CORES, route="/check")
        batch = {"max_batch_size": 4, "max_wait_time": 5} if SETTING == "batches" else {}
        server.append_worker(Decider, num=CORES, route="/check", **batch)
    server.run()


if __name__ == "__main__":
    main()
