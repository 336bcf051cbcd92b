"""A tiny autoencoder with random weights, and the real one where it is."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.conftest import ROOT

Weights = dict[str, NDArray[np.float32]]
Halves = tuple[Path, Path]

WIDTH, LATENT = 4, 2


def tiny(seed: int = 0) -> tuple[Weights, Weights]:
    """Encoder and decoder with every kind of layer; each halves or doubles once."""
    random = np.random.default_rng(seed)

    def conv(name: str, into: int, out: int, side: int = 3, bias: bool = True) -> Weights:
        spread = 1 / np.sqrt(into * side * side)
        weights = {f"{name}.weight": random.normal(0, spread, (out, into, side, side))}
        if bias:
            weights[f"{name}.bias"] = random.normal(0.1, 0.1, out)
        return {key: value.astype(np.float32) for key, value in weights.items()}

    def block(name: str, pool: bool = False) -> Weights:
        weights: Weights = {}
        for layer in (0, 2, 4):
            weights |= conv(f"{name}.conv.{layer}", WIDTH, WIDTH)
        if pool:
            weights |= conv(f"{name}.pool.0", WIDTH, 4 * WIDTH, side=1, bias=False)
            weights[f"{name}.pool.1.weight"] = random.normal(1, 0.1, 4 * WIDTH).astype(np.float32)
            weights[f"{name}.pool.1.bias"] = random.normal(0, 0.1, 4 * WIDTH).astype(np.float32)
            weights |= conv(f"{name}.pool.3", 4 * WIDTH, WIDTH, side=1, bias=False)
        return weights

    encoder = conv("0", 3, WIDTH) | block("1") | conv("2", WIDTH, WIDTH, bias=False)
    encoder |= block("3", pool=True) | conv("4", WIDTH, LATENT)
    decoder = conv("1", LATENT, WIDTH) | block("3", pool=True)
    decoder |= conv("5", WIDTH, WIDTH, bias=False) | block("6") | conv("7", WIDTH, 3)
    return encoder, decoder


@pytest.fixture
def halves(tmp_path: Path) -> Callable[..., Halves]:
    """Writes a tiny encoder and decoder."""

    def write(seed: int = 0) -> Halves:
        paths = (tmp_path / f"tiny{seed}_encoder.npz", tmp_path / f"tiny{seed}_decoder_fp32.npz")
        for path, weights in zip(paths, tiny(seed), strict=True):
            np.savez(path, **weights)
        return paths

    return write


@pytest.fixture(scope="session")
def taef2() -> Halves:
    """The autoencoder of FLUX.2: in REALEYEZ_WEIGHTS, or `shared/weights` beside the checkout."""
    folder = Path(os.environ.get("REALEYEZ_WEIGHTS", ROOT.parent / "shared" / "weights"))
    encoder, decoder = (folder / f"taef2_{half}_fp16.npz" for half in ("encoder", "decoder"))
    if not (encoder.is_file() and decoder.is_file()):
        pytest.skip(f"no taef2_*_fp16.npz in {folder}; name their folder in REALEYEZ_WEIGHTS")
    return encoder, decoder
