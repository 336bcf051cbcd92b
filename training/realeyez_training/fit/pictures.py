"""What a run trains on: pictures by themselves, and aligned pairs of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from realeyez_training.data.manifest import Picture, pictures_digest, read_manifest
from realeyez_training.errors import InputError

Pair = tuple[Picture, Picture]


@dataclass(frozen=True, slots=True)
class TrainingPictures:
    """`pairs`: a real picture and the AI one that is made of it, alike but for that."""

    single: Sequence[Picture]
    pairs: Sequence[Pair]
    digest: str

    @property
    def counts(self) -> dict[str, int]:
        ai = sum(picture.label for picture in self.single)
        return {"real": len(self.single) - ai, "ai": ai, "pairs": len(self.pairs)}


def read_training(data: Path, more: Sequence[Path] = ()) -> TrainingPictures:
    """The split train of `data` and of other data sets; an AI picture with a `pair` goes with it.

    Raises `InputError`, for a pair too whose real picture is in the train split of none of them.
    """
    folders = [data, *more]
    sets = [read_manifest(folder, "train") for folder in folders]
    _refuse_what_measures(data, [picture for pictures in sets[1:] for picture in pictures])
    digests = [pictures_digest(*both) for both in zip(folders, sets, strict=True)]
    single = [picture for pictures in sets for picture in pictures if not picture.pair]
    real: dict[str, Picture] = {}
    for folder, pictures in zip(folders, sets, strict=True):
        for picture in (picture for picture in pictures if not picture.label):
            name = picture.path.relative_to(folder).as_posix()
            if name in real:
                raise InputError(f"Two data sets have {name}: pairs cannot tell which is meant.")
            real[name] = picture
    pairs = []
    for picture in (picture for pictures in sets for picture in pictures if picture.pair):
        if picture.pair not in real:
            raise InputError(
                f"{picture.path} is a pair of {picture.pair}, which no split train has. Give "
                "--more the data set that it was made of, and make pairs of its split train."
            )
        pairs.append((real[picture.pair], picture))
    return TrainingPictures(single, pairs, hashlib.sha256("".join(digests).encode()).hexdigest())


def _refuse_what_measures(data: Path, training: Sequence[Picture]) -> None:
    """Raise `InputError` if a picture to train on is cut from one that `data` measures with."""
    held = {one.original for one in read_manifest(data) if one.split != "train"} - {""}
    for picture in training:
        if picture.original in held:
            raise InputError(
                f"{picture.path} is of a file that {data} has in val or a test. Make its data set "
                "with --beside."
            )
