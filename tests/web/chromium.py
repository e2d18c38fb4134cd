"""A real browser, without scripts, driven through its own pipe (Chrome DevTools Protocol)."""

import base64
import fcntl
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_PATIENCE = 60
"""Seconds."""

_KEYS = {"Tab": 9, "Enter": 13, "ArrowRight": 39}


class Browser:
    """One tab. What it does is asked of the browser by number, and answered by it."""

    def __init__(self, ask: int, answers: int) -> None:
        self._ask, self._answers = ask, answers
        self._number, self._loaded, self._read, self._session = 0, 0, b"", ""
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "DOM"):
            self.do(f"{domain}.enable")
        self.do("Emulation.setScriptExecutionDisabled", value=True)

    def do(self, method: str, **parameters: object) -> dict[str, Any]:
        """Have something done; what it answers."""
        self._number += 1
        asked: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._ask, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "error" not in told, (method, told["error"])
                found: dict[str, Any] = told["result"]
                return found

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            assert select([self._answers], [], [], _PATIENCE)[0], "the browser does not answer"
            part = os.read(self._answers, 1 << 16)
            assert part, "the browser has gone"
            self._read += part
        line, _, self._read = self._read.partition(b"\0")
        told: dict[str, Any] = json.loads(line)
        self._loaded += told.get("method") == "Page.loadEventFired"
        return told

    def open(self, address: str) -> None:
        """Open a page, and wait until it is there."""

        def navigate() -> None:
            told = self.do("Page.navigate", url=address)
            assert "errorText" not in told, told

        self._leave(navigate)

    def press(self, selector: str) -> None:
        """Press something with the mouse, where it is."""
        self.do("DOM.scrollIntoViewIfNeeded", nodeId=self._find(selector))
        corners = self.do("DOM.getContentQuads", nodeId=self._find(selector))["quads"][0]
        at = {"x": sum(corners[::2]) / 4, "y": sum(corners[1::2]) / 4, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.do("Input.dispatchMouseEvent", type=kind, **at)

    def send(self, selector: str) -> None:
        """Press a button that leads to another page, and wait until that is there."""
        self._leave(lambda: self.press(selector))

    def send_by_key(self, name: str) -> None:
        """Press a key that leads to another page, and wait until that is there."""
        self._leave(lambda: self.key(name, "\r"))

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.focus(selector)
        self.do("Input.insertText", text=text)

    def key(self, name: str, text: str = "") -> None:
        """Press a key where the focus is."""
        told = {"key": name, "code": name, "windowsVirtualKeyCode": _KEYS[name]}
        self.do("Input.dispatchKeyEvent", type="keyDown", **told, **({"text": text} if text else {}))
        self.do("Input.dispatchKeyEvent", type="keyUp", **told)

    def focus(self, selector: str) -> None:
        """Put the focus on something."""
        self.do("DOM.focus", nodeId=self._find(selector))

    @property
    def text(self) -> str:
        """The page as it stands."""
        told: str = self.do("DOM.getOuterHTML", nodeId=self.do("DOM.getDocument")["root"]["nodeId"])["outerHTML"]
        return told

    def size(self, width: int, *, dark: bool = False) -> None:
        """Give the page a width, and a height that shows much of it."""
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.do("Emulation.setEmulatedMedia", features=[feature])

    @property
    def width(self) -> int:
        """How wide what the page holds is: wider than the page where one had to scroll sideways."""
        return int(self.do("Page.getLayoutMetrics")["cssContentSize"]["width"])

    def heights(self, selector: str) -> list[float]:
        """How high each thing is that one sees."""
        root = self.do("DOM.getDocument")["root"]["nodeId"]
        nodes = self.do("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]
        return [self.do("DOM.getBoxModel", nodeId=node)["model"]["height"] for node in nodes]

    def picture(self, file: Path) -> None:
        """Draw the whole page into a file."""
        drawn = self.do("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        file.write_bytes(base64.b64decode(drawn))

    def _leave(self, act: Callable[[], object]) -> None:
        before = self._loaded
        act()
        while self._loaded == before:
            self._next()

    def _find(self, selector: str) -> int:
        root = self.do("DOM.getDocument")["root"]["nodeId"]
        node: int = self.do("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        assert node, f"there is no {selector} on\n{self.text}"
        return node


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in a folder. Skips the test where this machine has none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("this machine has no Chromium to look at the pages with")
    asked, ask = _pipe()
    answers, answered = _pipe()
    given = [program, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    # The browser reads at 3 and writes at 4.
    placed = [(os.POSIX_SPAWN_DUP2, asked, 3), (os.POSIX_SPAWN_DUP2, answered, 4)]
    placed += [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in range(3)]
    process = os.posix_spawn(program, given, os.environ, file_actions=placed, setpgroup=0)
    os.close(asked)
    os.close(answered)
    try:
        yield Browser(ask, answers)
    finally:
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(ask)
        os.close(answers)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are none of the first ten numbers."""
    read, write = os.pipe()
    ends = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (read, write))
    os.close(read)
    os.close(write)
    return ends[0], ends[1]
