"""EXIF that names a camera: shown, since people ask for it, and never evidence of anything."""

from collections.abc import Iterator
from datetime import datetime

from realeyez.pipeline.provenance.exif import EXPOSURE_TIME, F_NUMBER, ISO, MAKE, MODEL, TAKEN_AT
from realeyez.pipeline.provenance.metadata import ExifValue, Metadata
from realeyez.pipeline.provenance.plain import plain
from realeyez.pipeline.types import Claim


def claims(metadata: Metadata) -> Iterator[Claim]:
    """Make or model, and at least one figure of the exposure."""
    exif = metadata.exif
    camera = _camera(plain(exif.get(MAKE), 60), plain(exif.get(MODEL), 60))
    exposure = ", ".join(_exposure(exif.get(EXPOSURE_TIME), exif.get(F_NUMBER), exif.get(ISO)))
    if not camera or not exposure:
        return
    yield Claim(
        kind="camera",
        certainty="shown",
        says="camera",
        summary=f"The file names a camera: {camera}, {exposure}. Anybody can write that, and an "
        "edited or generated picture can carry it: it shows nothing.",
        generator=camera,
        time=_time(exif.get(TAKEN_AT)),
    )


def _camera(make: str | None, model: str | None) -> str:
    """Models often repeat the maker's name: Canon, Canon EOS 70D."""
    if make and model and model.split()[0].casefold() != make.split()[0].casefold():
        return f"{make} {model}"
    return model or make or ""


def _exposure(
    seconds: ExifValue | None, f_number: ExifValue | None, iso: ExifValue | None
) -> Iterator[str]:
    if isinstance(seconds, float | int) and 1e-6 < seconds < 1e5:
        yield f"1/{1 / seconds:.0f} s" if seconds < 0.4 else f"{seconds:g} s"
    if isinstance(f_number, float | int) and 0.1 < f_number < 1000:
        yield f"f/{f_number:.3g}"
    if isinstance(iso, float | int) and 0 < iso < 1e7:
        yield f"ISO {iso:g}"


def _time(said: ExifValue | None) -> datetime | None:
    try:
        return datetime.strptime(str(said), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
