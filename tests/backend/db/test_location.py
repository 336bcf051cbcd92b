from pathlib import Path

import pytest
from pydantic import ValidationError

from realeyez.db.engine import make_engine
from realeyez.db.errors import BadLocation
from realeyez.db.location import default_location
from realeyez.settings import Settings


def test_by_default_a_file_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("REALEYEZ_DATABASE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Settings().database == f"sqlite:///{tmp_path}/realeyez/realeyez.db"


def test_any_folder_can_be_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "a 100%41 ?#& é"))
    engine = make_engine(default_location(), connections=1, patience=1)
    assert engine.url.database == f"{tmp_path}/a 100%41 ?#& é/realeyez/realeyez.db"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "realeyez.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "mysql://me:hush@host/name",
        "postgresql+psycopg://me:hush@host/name",
    ],
)
def test_what_is_no_location(wrong: str) -> None:
    with pytest.raises(ValidationError, match=r"postgresql://USER:PASSWORD@HOST/NAME|is a file"):
        Settings(database=wrong)
    with pytest.raises(BadLocation) as refused:
        make_engine(wrong, connections=1, patience=1)
    assert "hush" not in str(refused.value)


def test_a_url_that_cannot_be_read_does_not_show_its_password() -> None:
    with pytest.raises(BadLocation) as refused:
        make_engine("postgresql://me:hush@host:port/name", connections=1, patience=1)
    assert "hush" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert "hush" not in repr(Settings(database="postgresql://me:hush@host/name"))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_libpq_s_way_to_ask_for_tls(scheme: str) -> None:
    pytest.importorskip("asyncpg", reason="no asyncpg: install the extra postgres")
    engine = make_engine(f"{scheme}://me@host/name?sslmode=require", connections=1, patience=1)
    assert engine.url.drivername == "postgresql+asyncpg"
    assert engine.url.query == {"ssl": "require"}


@pytest.mark.parametrize("options", ["channel_binding=require", "mode=ro&ssl=require"])
@pytest.mark.parametrize("before", ["postgresql://me:hush@host/name", "sqlite:////tmp/x.db"])
def test_options_that_are_not_known(before: str, options: str) -> None:
    with pytest.raises(BadLocation, match=options.split("=")[0]) as refused:
        make_engine(f"{before}?{options}", connections=1, patience=1)
    assert "hush" not in str(refused.value)


def test_a_place_where_nothing_can_be_written() -> None:
    with pytest.raises(BadLocation, match="REALEYEZ_DATABASE"):
        make_engine("sqlite:////proc/realeyez.db", connections=1, patience=1)
