"""Where the database is. No database library is needed to know that."""

from urllib.parse import quote

import platformdirs

SCHEMES = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",  # as hosting providers write it
}


def default_location() -> str:
    """A SQLite file in this user's data folder: `~/.local/share/realeyez` or $XDG_DATA_HOME's.

    Data and not state: by the XDG specification state is what a person would not miss, such as
    logs; keys and feedback are missed.
    """
    folder = platformdirs.user_data_path("realeyez", appauthor=False)
    return f"sqlite:///{quote(str(folder / 'realeyez.db'))}"


def check_location(location: str) -> str:
    """The location as given. Raises `ValueError`, without the password that may be in it."""
    scheme, _, rest = location.partition("://")
    if scheme not in SCHEMES:
        raise ValueError(
            "a database is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME, "
            "characters like @ and / in the password percent-encoded"
        )
    if scheme == "sqlite" and (not rest.startswith("/") or rest in ("/", "/:memory:")):
        raise ValueError("a SQLite database is a file: sqlite:///relative.db or sqlite:////abs.db")
    return location


def is_sqlite(location: str) -> bool:
    return location.startswith("sqlite:")
