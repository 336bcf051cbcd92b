"""LitServe: python -m benchmarks.serving.apps.lit PORT SETTING

Its documentation: several workers a device on CPUs, `fast_queue` for speed, batches.
"""

import sys
from typing import Annotated, Any

import litserve
from benchmarks.serving.apps.recipe import CORES, Recipe
from fastapi import Body, Response

SETTINGS: dict[str, dict[str, Any]] = {
    "workers": {},
    "fast-queue": {},
    "batches": {"max_batch_size": 4, "batch_timeout": 0.005},
}
# The body as it came: by annotation FastAPI hands over bytes, and nothing is parsed as a form.
Picture = Annotated[bytes, Body(media_type="image/jpeg")]


class Api(litserve.LitAPI):
    """A worker: decodes and decides."""

    def setup(self, device: str) -> None:
        self.recipe = Recipe()

    def decode_request(self, request: Picture) -> bytes:
        return request

    def batch(self, inputs: list[bytes]) -> list[bytes]:
        return inputs

    def predict(self, x: bytes | list[bytes]) -> bytes | list[bytes]:
        if isinstance(x, bytes):
            return self.recipe.check(x)
        return self.recipe.decide([self.recipe.prepare(data) for data in x])

    def unbatch(self, output: list[bytes]) -> list[bytes]:
        return output

    def encode_response(self, output: bytes) -> Response:
        return Response(output, media_type="application/json")


def main(port: str, setting: str) -> None:
    batches = SETTINGS[setting]
    server = litserve.LitServer(
        Api(api_path="/check", **batches),
        accelerator="cpu",
        workers_per_device=CORES,
        timeout=10,
        fast_queue=setting != "workers",
    )
    server.run(
        host="127.0.0.1",
        port=int(port),
        num_api_servers=1,
        generate_client_file=False,
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
