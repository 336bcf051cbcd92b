"""The layers against plain NumPy, and the real autoencoder on real photographs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from tests.pictures import scene

from realeyez.pipeline.decode import decode
from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError
from realeyez_training.reconstruct.autoencoder import Autoencoder

from .conftest import Halves, Weights, tiny

Floats = NDArray[np.float64]


def picture(width: int, height: int) -> NDArray[np.uint8]:
    return np.asarray(scene(width, height))


def conv(x: Floats, weights: Weights, name: str, stride: int = 1) -> Floats:
    """As `torch.nn.Conv2d` does it, `[channels, height, width]`, padded on all sides alike."""
    kernel = weights[f"{name}.weight"]
    edge = kernel.shape[-1] // 2
    windows = sliding_window_view(
        np.pad(x, ((0, 0), (edge, edge), (edge, edge))), kernel.shape[2:], (1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("chwij,ocij->ohw", windows, kernel)
    return y + weights.get(f"{name}.bias", np.zeros(len(y)))[:, None, None]


def relu(x: Floats) -> Floats:
    return x.clip(0)


def block(x: Floats, weights: Weights, name: str, pool: bool = False) -> Floats:
    if pool:
        wide = conv(x, weights, f"{name}.pool.0")
        grouped = wide.reshape(4, -1)
        mean, variance = (moment(grouped, 1)[:, None] for moment in (np.mean, np.var))
        normed = ((grouped - mean) / np.sqrt(variance + 1e-5)).reshape(wide.shape)
        scale, shift = (weights[f"{name}.pool.1.{part}"] for part in ("weight", "bias"))
        normed = normed * scale[:, None, None] + shift[:, None, None]
        x = x + conv(relu(normed), weights, f"{name}.pool.3")
    y = relu(conv(x, weights, f"{name}.conv.0"))
    return relu(x + conv(relu(conv(y, weights, f"{name}.conv.2")), weights, f"{name}.conv.4"))


def test_it_computes_what_the_keys_say(halves: Callable[..., Halves]) -> None:
    encoder, decoder = tiny()
    pixels = picture(72, 66)
    x = conv(pixels.transpose(2, 0, 1) / 255, encoder, "0")
    x = block(x, encoder, "1")
    x = block(conv(x, encoder, "2", stride=2), encoder, "3", pool=True)
    x = conv(x, encoder, "4")
    x = relu(conv(np.tanh(x / 3) * 3, decoder, "1"))
    x = block(x, decoder, "3", pool=True)
    x = conv(x.repeat(2, axis=1).repeat(2, axis=2), decoder, "5")
    x = conv(block(x, decoder, "6"), decoder, "7")
    expected = x.transpose(1, 2, 0).clip(0, 1) * 255
    made = Autoencoder(*halves())(pixels)
    assert made.dtype == np.uint8
    assert made.std() > 1  # and not all black
    assert np.abs(made - expected).max() < 0.51


@pytest.mark.parametrize(("width", "height"), [(64, 64), (65, 70), (101, 67)])
def test_any_size_comes_back(halves: Callable[..., Halves], width: int, height: int) -> None:
    made = Autoencoder(*halves())(picture(width, height))
    assert made.shape == (height, width, 3)


def test_what_is_no_autoencoder_is_told(halves: Callable[..., Halves], tmp_path: Path) -> None:
    encoder, decoder = halves()
    other = tmp_path / "other.npz"
    with pytest.raises(InputError, match=r"other\.npz is missing"):
        Autoencoder(encoder, other)
    other.write_text("no archive")
    with pytest.raises(InputError, match=r"no \.npz of weights"):
        Autoencoder(encoder, other)
    np.savez(other, kernel=np.zeros(3))
    with pytest.raises(InputError, match=r"such as 1\.conv\.0\.weight"):
        Autoencoder(encoder, other)
    np.savez(other, **tiny()[1], **{"6.skip.weight": np.zeros(3)})
    with pytest.raises(InputError, match=r"keys that no TAESD layer has: 6\.skip\.weight"):
        Autoencoder(encoder, other)
    with pytest.raises(InputError, match="fits"):
        Autoencoder(decoder, encoder)
    unscaled = {key: value for key, value in tiny()[1].items() if key[0] != "5"}
    np.savez(other, **{key.replace("6.", "4."): value for key, value in unscaled.items()})
    with pytest.raises(InputError, match="no encoder and its decoder"):
        Autoencoder(encoder, other)


def test_the_real_one_keeps_what_is_on_a_photograph(taef2: Halves, data: Path) -> None:
    autoencoder = Autoencoder(*taef2)
    real = [one for one in read_manifest(data, "train") if one.label == 0]
    noise: list[float] = []
    for one in real[:: len(real) // 6][:6]:
        pixels = decode(one.path.read_bytes()).pixels
        error = np.square(autoencoder(pixels) - pixels.astype(float)).mean()
        noise.append(10 * np.log10(255**2 / error))
    assert min(noise) > 22  # dB
    assert 28 < np.mean(noise) < 35
