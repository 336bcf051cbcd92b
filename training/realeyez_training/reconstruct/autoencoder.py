"""A tiny latent-diffusion autoencoder, built from the names and shapes of its weights alone."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from realeyez_training.data.pixels import Pixels
from realeyez_training.errors import InputError

Weights = dict[str, NDArray[np.float32]]

_GROUPS = 4  # of a block's GroupNorm: the one thing that the keys do not tell


class Autoencoder:
    """Pixels → the pixels that a latent diffusion model's encoder and decoder make of them.

    For TAESD and its kin (github.com/madebyollin/taesd): an `.npz` each for encoder and decoder,
    with the keys and the layout (OIHW) of their PyTorch state dicts. Raises `InputError` for any
    other.
    """

    def __init__(self, encoder: Path, decoder: Path) -> None:
        image = keras.Input((None, None, 3), dtype="uint8", name="image")
        latent, halved = _pass(keras.layers.Rescaling(1 / 255)(image), encoder)
        made, doubled = _pass(latent, decoder)
        if halved != doubled or made.shape[-1] != 3:
            raise InputError(
                f"{encoder} and {decoder} are no encoder and its decoder. Give a pair."
            )
        self._multiple = 2**halved
        self._model = keras.Model(image, made)
        self._model.jit_compile = False  # XLA compiles anew for every size of picture

    def __call__(self, pixels: Pixels) -> Pixels:
        """One round trip, of uint8 RGB `[height, width, 3]` of any size from 64 × 64 on."""
        height, width = pixels.shape[:2]
        beyond = ((0, -height % self._multiple), (0, -width % self._multiple), (0, 0))
        padded = np.pad(pixels, beyond, mode="reflect")
        made = keras.ops.convert_to_numpy(self._model.predict_on_batch(padded[None]))[0]
        return np.rint(made[:height, :width].clip(0, 1) * 255).astype(np.uint8)


def _pass(x: Any, path: Path) -> tuple[Any, int]:
    """What the layers of a file make of `x`, and how often they halve or double its sides."""
    weights = _read(path)
    try:
        made = _layers(x, weights)
    except (KeyError, ValueError) as error:
        raise InputError(
            f"{path} is no TAESD encoder or decoder that fits ({error}). Give an .npz with the "
            "keys of the PyTorch state dict, such as 1.conv.0.weight."
        ) from error
    if weights:
        raise InputError(f"{path} has keys that no TAESD layer has: {', '.join(sorted(weights))}.")
    return made


def _layers(x: Any, weights: Weights) -> tuple[Any, int]:
    """As `nn.Sequential` would; a number that is left out is a layer without weights."""
    numbers = {int(key.split(".")[0]) for key in weights}
    scaled = 0
    for number in sorted(numbers):
        name, gap = str(number), number > 0 and number - 1 not in numbers
        scales = f"{name}.weight" in weights and f"{name}.bias" not in weights
        if gap and number == 1:
            x = keras.ops.tanh(x / 3) * 3
        elif gap and scales:
            x = keras.layers.UpSampling2D()(x)
        elif gap:
            x = keras.layers.ReLU()(x)
        if f"{name}.weight" in weights:
            x = _conv(x, weights, name, stride=2 if scales and not gap else 1)
        else:
            x = _block(x, weights, name)
        scaled += scales
    return x, scaled


def _block(x: Any, weights: Weights, name: str) -> Any:
    if f"{name}.pool.0.weight" in weights:
        norm = keras.layers.GroupNormalization(_GROUPS, epsilon=1e-5)
        wide = norm(_conv(x, weights, f"{name}.pool.0"))
        norm.set_weights([weights.pop(f"{name}.pool.1.{part}") for part in ("weight", "bias")])
        x = x + _conv(keras.layers.ReLU()(wide), weights, f"{name}.pool.3")
    y = _conv(x, weights, f"{name}.conv.0", activation="relu")
    y = _conv(y, weights, f"{name}.conv.2", activation="relu")
    y = _conv(y, weights, f"{name}.conv.4")
    return keras.layers.ReLU()(x + y)


def _conv(
    x: Any, weights: Weights, name: str, stride: int = 1, activation: str | None = None
) -> Any:
    kernel = weights.pop(f"{name}.weight").transpose(2, 3, 1, 0)
    bias = weights.pop(f"{name}.bias", None)
    size, _, _, filters = kernel.shape
    # PyTorch pads all sides alike; "same" would pad below and right alone where the stride is 2.
    padded = keras.layers.ZeroPadding2D(size // 2)(x) if stride > 1 else x
    layer = keras.layers.Conv2D(
        filters,
        size,
        stride,
        padding="valid" if stride > 1 else "same",
        activation=activation,
        use_bias=bias is not None,
    )
    y = layer(padded)
    layer.set_weights([kernel] if bias is None else [kernel, bias])
    return y


def _read(path: Path) -> Weights:
    try:
        with np.load(path) as file:
            return {key: file[key].astype(np.float32) for key in file}
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing. Give the .npz of an autoencoder's half.") from error
    except (AttributeError, EOFError, OSError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(f"{path} is no .npz of weights ({error}).") from error
