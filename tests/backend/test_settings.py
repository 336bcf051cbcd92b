import pytest
from pydantic import ValidationError

from realeyez.settings import Settings


@pytest.mark.parametrize(
    ("host", "required"),
    [
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("::1", False),
        ("localhost", False),
        ("0.0.0.0", True),  # noqa: S104  it must not be served without keys
        ("::", True),
        ("192.168.0.1", True),
        ("realeyez.example", True),
        ("localhost.example", True),
        ("::ffff:127.0.0.1", True),  # not told apart from others on all systems
    ],
)
def test_beyond_loopback_keys_are_required_and_draining_takes_time(
    host: str, required: bool
) -> None:
    settings = Settings(host=host)
    assert settings.keys_required is required
    assert (settings.drains_for > 0) is required
    assert Settings(host=host, keys="required").keys_required
    assert Settings(host=host, drain_seconds=2).drains_for == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},  # which would be every address
        {"keys": "off"},
        {"origins": "*"},
        {"origins": "https://*.example"},
        {"origins": "page.example"},
        {"origins": "https://page.example/"},
        {"origins": "https://page.example, null"},
        {"urls": "sometimes"},
        {"retention_days": -1},
    ],
)
def test_what_would_be_unsafe_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_lists_and_switches_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REALEYEZ_ORIGINS", "chrome-extension://abc, https://page.example:8443")
    monkeypatch.setenv("REALEYEZ_HOSTS", "")
    monkeypatch.setenv("REALEYEZ_URLS", "on")
    settings = Settings()
    assert settings.origins == ("chrome-extension://abc", "https://page.example:8443")
    assert settings.hosts == ()
    assert settings.urls
