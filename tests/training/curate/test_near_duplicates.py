import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageEnhance
from tests.pictures import encode

from realeyez_training.curate.fingerprint import Fingerprint, fingerprint
from realeyez_training.curate.near_duplicates import AGREED, NEAR, ROWS, near_duplicates

from .conftest import patchwork


def hashed(dhash: int, phash: int) -> Fingerprint:
    return Fingerprint("", "", 64, 64, "JPEG", 1, f"{dhash:016x}", f"{phash:016x}")


def flipped(bits: int, number: int) -> int:
    """`bits` with so many of its 64 turned."""
    return bits ^ sum(1 << place for place in random.Random(bits).sample(range(64), number))


@pytest.mark.parametrize(
    "change",
    [
        lambda it: encode(it, quality=30),
        lambda it: encode(it, "WEBP", quality=50),
        lambda it: encode(it.resize((97, 130))),
        lambda it: encode(it.crop((3, 3, 197, 197))),
        lambda it: encode(ImageEnhance.Brightness(it).enhance(1.2)),
    ],
    ids=["jpeg", "webp", "stretched", "trimmed", "brighter"],
)
def test_a_changed_copy_is_a_near_duplicate(change: Callable[[Image.Image], bytes]) -> None:
    pictures = [encode(patchwork(1)), encode(patchwork(2)), change(patchwork(1))]
    assert near_duplicates([fingerprint(data) for data in pictures]).tolist() == [[0, 2]]


@pytest.mark.parametrize(
    ("by_dhash", "by_phash", "near"),
    [(0, 0, 1), (NEAR, AGREED, 1), (AGREED, NEAR, 1), (NEAR + 1, NEAR + 1, 0), (0, AGREED + 1, 0)],
)
def test_one_hash_must_be_near_and_the_other_agree(by_dhash: int, by_phash: int, near: int) -> None:
    pair = [hashed(11, 12), hashed(flipped(11, by_dhash), flipped(12, by_phash))]
    assert len(near_duplicates(pair)) == near


def test_pairs_are_found_wherever_they_lie() -> None:
    drawn = random.Random(5)
    many = [hashed(drawn.getrandbits(64), drawn.getrandbits(64)) for _ in range(2 * ROWS + 9)]
    last = len(many) - 1
    for i, j in (pairs := [(0, 1), (3, ROWS), (ROWS - 1, last), (ROWS + 2, ROWS + 3)]):
        many[j] = hashed(flipped(int(many[i].dhash, 16), 4), flipped(int(many[i].phash, 16), 10))
    assert sorted(map(tuple, near_duplicates(many).tolist())) == pairs


def test_nothing_has_no_pairs() -> None:
    assert near_duplicates([]).shape == (0, 2)
