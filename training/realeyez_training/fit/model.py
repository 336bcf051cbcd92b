"""The network: EfficientNetB0 and a head whose patch map *is* the decision."""

from __future__ import annotations

from pathlib import Path

import keras

from realeyez_training.errors import InputError

RESIDUAL, RESIDUAL_ADDED = "residual", "residual_added"  # trained layers before the backbone


def build_model(weights: str, precision: str = "float32", *, residual: bool = False) -> keras.Model:
    """EfficientNetB0 with a 1×1 convolution to one logit a patch, and their mean.

    Input `image`: uint8 or float RGB 0–255, `[n, h, w, 3]`, h and w multiples of 32; the
    preprocessing is inside. Output `logit`: float32 `[n, 1]`.
    weights: `imagenet`, `none`, or the path of a backbone's `.weights.h5`.
    precision: a Keras dtype policy, such as `float32` or `mixed_bfloat16`.
    residual: whether the network is also given what a blur takes from the picture.
    Raises `InputError` if the weights or the precision are none of these.
    """
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy(precision)
    except ValueError as error:
        raise InputError(f"--precision: {precision!r} is no dtype policy of Keras.") from error
    try:
        return _build(weights, residual)
    finally:
        keras.config.set_dtype_policy(before)


def _build(weights: str, residual: bool) -> keras.Model:
    image = keras.Input((None, None, 3), dtype="uint8", name="image")
    backbone = keras.applications.EfficientNetB0(
        include_top=False,
        weights="imagenet" if weights == "imagenet" else None,
        input_shape=(None, None, 3),
        name="backbone",
    )
    if weights not in ("imagenet", "none"):
        if not Path(weights).is_file():
            raise InputError(f"--weights: {weights} is neither imagenet, none nor a file.")
        backbone.load_weights(weights)
    shown = _with_residual(image) if residual else image
    features = keras.layers.Dropout(0.3, name="dropout")(backbone(shown))
    # The decision is told apart by small differences: it is always made in float32.
    patches = keras.layers.Conv2D(1, 1, dtype="float32", name="patch_head")(features)
    mean = keras.layers.GlobalAveragePooling2D(dtype="float32", name="mean")(patches)
    logit = keras.layers.Flatten(dtype="float32", name="logit")(mean)
    return keras.Model(image, logit, name="realeyez_b0")


def _with_residual(image: keras.KerasTensor) -> keras.KerasTensor:
    """The picture and, added to it, features of what a 3 × 3 mean takes from it; none at first.

    Generators' traces are faint beside the content; the difference from neighbours brings them out
    (after the noise residuals of Fridrich & Kodovský, 2012, doi:10.1109/TIFS.2012.2190402).
    """
    exact = {"dtype": "float32"}  # the difference of two neighbours is lost in 16 bits
    pixels = keras.layers.Rescaling(1.0, name="pixels", **exact)(image)
    mean = keras.layers.AveragePooling2D(3, 1, "same", name="neighbours", **exact)(pixels)
    noise = keras.layers.Subtract(name="noise", **exact)([pixels, mean])
    noise = keras.layers.Rescaling(1 / 16, name="noise_scaled", **exact)(noise)
    features = keras.layers.Conv2D(
        16, 3, padding="same", activation="relu", name=RESIDUAL, **exact
    )(noise)
    added = keras.layers.Conv2D(3, 1, kernel_initializer="zeros", name=RESIDUAL_ADDED, **exact)(
        features
    )
    return keras.layers.Add(name="picture_and_residual", **exact)([pixels, added])


def with_patches(model: keras.Model) -> keras.Model:
    """The same network with both outputs: `logit` `[n]`, `patch_logits` `[n, h/32, w/32]`."""
    patches = keras.ops.squeeze(model.get_layer("patch_head").output, -1)
    logit = keras.ops.squeeze(model.output, -1)
    return keras.Model(model.input, {"logit": logit, "patch_logits": patches}, name=model.name)


def train_from(model: keras.Model, block: str) -> None:
    """Make `block` of the backbone and all that follows it trainable, and freeze what is before.

    block: `stem` for the whole network, `block1a` … `block7a`, `top`, or `head` for the head alone.
    Raises `InputError` for any other.
    """
    layers = model.get_layer("backbone").layers
    blocks = list(dict.fromkeys(layer.name.split("_")[0] for layer in layers))
    blocks = [*blocks[blocks.index("stem") :], "head"]
    if block not in blocks:
        raise InputError(f"--train-from: {block!r} is none of {', '.join(blocks)}.")
    trained = set(blocks[blocks.index(block) :])
    for layer in layers:
        layer.trainable = layer.name.split("_")[0] in trained
    for layer in model.layers:
        if layer.name in (RESIDUAL, RESIDUAL_ADDED):
            layer.trainable = "stem" in trained


def float32_copy(model: keras.Model) -> keras.Model:
    """The same weights in a network that computes in float32 throughout, without its optimizer."""
    copy = build_model("none", residual=any(layer.name == RESIDUAL for layer in model.layers))
    copy_weights(model, copy)
    return copy


def copy_weights(source: keras.Model, target: keras.Model) -> None:
    """Give a network of the same layers the same weights, those of its preprocessing too."""
    target.set_weights(source.get_weights())
    for layer in target.get_layer("backbone").layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()  # it computes with a copy of its weights
