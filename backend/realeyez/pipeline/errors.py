"""Why a picture cannot be checked. Each says what to do; the API gives each a status."""


class PictureError(Exception):
    """Base of all that can be wrong with a picture. `str(error)` is for people."""


class EmptyPicture(PictureError):
    """No bytes at all."""


class UnsupportedFormat(PictureError):
    """The bytes are not a picture in a format that is read."""


class TooManyBytes(PictureError):
    """The file is over the byte limit."""


class TooManyPixels(PictureError):
    """The header announces more pixels than the limit; nothing was decoded."""


class TooSmall(PictureError):
    """Too few pixels for an honest verdict."""


class BrokenPicture(PictureError):
    """The file begins as a picture, and is cut off or damaged."""
