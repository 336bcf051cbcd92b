"""Firefox, driven through Marionette, the door that it has built in: no other program is needed."""

import base64
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ADDON = "extension@realeyez.example"
STARTS_WITHIN = 120.0  # seconds

CHOOSE = """const menu = document.getElementById("contentAreaContextMenu");
while (menu.state !== "open") await new Promise((resolve) => setTimeout(resolve, 50));
const item = [...menu.querySelectorAll("menuitem")].find(({ label }) => label === args[0]);
if (item) menu.activateItem(item);
return item?.label"""


def firefox_path() -> str | None:
    """The system's Firefox, if there is one."""
    return shutil.which("firefox") or shutil.which("firefox-esr")


class Firefox:
    """One window. Messages are `length:[0, id, command, parameters]`."""

    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection.makefile("rwb")
        self._count = 0
        self._read()  # its greeting
        self.ask("WebDriver:NewSession", acceptInsecureCerts=True)
        self.ask("WebDriver:SetTimeouts", script=60_000, pageLoad=60_000)

    def ask(self, command: str, **parameters: Any) -> Any:
        self._count += 1
        message = json.dumps([0, self._count, command, parameters]).encode()
        self._stream.write(b"%d:%s" % (len(message), message))
        self._stream.flush()
        _, _, error, result = self._read()
        assert error is None, error
        return result

    def run(self, script: str, *args: Any, chrome: bool = False) -> Any:
        """What an async function's body answers; in the browser's own window if `chrome`."""
        self.ask("Marionette:SetContext", value="chrome" if chrome else "content")
        body = f"const done = arguments[arguments.length - 1];\
            (async (...args) => {{ {script} }})(...arguments)\
            .then(done, (error) => done(`failed: ${{error}}`));"
        answer = self.ask(
            "WebDriver:ExecuteAsyncScript", script=body, args=list(args), sandbox="system"
        )
        return answer["value"]

    def open(self, url: str) -> None:
        self.ask("Marionette:SetContext", value="content")
        self.ask("WebDriver:Navigate", url=url)

    def choose_in_menu(self, x: int, y: int, label: str) -> None:
        """A right click there, and the item of the context menu that opens."""
        self.ask("Marionette:SetContext", value="content")
        steps: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": x, "y": y, "duration": 0},
            {"type": "pointerDown", "button": 2},
            {"type": "pointerUp", "button": 2},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": steps}
        self.ask("WebDriver:PerformActions", actions=[mouse])
        assert self.run(CHOOSE, label, chrome=True) == label

    def screenshot(self, path: Path) -> None:
        self.ask("Marionette:SetContext", value="content")
        picture = self.ask("WebDriver:TakeScreenshot", full=False)
        path.write_bytes(base64.b64decode(picture["value"]))

    def install(self, folder: Path) -> str:
        """Load an extension as about:debugging does; its own origin."""
        self.ask("Addon:Install", path=str(folder), temporary=True)
        host = f"return WebExtensionPolicy.getByID({ADDON!r}).mozExtensionHostname"
        return f"moz-extension://{self.run(host, chrome=True)}"

    def _read(self) -> Any:
        length = b""
        while (byte := self._stream.read(1)) != b":":
            assert byte, "Firefox has gone"
            length += byte
        return json.loads(self._stream.read(int(length)))


@contextmanager
def firefox(profile: Path, **prefs: Any) -> Iterator[Firefox]:
    """prefs: with __ for each dot."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"marionette.port": port, "datareporting.policy.dataSubmissionEnabled": False}
    settings |= {name.replace("__", "."): value for name, value in prefs.items()}
    profile.mkdir()
    lines = [
        f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in settings.items()
    ]
    (profile / "user.js").write_text("\n".join(lines))
    options = ["--headless", "--marionette", "--remote-allow-system-access", "--profile"]
    command = [firefox_path() or "firefox", *options, str(profile)]
    with (
        (profile / "log.txt").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        try:
            with _connect(port) as connection:
                yield Firefox(connection)
        finally:
            process.kill()


def _connect(port: int) -> socket.socket:
    end = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=120)
        except OSError:
            assert time.monotonic() < end, "Firefox does not start"
            time.sleep(0.3)
