"""A server that need not keep to HTTP, and names that need not keep their addresses."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from ssl import SSLContext

Misbehave = Callable[[asyncio.StreamWriter], Awaitable[None]]


def ok(body: bytes, *headers: str) -> bytes:
    """A whole answer, Content-Length and all."""
    return answer("200 OK", f"Content-Length: {len(body)}", *headers) + body


def moved(to: str, *headers: str, status: int = 302) -> bytes:
    return answer(f"{status} Moved", f"Location: {to}", "Content-Length: 0", *headers)


def answer(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


def once(data: bytes) -> Misbehave:
    """Sends the bytes and hangs up."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return write


def endless(head: bytes, chunk: bytes, pause: float = 0) -> Misbehave:
    """Sends the head, and then the chunk until nobody takes it; pause: seconds between."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause)

    return write


class Hostile:
    """A server on loopback.

    answers: path → the bytes to send, after which the connection stays open for the next request;
    or a function that writes them, after which it is closed. Other paths are answered 404.
    requests: the head of each request that came. connections: how many were made.
    """

    def __init__(self, address: str, port: int) -> None:
        self.address, self.port = address, port
        self.answers: dict[str, bytes | Misbehave] = {}
        self.requests: list[str] = []
        self.connections = 0
        self._open: set[asyncio.Task[None]] = set()

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls, address: str = "127.0.0.1", tls: SSLContext | None = None
    ) -> AsyncIterator["Hostile"]:
        listening = socket.create_server((address, 0))
        hostile = cls(address, listening.getsockname()[1])
        server = await asyncio.start_server(hostile._connected, sock=listening, ssl=tls)
        try:
            yield hostile
        finally:
            server.close()
            for task in hostile._open:
                task.cancel()
            await asyncio.gather(*hostile._open, return_exceptions=True)

    def url(self, path: str = "/", host: str | None = None, scheme: str = "http") -> str:
        return f"{scheme}://{host or self.address}:{self.port}{path}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        self.connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    await self._answer(reader, writer)
        finally:
            writer.close()
            self._open.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        reply = self.answers.get(head.split()[1], answer("404 Not Found", "Content-Length: 0"))
        if isinstance(reply, bytes):
            writer.write(reply)
            await writer.drain()
        else:
            await reply(writer)
            raise ConnectionResetError


class Names:
    """name → the answer of each look-up in turn; the last one stays. asked: every look-up."""

    def __init__(self, answers: dict[str, list[list[str]]] | None = None) -> None:
        self.answers = answers or {}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        answers = self.answers.get(host)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]
