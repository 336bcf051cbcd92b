"""What can be wrong with the store. `str(error)` is for callers, and says what to do."""


class StoreError(Exception):
    """Base of them all."""


class BadLocation(StoreError):
    """REALEYEZ_DATABASE names nothing that can be used."""


class Unavailable(StoreError):
    """The database cannot be used now; the same call may succeed later.

    reason: the database's own words, for those who run the service: they may name its address.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("The database cannot be used at the moment. Try again in a while.")
        self.reason = reason


class DiskFull(Unavailable):
    """The database has no room; what was asked for was not stored."""


class WrongSchema(StoreError):
    """The tables are not those of this version."""


class UnknownCheck(StoreError):
    """No check has that id: never made, or deleted since."""


class UnknownKey(StoreError):
    """No key has that id."""


class BadKey(StoreError):
    """What was presented is not a key of this service."""


class RevokedKey(StoreError):
    """The key was good once."""
