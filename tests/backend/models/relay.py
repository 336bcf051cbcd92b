"""A TCP relay to a server, which can hold back what the server says, or be gone."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

PATIENCE = 60.0  # seconds


class Relay:
    """with Relay.running(endpoint) as relay: … relay.endpoint"""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self._target = (address.hostname, address.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.told = 0
        """Bytes that clients were told."""
        self.holding = threading.Semaphore(0)
        """Acquired once for each connection that is held."""
        self._hold_after: int | None = None
        self._go_on = threading.Event()

    @classmethod
    @contextlib.contextmanager
    def running(cls, target: str) -> Iterator["Relay"]:
        relay = cls(target)
        threading.Thread(target=relay._accept, daemon=True).start()
        try:
            yield relay
        finally:
            relay.close()

    def hold(self, after: int) -> None:
        """Hold every connection back once it was told so many bytes."""
        self._hold_after = after
        self._go_on.clear()

    def release(self) -> None:
        self._hold_after = None
        self._go_on.set()

    def close(self) -> None:
        """Be gone: whoever connects now is refused."""
        self.release()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # or accept would go on once more
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                for work in (self._ask, self._tell):
                    threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _tell(self, client: socket.socket, server: socket.socket) -> None:
        told = 0
        with contextlib.suppress(OSError), client, server:
            while data := server.recv(65536):
                client.sendall(data)
                told += len(data)
                self.told += len(data)
                if self._hold_after is not None and told > self._hold_after:
                    self.holding.release()
                    self._go_on.wait(PATIENCE)
