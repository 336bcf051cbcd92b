"""The network: EfficientNetB0 and a head whose patch map *is* the decision."""

from pathlib import Path

import keras

from realeyez_training.errors import InputError


def build_model(weights: str) -> keras.Model:
    """EfficientNetB0 with a 1×1 convolution to one logit a patch, and their mean.

    Input `image`: uint8 or float RGB 0–255, `[n, h, w, 3]`, h and w multiples of 32; the
    preprocessing is inside. Output `logit`: `[n, 1]`.
    weights: `imagenet`, `none`, or the path of a backbone's `.weights.h5`.
    """
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
    features = keras.layers.Dropout(0.3, name="dropout")(backbone(image))
    patches = keras.layers.Conv2D(1, 1, name="patch_head")(features)
    mean = keras.layers.GlobalAveragePooling2D(name="mean")(patches)
    logit = keras.layers.Flatten(name="logit")(mean)
    return keras.Model(image, logit, name="realeyez_b0")


def with_patches(model: keras.Model) -> keras.Model:
    """The same network with both outputs: `logit` `[n]`, `patch_logits` `[n, h/32, w/32]`."""
    patches = keras.ops.squeeze(model.get_layer("patch_head").output, -1)
    logit = keras.ops.squeeze(model.output, -1)
    return keras.Model(model.input, {"logit": logit, "patch_logits": patches}, name=model.name)
