"""Strangers' URLs and a hostile server. 127.0.0.1 is the public host, 127.0.0.2 the secret one."""

import asyncio
import contextlib
import datetime
import gzip
import ipaddress
import random
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.backend.api.hostile import Hostile, Misbehave, Names, answer, endless, moved, ok, once
from tests.pictures import encode, scene

from realeyez.api.addresses import Address
from realeyez.api.source import (
    MAX_URL,
    BadAnswer,
    BadUrl,
    Source,
    SourceError,
    TooLate,
    Unreachable,
)
from realeyez.pipeline.errors import TooManyBytes

PICTURE = encode(scene(96, 64))
NAME = "pictures.example"
LIMIT = 200_000


def only_public_host(address: Address) -> bool:
    return address == ipaddress.ip_address("127.0.0.1")


@pytest.fixture
async def site() -> AsyncIterator[Hostile]:
    """The public host; a picture is at /p."""
    async with Hostile.running() as server:
        server.answers["/p"] = ok(PICTURE, "Content-Type: image/jpeg")
        yield server


@pytest.fixture
async def secret() -> AsyncIterator[Hostile]:
    """What must not be reached: nobody may so much as connect."""
    async with Hostile.running("127.0.0.2") as server:
        server.answers["/p"] = ok(b"secret")
        yield server
        assert server.connections == 0


@pytest.fixture
def names() -> Names:
    return Names({NAME: [["127.0.0.1"]], "secret.example": [["127.0.0.2"]]})


@pytest.fixture
def source(site: Hostile, secret: Hostile, names: Names) -> Source:
    ports = {site.port, secret.port}
    return Source(names, max_bytes=LIMIT, allowed=only_public_host, ports=ports)


# What is asked, and what comes back


async def test_the_bytes_arrive_as_they_were_sent(source: Source, site: Hostile) -> None:
    assert await source.fetch(site.url("/p", NAME)) == PICTURE
    assert await source.fetch(site.url("/p")) == PICTURE


async def test_a_request_says_nothing_but_what_it_wants(source: Source, site: Hostile) -> None:
    site.answers["/p?size=large"] = ok(PICTURE)
    await source.fetch(site.url("/p?size=large#top", NAME))
    first, *rest = site.requests[0].strip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in rest)
    assert first == "GET /p?size=large HTTP/1.1"
    assert set(headers) <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert headers["Host"] == f"{NAME}:{site.port}"
    assert headers["User-Agent"].startswith("RealEyez/")
    assert "image/jpeg" in headers["Accept"]
    assert headers["Accept-Encoding"] == "identity"


async def test_environment_proxies_and_passwords_are_left_alone(
    source: Source,
    site: Hostile,
    secret: Hostile,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, secret.url())
    (tmp_path / "netrc").write_text("default login somebody password something\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert await source.fetch(site.url("/p", NAME)) == PICTURE
    assert "Authorization" not in site.requests[0]


async def test_nothing_is_kept_between_requests(source: Source, site: Hostile) -> None:
    site.answers["/start"] = moved("/p", "Set-Cookie: who=you; Path=/")
    for _ in range(2):
        assert await source.fetch(site.url("/start", NAME)) == PICTURE
    assert site.connections == len(site.requests) == 4
    assert not any("Cookie" in request for request in site.requests)


@pytest.mark.parametrize("status", ["204 No Content", "206 Partial Content", "304 Not Modified",
                                    "401 Unauthorized", "404 Not Found", "500 Oops"])  # fmt: skip
async def test_only_200_is_a_picture(source: Source, site: Hostile, status: str) -> None:
    site.answers["/x"] = answer(status, "Content-Length: 0")
    with pytest.raises(BadAnswer, match=status[:3]):
        await source.fetch(site.url("/x"))


# Which URLs


@pytest.mark.parametrize(
    "url",
    [
        "",
        "picture.jpg",
        "//pictures.example/p",
        "http:",
        "http:///p",
        "http://:80/p",
        "file:///etc/passwd",
        "ftp://pictures.example/p",
        "gopher://pictures.example/p",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "ws://pictures.example/p",
        "unix:///var/run/docker.sock",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
        "http://somebody@pictures.example/p",
        "http://somebody:something@pictures.example/p",
        "http://:@pictures.example/p",
        "http://pictures.example:22/p",
        "http://pictures.example:0/p",
        "http://pictures.example:99999/p",
        "http://pictures.example:http/p",
        "http://pictures.example:80:22/p",
        "http://pictures.example\\@127.0.0.2/p",
        "http://[::1/p",
        "http://[127.0.0.1]/p",
        "http://][::1@/p",
        "http://\ud800.example/p",
        "http://pictures.example/" + "a" * MAX_URL,
    ],
)
async def test_other_urls_are_refused_unasked(names: Names, url: str) -> None:
    with pytest.raises(BadUrl):
        await Source(names).fetch(url)
    assert not names.asked


async def test_whatever_is_asked_for_is_refused_in_words(source: Source) -> None:
    """URLs put together from pieces at random: no other error gets out."""
    dice = random.Random(0)
    pieces = [
        *("http", "https", ":", "/", "//", "@", "[", "]", "%", "%25", "%00", "?", "#", "&", ":80"),
        *("127.0.0.2", "::1", "fe80::1", "::ffff:", "v1.", "0x7f", "a", "..", "xn--", "-" * 70),
        *("é", "ß", "١", "。", "😀", "\0", "\n", "\x7f", " ", "\\", "\u202e", "\ud800"),
    ]
    web = replace(source, ports={80, 443})
    for _ in range(1000):
        start = dice.choice(["http://", "https://", ""])
        with pytest.raises(SourceError, match=r"\.$"):
            await web.fetch(start + "".join(dice.choices(pieces, k=dice.randrange(1, 8))))


@pytest.mark.parametrize("port", [1, 22, 25, 81, 444, 6379, 8080, 65535])
async def test_only_the_web_s_ports(names: Names, port: int) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(BadUrl, match="80 and 443"):
            await Source(names).fetch(f"{scheme}://{NAME}:{port}/p")
    assert not names.asked


async def test_a_name_beyond_ascii(source: Source, site: Hostile, names: Names) -> None:
    names.answers["xn--bcher-kva.example"] = [["127.0.0.1"]]
    for name in ("bücher.example", "BÜCHER.example", "xn--bcher-kva.example", "ｂücher。example"):
        assert await source.fetch(site.url("/p", name)) == PICTURE
    assert set(names.asked) == {"xn--bcher-kva.example"}


@pytest.mark.parametrize("host", ["１２７.0.0.2", "①②⑦.0.0.②", "127。0。0。2", "127.0.0.2."])
async def test_a_secret_in_other_digits(source: Source, secret: Hostile, host: str) -> None:
    with pytest.raises(Unreachable):
        await source.fetch(secret.url("/p", host))


# Which addresses


@pytest.mark.parametrize("host", ["127.0.0.2", "secret.example", "[::ffff:127.0.0.2]"])
async def test_a_secret_is_not_reached(source: Source, secret: Hostile, host: str) -> None:
    with pytest.raises(Unreachable):
        await source.fetch(secret.url("/p", host))


async def test_by_default_this_machine_is_not_reached(secret: Hostile, names: Names) -> None:
    source = Source(names, ports={secret.port})
    for host in ("127.0.0.2", "secret.example", "[::ffff:127.0.0.2]", "2130706434", "0x7f000002"):
        with pytest.raises(Unreachable):
            await source.fetch(secret.url("/p", host))


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "::1", "127.0.0.1"],
     ["127.0.0.1", "fe80::1%1"], ["127.0.0.1", "nonsense"], []],
)  # fmt: skip
async def test_a_name_is_refused_for_any_of_its_addresses(
    source: Source, site: Hostile, names: Names, answers: list[str]
) -> None:
    names.answers[NAME] = [answers]
    with pytest.raises(Unreachable):
        await source.fetch(site.url("/p", NAME))
    assert site.connections == 0


async def test_a_name_that_changes_after_it_was_checked(
    source: Source, site: Hostile, secret: Hostile, names: Names
) -> None:
    names.answers[NAME] = [["127.0.0.1"], ["127.0.0.2"]]
    assert await source.fetch(site.url("/p", NAME)) == PICTURE
    assert names.asked == [NAME]
    with pytest.raises(Unreachable):
        await source.fetch(site.url("/p", NAME))
    assert names.asked == [NAME, NAME]


async def test_a_name_that_changes_between_redirects(
    source: Source, site: Hostile, names: Names
) -> None:
    names.answers[NAME] = [["127.0.0.1"], ["127.0.0.2"]]
    site.answers["/start"] = moved("/p")
    with pytest.raises(Unreachable):
        await source.fetch(site.url("/start", NAME))
    assert site.connections == 1


async def test_refused_absent_and_silent_hosts_read_alike(
    source: Source, site: Hostile, secret: Hostile, names: Names
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]
    source = replace(source, ports={*source.ports, closed})
    site.answers["/to-secret"] = moved(secret.url("/p"))
    site.answers["/to-absent"] = moved(secret.url("/p", "absent.example"))
    said = set()
    for url in (
        secret.url("/p"),
        secret.url("/p", "secret.example"),
        secret.url("/p", "absent.example"),
        secret.url("/p", "2130706434"),
        f"http://127.0.0.1:{closed}/",
        site.url("/to-secret"),
        site.url("/to-absent"),
    ):
        with pytest.raises(Unreachable) as caught:
            await source.fetch(url)
        said.add(str(caught.value))
    (message,) = said
    assert not any(word in message for word in ("127", "secret", "absent", "allowed"))


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(source: Source, site: Hostile, status: int) -> None:
    site.answers["/a"] = moved("b?c=d", status=status)
    site.answers["/b?c=d"] = moved(f"//{NAME}:{site.port}/c", status=status)
    site.answers["/c"] = moved(site.url("/p"), status=status)
    assert await source.fetch(site.url("/a", NAME)) == PICTURE


async def test_the_fourth_redirect_is_not(source: Source, site: Hostile) -> None:
    site.answers |= {f"/{number}": moved(f"/{number + 1}") for number in range(4)}
    site.answers["/4"] = ok(PICTURE)
    with pytest.raises(BadAnswer, match="3 times"):
        await source.fetch(site.url("/0"))
    assert await source.fetch(site.url("/1")) == PICTURE


async def test_redirects_in_a_circle(source: Source, site: Hostile) -> None:
    site.answers["/a"] = moved("/b")
    site.answers["/b"] = moved("/a")
    with pytest.raises(BadAnswer, match="3 times"):
        await source.fetch(site.url("/a"))
    assert len(site.requests) == 4


@pytest.mark.parametrize("host", ["127.0.0.2", "secret.example", "2130706434", "[::1]"])
async def test_redirects_to_a_secret(
    source: Source, site: Hostile, secret: Hostile, host: str
) -> None:
    site.answers["/a"] = moved("/b")
    site.answers["/b"] = moved(secret.url("/p", host))
    with pytest.raises(Unreachable):
        await source.fetch(site.url("/a", NAME))


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://127.0.0.1/p", "http://127.0.0.1:22/", "http://a:b@127.0.0.1/p",
     "http://[", "http:", "//", "//[::1é ]:80", "data:image/png;base64,AAAA", "\udcff\udcfe://x"],
)  # fmt: skip
async def test_redirects_to_what_is_not_fetched(
    source: Source, site: Hostile, location: str
) -> None:
    line = f"Location: {location}".encode("utf-8", "surrogateescape")
    site.answers["/a"] = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n" + line + b"\r\n\r\n"
    with pytest.raises(BadAnswer):
        await source.fetch(site.url("/a"))


async def test_a_redirect_without_a_target_leads_nowhere_else(
    source: Source, site: Hostile
) -> None:
    site.answers["/a"] = answer("302 Found", "Content-Length: 0")
    with pytest.raises(BadAnswer):
        await source.fetch(site.url("/a"))


async def test_the_body_of_a_redirect_is_not_waited_for(source: Source, site: Hostile) -> None:
    head = answer("302 Found", "Location: /p", "Content-Length: 9999999")
    site.answers["/a"] = endless(head, b".", pause=0.01)
    assert await source.fetch(site.url("/a")) == PICTURE


# How much, and how long


async def test_the_largest_file_that_is_read(source: Source, site: Hostile) -> None:
    site.answers["/x"] = ok(b"." * LIMIT)
    assert await source.fetch(site.url("/x")) == b"." * LIMIT


TOO_LARGE = {
    "announced": ok(b"." * (LIMIT + 1)),
    "by closing": once(answer("200 OK", "Connection: close") + b"." * (LIMIT + 1)),
    "announced, then slow": endless(
        answer("200 OK", f"Content-Length: {LIMIT + 1}"), b".", pause=0.01
    ),
    "endless": endless(answer("200 OK", "Connection: close"), b"." * 4096),
    "endless chunks": endless(
        answer("200 OK", "Transfer-Encoding: chunked"), b"1000\r\n" + b"." * 4096 + b"\r\n"
    ),
}


@pytest.mark.parametrize("reply", TOO_LARGE.values(), ids=TOO_LARGE)
async def test_larger_files_are_not(
    source: Source, site: Hostile, reply: bytes | Misbehave
) -> None:
    site.answers["/x"] = reply
    with pytest.raises(TooManyBytes, match="200,000"):
        await source.fetch(site.url("/x"))


async def test_no_more_is_taken_than_is_read(source: Source, site: Hostile) -> None:
    """What the kernel buffers on the way aside, the sender is told to stop."""
    stopped = asyncio.Event()
    body = endless(answer("200 OK", "Connection: close"), b"." * 4096)

    async def watch(writer: asyncio.StreamWriter) -> None:
        try:
            await body(writer)
        except ConnectionError:
            stopped.set()

    site.answers["/x"] = watch
    with pytest.raises(TooManyBytes):
        await source.fetch(site.url("/x"))
    await asyncio.wait_for(stopped.wait(), 10)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "GZIP", "identity, gzip"])
async def test_a_bomb_is_not_unpacked(source: Source, site: Hostile, encoding: str) -> None:
    site.answers["/x"] = ok(gzip.compress(bytes(5_000_000)), f"Content-Encoding: {encoding}")
    with pytest.raises(BadAnswer, match="compressed"):
        await source.fetch(site.url("/x"))


async def test_the_second_of_two_encodings_counts(source: Source, site: Hostile) -> None:
    site.answers["/x"] = ok(b".", "Content-Encoding: identity", "Content-Encoding: gzip")
    with pytest.raises(BadAnswer, match="compressed"):
        await source.fetch(site.url("/x"))


async def test_a_bomb_that_calls_itself_plain_stays_packed(source: Source, site: Hostile) -> None:
    bomb = gzip.compress(bytes(1_000_000))
    for header in ("Content-Encoding: identity", "Content-Encoding:", "Content-Type: image/png"):
        site.answers["/x"] = ok(bomb, header)
        assert await source.fetch(site.url("/x")) == bomb


NO_HTTP = {
    "nothing": once(b""),
    "not HTTP": once(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "cut off": once(answer("200 OK", "Content-Length: 1000") + b"half"),
    "cut off chunk": once(answer("200 OK", "Transfer-Encoding: chunked") + b"10\r\nhalf"),
    "no chunk": once(answer("200 OK", "Transfer-Encoding: chunked") + b"no size\r\n"),
    "negative": once(answer("200 OK", "Content-Length: -1")),
    "absurd": once(answer("200 OK", "Content-Length: 99999999999999999999")),
    "too little": once(answer("200 OK", "Content-Length: 4") + b"four and many more"),
    "two lengths": once(answer("200 OK", "Content-Length: 1", "Content-Length: 2") + b"12"),
    "long header": once(answer("200 OK", f"X: {'x' * 100_000}")),
    "headers": endless(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"),
    "one header": endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 4096),
    "status line": endless(b"HTTP/1.1 200 ", b"O" * 4096),
    "noughts": endless(b"", b"\0" * 4096),
}


@pytest.mark.parametrize("reply", NO_HTTP.values(), ids=NO_HTTP)
async def test_answers_that_are_no_http(source: Source, site: Hostile, reply: Misbehave) -> None:
    site.answers["/x"] = reply
    with pytest.raises(BadAnswer):
        await source.fetch(site.url("/x"))


SLOW = {
    "silent": endless(b"", b"", pause=0.05),
    "header": endless(b"HTTP/1.1 200 OK\r\nX: ", b"x", pause=0.05),
    "body": endless(answer("200 OK", "Content-Length: 1000"), b".", pause=0.05),
    "hints": endless(b"", answer("103 Early Hints")),
    "redirect to itself": endless(
        answer("302 Found", "Content-Length: 9", "X: x"), b".", pause=0.05
    ),
}


@pytest.mark.parametrize("reply", SLOW.values(), ids=SLOW)
async def test_slow_answers(source: Source, site: Hostile, reply: Misbehave) -> None:
    site.answers["/x"] = reply
    with pytest.raises((TooLate, BadAnswer), match=r"0\.4 seconds|3 times"):
        await replace(source, seconds=0.4).fetch(site.url("/x"))


async def test_the_time_is_for_all_redirects_together(source: Source, site: Hostile) -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(moved("/x"))
        await writer.drain()

    site.answers["/x"] = late
    with pytest.raises(TooLate):
        await replace(source, seconds=0.7).fetch(site.url("/x"))


async def test_a_look_up_without_an_end(source: Source, site: Hostile) -> None:
    async def silent(host: str) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(Unreachable):
        await replace(source, lookup=silent, connect_seconds=0.1).fetch(site.url("/p", NAME))


async def test_a_caller_who_goes_away_leaves_nothing_open(source: Source, site: Hostile) -> None:
    asked = asyncio.Event()

    async def never(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    site.answers["/x"] = never
    fetch = asyncio.create_task(source.fetch(site.url("/x")))
    await asked.wait()
    fetch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetch
    assert await source.fetch(site.url("/p")) == PICTURE


async def test_whatever_comes_back_is_bytes_or_a_known_error(source: Source, site: Hostile) -> None:
    """Answers with pieces changed, cut out and doubled, at random."""
    dice = random.Random(0)
    pieces = [
        ok(PICTURE[:40], "Content-Type: image/jpeg"),
        moved("http://127.0.0.2/p"),
        answer("200 OK", "Transfer-Encoding: chunked") + b"4\r\nfour\r\n0\r\n\r\n",
        answer("200 OK", "Content-Encoding: gzip"),
    ]
    for _ in range(150):
        reply = bytearray(dice.choice(pieces))
        for _ in range(dice.randrange(1, 4)):
            here, there = dice.randrange(len(reply)), dice.randrange(len(reply))
            reply[here:there] = dice.choice([b"", dice.randbytes(3), bytes(reply[there:here])])
            reply += b"\r\n"
        site.answers["/x"] = once(bytes(reply))
        with contextlib.suppress(SourceError, TooManyBytes):
            assert len(await replace(source, seconds=2).fetch(site.url("/x"))) <= LIMIT


# https


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server that has a certificate for NAME, and for clients who trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(*form, serialization.NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=file)


@pytest.fixture
async def safe(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> AsyncIterator[Hostile]:
    """The public host over https."""
    async with Hostile.running(tls=tls[0]) as server:
        server.answers["/p"] = ok(PICTURE)
        yield server


@pytest.fixture
def trusting(source: Source, safe: Hostile, tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> Source:
    return replace(source, ports={*source.ports, safe.port}, tls=tls[1])


async def test_https(trusting: Source, safe: Hostile, site: Hostile) -> None:
    assert await trusting.fetch(safe.url("/p", NAME, "https")) == PICTURE
    site.answers["/up"] = moved(safe.url("/p", NAME, "https"))
    assert await trusting.fetch(site.url("/up")) == PICTURE


async def test_https_does_not_become_http(trusting: Source, safe: Hostile, site: Hostile) -> None:
    safe.answers["/down"] = moved(site.url("/p"))
    with pytest.raises(BadAnswer, match="from https to http"):
        await trusting.fetch(safe.url("/down", NAME, "https"))
    assert site.connections == 0


async def test_a_certificate_must_be_trusted_and_of_that_name(
    trusting: Source, safe: Hostile, names: Names
) -> None:
    names.answers["other.example"] = [["127.0.0.1"]]
    with pytest.raises(Unreachable):
        await trusting.fetch(safe.url("/p", "other.example", "https"))
    with pytest.raises(Unreachable):
        await replace(trusting, tls=None).fetch(safe.url("/p", NAME, "https"))
    assert not safe.requests


# The system's look-ups


async def test_the_system_s_names(site: Hostile) -> None:
    with Source.running(max_bytes=LIMIT, seconds=20) as running:
        assert (running.max_bytes, running.seconds) == (LIMIT, 20)
        source = replace(running, ports={site.port})
        # None of these is asked of a server: a file, digits, and what is no name at all.
        for host in ("localhost", "0x7f000001", "a..b", "a" * 64 + ".example"):
            with pytest.raises(Unreachable):
                await source.fetch(site.url("/p", host))
        assert site.connections == 0
        loopback = replace(source, allowed=lambda address: address.is_loopback)
        assert await loopback.fetch(site.url("/p", "localhost")) == PICTURE


async def test_look_ups_hold_no_thread_of_the_others(
    site: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def getaddrinfo(*_: object, **__: object) -> list[tuple[object, ...]]:
        threads.append(threading.current_thread().name)
        return []

    with Source.running() as running:
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        with pytest.raises(Unreachable):
            await replace(running, ports={site.port}).fetch(site.url("/p", NAME))
    assert len(threads) == 1
    assert threads[0].startswith("lookup")
