"""Pixels → bytes, as sites encode them."""

import io

from PIL import Image


def jpeg(picture: Image.Image, quality: int, subsampling: str = "4:2:0") -> bytes:
    return _save(picture, "JPEG", quality=quality, subsampling=subsampling)


def webp(picture: Image.Image, quality: int) -> bytes:
    return _save(picture, "WEBP", quality=quality, method=2)


def png(picture: Image.Image) -> bytes:
    return _save(picture, "PNG", compress_level=1)


def _save(picture: Image.Image, format: str, **options: int | str) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()
