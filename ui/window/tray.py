"""The inbox in the desktop's tray: what is unread on its icon, and a menu to open it, to silence it and to quit."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui.theme.badge import unread_label
from ui.theme.icons import app_icon

AFTER_MS: Final = 400
SIDE: Final = 64
RED: Final = QColor("#c92a2a")


class Tray(QObject):
    """Hidden where the desktop has no tray (`is_available`)."""

    open_requested = Signal()
    quit_requested = Signal()
    silence_wanted = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        say = QCoreApplication.translate
        self._icon: QSystemTrayIcon | None = None
        self._unread = 0
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._soon.timeout.connect(self.show)
        self.menu = QMenu()
        self.menu.addAction(say("Tray", "Open the inbox"), self.open_requested.emit)
        self.silence = self.menu.addAction(say("Tray", "Do not disturb"))
        self.silence.setCheckable(True)
        self.silence.triggered.connect(self.silence_wanted)
        self.menu.addSeparator()
        self.menu.addAction(say("Tray", "Quit"), self.quit_requested.emit)

    @property
    def is_available(self) -> bool:
        """Whether this desktop has a tray now; it may get one later."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show_soon(self) -> None:
        """Put the icon into the tray, once the list has been painted: drawing it takes some ms."""
        self._soon.start()

    def show(self) -> None:
        """Put the icon into the tray, where there is one."""
        if self._icon is None and self.is_available:
            self._icon = QSystemTrayIcon(self)
            self._icon.setContextMenu(self.menu)
            self._icon.activated.connect(self._activated)
            self.show_unread(self._unread)
            self._icon.show()

    def show_unread(self, unread: int) -> None:
        """The number on the icon; 0 shows none."""
        self._unread = unread
        if self._icon is not None:
            name = QCoreApplication.translate("Window", "Inbox")
            self._icon.setToolTip(f"{name} ({unread_label(unread)})" if unread else name)
            self._icon.setIcon(badged(app_icon(), unread))

    def show_silence(self, silent: bool) -> None:
        """Whether nothing is told."""
        self.silence.setChecked(silent)

    def tell(self, words: str) -> None:
        """A sentence beside the icon."""
        if self._icon is not None:
            self._icon.showMessage(QCoreApplication.translate("Window", "Inbox"), words, app_icon())

    def close(self) -> None:
        """Take the icon away."""
        self._soon.stop()
        if self._icon is not None:
            self._icon.hide()
        self.menu.deleteLater()
        self.deleteLater()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_requested.emit()


def badged(icon: QIcon, unread: int) -> QIcon:
    """The icon with a number in its lower corner."""
    if not unread:
        return icon
    picture = icon.pixmap(SIDE, SIDE)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    words = unread_label(unread)
    width = SIDE * (0.5 if len(words) == 1 else 0.7 if len(words) == 2 else 0.9)
    box = QRectF(SIDE - width, SIDE * 0.45, width, SIDE * 0.55)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(RED)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    font = QFont()
    font.setPixelSize(round(SIDE * 0.42))
    font.setWeight(QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(QColor("#ffffff"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return QIcon(picture)
