"""One WhatsApp number with all that is known of it, and what a supervisor can do about it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ui.numbers.words import health_words, import_words, reason_sentence, status_color, status_word
from ui.session_filter.rows import NumberRow
from ui.session_filter.words import is_down, number_text, unread_text
from ui.theme.badge import provider_label
from ui.theme.badge_widgets import ProviderBadge, UnreadBadge
from ui.theme.controls import ElidedWords, Words
from ui.theme.dot_word import DotWord
from ui.theme.icon_button import IconButton
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_M, GAP_S, GRID
from ui.words.day_clock import DayClock
from ui.words.plain import isolated, one_line, tool_tip
from ui.words.times import people_locale

WEBJS: Final = "webjs"


class NumberCard(QWidget):
    """Shows a `NumberRow`. Without `set_may_manage(True)` it has no buttons."""

    connect_requested = Signal(str)
    logout_requested = Signal(str)
    import_requested = Signal(str)
    cancel_import_requested = Signal(str)

    def __init__(
        self, theme: Theme, icons: Icons, clock: DayClock, row: NumberRow, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._may_manage = False
        self._busy = False
        self.row = row
        self.number = ElidedWords(theme, font=lambda fonts: fonts.name, parent=self)
        self.about = ElidedWords(
            theme, font=lambda fonts: fonts.secondary, color=lambda colors: colors.muted, parent=self
        )
        self.state = DotWord(theme, self)
        self.facts = Words(
            theme, font=lambda fonts: fonts.secondary, color=lambda colors: colors.muted, wrap=True, parent=self
        )
        self.reason = Words(theme, font=lambda fonts: fonts.secondary, wrap=True, parent=self)
        self.trouble = Words(
            theme,
            font=lambda fonts: fonts.secondary_medium,
            color=lambda colors: colors.danger,
            wrap=True,
            parent=self,
        )
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self._badge = ProviderBadge(theme, self)
        self._unread = UnreadBadge(theme, self)
        translate = QCoreApplication.translate
        self.link = self._button(translate("Numbers", "Connect…"))
        self.stop_import = self._button(translate("Numbers", "Stop import"))
        self.more = IconButton(
            "more", translate("Numbers", "More actions"), theme, icons, side=24, glyph=18, parent=self
        )
        self.menu = QMenu(self)
        self.import_again = self.menu.addAction(translate("Numbers", "Import chats"))
        self.log_out = self.menu.addAction(translate("Numbers", "Log out…"))
        self.link.clicked.connect(lambda: self.connect_requested.emit(self.row.session_id))
        self.stop_import.clicked.connect(lambda: self.cancel_import_requested.emit(self.row.session_id))
        self.import_again.triggered.connect(lambda: self.import_requested.emit(self.row.session_id))
        self.log_out.triggered.connect(lambda: self.logout_requested.emit(self.row.session_id))
        self.more.clicked.connect(self._open_menu)
        self._lay_out()
        self.trouble.hide()
        self.show_number(row)
        theme.changed.connect(self.update)
        clock.day_changed.connect(self._show)

    def show_number(self, row: NumberRow) -> None:
        """News of this number."""
        if row.status != self.row.status or row.sync_status != self.row.sync_status:
            self.trouble.hide()
        self.row = row
        self._show()

    def set_may_manage(self, may: bool) -> None:
        """Whether the person is a supervisor."""
        self._may_manage = may
        self._show()

    def show_busy(self, busy: bool) -> None:
        """While the server is asked, nothing can be asked twice."""
        self._busy = busy
        if busy:
            self.trouble.hide()
        self._show()

    def show_trouble(self, words: str) -> None:
        """Say why something that was asked for did not happen."""
        self.trouble.setText(one_line(words))
        self.trouble.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self.trouble, QAccessible.Event.Alert))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.colors.line)
        painter.end()

    def _show(self) -> None:
        row, locale = self.row, people_locale()
        translate = QCoreApplication.translate
        self.number.setText(isolated(number_text(row)))
        self.number.setToolTip(tool_tip(number_text(row)))
        name = isolated(one_line(row.display_name or ""))
        primary = translate("Numbers", "main number") if row.is_primary else ""
        self.about.setText(" ".join(f"· {words}" for words in (name, primary) if words))
        self.about.setToolTip(tool_tip(one_line(row.display_name or "")))
        self.state.show_word(status_word(row.status), lambda colors: status_color(row.status, colors))
        facts = [health_words(row.health, locale), import_words(row, self._clock.now(), locale)]
        self.facts.setText(" · ".join(words for words in facts if words))
        self.reason.setText(reason_sentence(row.status, row.reason))
        self.reason.setVisible(bool(self.reason.text()))
        self.bar.setVisible(row.sync_running)
        self.bar.setRange(0, row.total or 0)
        self.bar.setValue(min(row.synced, row.total or 0))
        self.bar.setAccessibleName(import_words(row, self._clock.now(), locale))
        self._badge.show_provider(row.provider_type)
        self._unread.show_unread(row.unread, unread_text(row.unread))
        self._show_actions()
        self.setAccessibleName(
            ", ".join([number_text(row), provider_label(row.provider_type), status_word(row.status)])
        )

    def _show_actions(self) -> None:
        row = self.row
        on_web = row.provider_type == WEBJS and self._may_manage
        translate = QCoreApplication.translate
        scan = row.status == "qr"
        self.link.setText(translate("Numbers", "Show QR code…") if scan else translate("Numbers", "Connect…"))
        self.link.setVisible(on_web and (is_down(row.status) or row.status == "connecting"))
        self.stop_import.setVisible(on_web and row.sync_running)
        self.import_again.setText(
            translate("Numbers", "Import chats again")
            if row.sync_status in ("completed", "cancelled", "failed")
            else translate("Numbers", "Import chats")
        )
        self.import_again.setVisible(on_web and row.status == "connected" and not row.sync_running)
        self.log_out.setVisible(on_web and row.status in ("connected", "syncing", "reconnecting"))
        self.more.setVisible(self.import_again.isVisible() or self.log_out.isVisible())
        for control in (self.link, self.stop_import, self.more):
            control.setEnabled(not self._busy)
            control.setAccessibleDescription(number_text(row))

    def _open_menu(self) -> None:
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(GAP_S)
        title.addWidget(self.number, stretch=1)
        title.addWidget(self._unread)
        title.addWidget(self._badge)
        title.addWidget(self.more)
        state = QHBoxLayout()
        state.setSpacing(GAP_S)
        state.addWidget(self.state)
        state.addWidget(self.about, stretch=1)
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addLayout(state)
        words.addWidget(self.reason)
        words.addWidget(self.facts)
        below = QHBoxLayout()
        below.setSpacing(GAP_M)
        below.addLayout(words, stretch=1)
        for button in (self.link, self.stop_import):
            below.addWidget(button, alignment=Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_L, GAP_M, GAP_L, GAP_M)
        layout.setSpacing(GRID)
        layout.addLayout(title)
        layout.addLayout(below)
        layout.addWidget(self.bar)
        layout.addWidget(self.trouble)

    def _button(self, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setAutoDefault(False)
        return button
