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


class Refused(Exception):
    """Base of why the service does not check a picture now. `str(error)` is for people."""


class Busy(Refused):
    """As many pictures wait as may."""

    def __init__(self) -> None:
        super().__init__("Too many pictures are waiting. Try again in a moment.")


class Expired(Refused):
    """The deadline passed before there was an answer."""

    def __init__(self) -> None:
        super().__init__("There was no verdict in time: too much is to do. Try again in a while.")


class NoMemory(Refused):
    """The machine has no memory for the picture now."""

    def __init__(self) -> None:
        super().__init__(
            "There is no memory for this picture now. Try again in a while, or send a smaller "
            "version of it."
        )
