"""One inbox per profile: a second start hands its link to the first, which comes to the front, and ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QLockFile, QObject

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

SCHEME: Final = "whatsapp-inbox"
WAIT_MS: Final = 2000
MOST_BYTES: Final = 4096


class SingleInstance(QObject):
    """`is_first` is decided at once; `listen` may come later, after the first paint: it loads Qt's network part."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._name = f"whatsapp-inbox-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}"
        self._lock = QLockFile(str(folder / "running.lock"))
        self._lock.setStaleLockTime(0)
        self.is_first = self._lock.tryLock(0)
        self._server: QLocalServer | None = None

    def hand_over(self, link: str) -> bool:
        """Tells the first one to come to the front, and to open `link` if there is one; False if it does not answer."""
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(link.encode()[:MOST_BYTES] + b"\n")
        told = socket.waitForBytesWritten(WAIT_MS)
        socket.disconnectFromServer()
        return told

    def listen(self, on_start: Callable[[str], None]) -> None:
        """`on_start(link)` hears of each further start; only this user's programs can speak to it."""
        from PySide6.QtNetwork import QLocalServer

        self._server = server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(self._name)  # left by one that was killed
        server.listen(self._name)

        def heard() -> None:
            socket = server.nextPendingConnection()

            def read() -> None:
                if socket.canReadLine():
                    on_start(bytes(socket.readLine(MOST_BYTES).data()).decode(errors="replace").strip())
                    socket.disconnectFromServer()

            socket.readyRead.connect(read)
            socket.disconnected.connect(socket.deleteLater)
            read()

        server.newConnection.connect(heard)

    def close(self) -> None:
        """The next start is the first again."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()


def chat_in(link: str) -> str | None:
    """`whatsapp-inbox:chat/123` → `123`; None for any other link, which opens nothing."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    kind, _, chat = f"{parts.netloc}/{unquote(parts.path)}".replace("//", "/").strip("/").partition("/")
    is_ours = parts.scheme == SCHEME and kind == "chat" and chat.isalnum() and len(chat) <= 64
    return chat if is_ours else None
