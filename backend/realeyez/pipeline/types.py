"""The values that pass from step to step. All are immutable; arrays are read, never written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from pydantic import BaseModel, ConfigDict, Field

VerdictName = Literal["ai", "ai_edited", "real", "unsure"]
Priority = Literal["interactive", "feed"]
Basis = Literal["signed_provenance", "declared_metadata", "classifier"]

ClaimKind = Literal["c2pa", "iptc", "generator", "software", "camera"]
# signed: the signature holds, and its signer is on the trust list. unknown_signer: it holds, and
# anybody may have signed. invalid: it does not hold. declared: a note that anybody can write.
# shown: the same, and nothing follows from it.
Certainty = Literal["signed", "unknown_signer", "invalid", "declared", "shown"]
Says = Literal["ai", "ai_edited", "camera", "nothing"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImageInfo(_Frozen):
    """What is said of a picture: the digest of its bytes as they came, its size when upright."""

    sha256: str
    width: int
    height: int
    format: str


@dataclass(frozen=True, slots=True)
class Image:
    """A decoded picture: RGB, upright (EXIF orientation applied), alpha over white."""

    picture: Pillow.Image
    info: ImageInfo

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """A copy, `[height, width, 3]`; views are made without it."""
        return np.asarray(self.picture)


@dataclass(frozen=True, slots=True)
class Box:
    """The part of a picture that a view shows, in pixels of the upright picture."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Views:
    """What the classifier sees: pixels uint8 `[n, 224, 224, 3]`, and where each view lies."""

    pixels: NDArray[np.uint8]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The classifier's answer: logits float32 `[n]`, patch maps float32 `[n, 7, 7]`.

    The mean of a map is its logit; positive leans to AI.
    """

    logits: NDArray[np.float32]
    maps: NDArray[np.float32]


class Claim(_Frozen):
    """What the file says of its own origin; `summary` says it in plain words.

    The prompt is for whoever sent the bytes that hold it: in no log, no `repr` and no database.
    """

    kind: ClaimKind
    certainty: Certainty
    says: Annotated[Says, Field(description="What it says of the picture, true or not.")]
    summary: str
    generator: Annotated[
        str | None, Field(description="The program, service or camera that is named.")
    ] = None
    model: Annotated[str | None, Field(description="The generator's model.")] = None
    prompt: Annotated[str | None, Field(description="What was asked for.", repr=False)] = None
    signer: Annotated[str | None, Field(description="Whom the certificate names.")] = None
    time: Annotated[
        datetime | None,
        Field(description="When it was signed or taken; of cameras without a zone."),
    ] = None


class ModelInfo(_Frozen):
    name: str
    version: str


class Timings(_Frozen):
    """Milliseconds of each step; `queue` is the wait for its turns, `total` from start to end."""

    queue: float = 0.0
    provenance: float = 0.0
    decode: float = 0.0
    views: float = 0.0
    inference: float = 0.0
    total: float


class Verdict(_Frozen):
    """The answer to *is this picture real?*

    probability: the calibrated P(AI), from the pixels alone; no claim changes it.
    """

    id: str
    verdict: VerdictName
    probability: float
    basis: Basis
    claims: Annotated[
        tuple[Claim, ...],
        Field(
            description="What the file says of its own origin. None means nothing: most sites "
            "remove such notes."
        ),
    ]
    heatmap: str | None = None
    image: ImageInfo
    model: ModelInfo
    cached: bool = False
    timings_ms: Timings
