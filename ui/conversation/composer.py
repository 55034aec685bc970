"""Where one writes: over which number it goes, the growing text field, emoji, send; or why writing is not possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.conversation import phrases
from ui.conversation.emoji_popup import EmojiPopup
from ui.conversation.message_edit import MessageEdit
from ui.conversation.quote_bar import QuoteBar
from ui.conversation.rows import OthersRow, QuoteRow
from ui.conversation.writing_window import WritingWindow
from ui.theme.controls import Words
from ui.theme.icon_button import IconButton
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GRID, RADIUS_BUBBLE
from ui.words.plain import one_line

DRAFT_MS: Final = 600


class Composer(QWidget):
    """`send_requested` carries the text, which is then gone from the field, and the id of the message that it answers,
    or nothing; `draft_changed` follows the typing by at most `DRAFT_MS`, and `flush_draft` makes it come at once.
    `left_upwards`: from an empty field the arrow goes to the messages."""

    send_requested = Signal(str, str)
    template_wanted = Signal()
    left_upwards = Signal()
    draft_changed = Signal(str)

    def __init__(self, theme: Theme, icons: Icons, now: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_enabled = True
        self.window_bar = WritingWindow(theme, now, self)
        self._from = QLabel()
        self._number = QLabel()
        self._box = _Box(theme)
        self.edit = MessageEdit(theme)
        self._reason = QLabel()
        self._answers = ""
        self.quote = QuoteBar(theme, icons, self)
        self.others = Words(theme, color=lambda colors: colors.muted, wrap=True, parent=self)
        self.others.hide()
        self._others = OthersRow()
        self._warned = False
        translate = QCoreApplication.translate
        self.emoji_button = IconButton("smile", translate("Conversation", "Emoji"), theme, icons)
        send = translate("Conversation", "Send")
        self.send_button = IconButton("send", send, theme, icons, side=34, glyph=18, filled=True)
        self._emoji = EmojiPopup(theme, self)
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_MS)
        self._lay_out()
        self._draft_timer.timeout.connect(self._emit_draft)
        self.edit.textChanged.connect(self._on_text_changed)
        self.edit.submitted.connect(self._send)
        self.edit.left_upwards.connect(self.left_upwards)
        self.quote.dropped.connect(self.answer_nobody)
        self.edit.focus_changed.connect(self._box.update)
        self.send_button.clicked.connect(self._send)
        self.emoji_button.clicked.connect(self._open_emoji)
        self._emoji.chosen.connect(self._insert)
        self.window_bar.template_wanted.connect(self.template_wanted)
        self.window_bar.changed.connect(lambda _open: self._show_field())
        theme.changed.connect(self._follow_theme)
        self._follow_theme()
        self.set_sending_from("", None, True, "")
        self._enable_send()

    def set_sending_from(self, number: str, name: str | None, enabled: bool, reason: str) -> None:
        """Which number answers; where writing is not possible, `reason` says why in place of the field."""
        self._from.setText(QCoreApplication.translate("Conversation", "Sending from"))
        self._number.setText(f"{number} ({one_line(name)})" if name else number)
        self._reason.setText(reason)
        self._is_enabled = enabled
        self._show_field()

    def set_window(self, *, limited: bool, closes_at_ms: int | None) -> None:
        """Until when a text may be written; where it may not, a template takes the field's place."""
        self.window_bar.show_window(limited=limited, closes_at_ms=closes_at_ms)
        self._show_field()

    def text(self) -> str:
        """What is written, as it is."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Show a draft; that is no change of it."""
        if text == self.text():
            return
        self.edit.blockSignals(True)
        self.edit.setPlainText(text)
        self.edit.blockSignals(False)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
        self._draft_timer.stop()
        self._enable_send()
        self.edit.fit()

    def answer(self, message_id: str, quote: QuoteRow) -> None:
        """The next message answers this one."""
        self._answers = message_id
        self.quote.show_quote(quote)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_others(self, others: OthersRow) -> None:
        """Who else is here. While a colleague writes, the first try to send is only a warning."""
        self._others = others
        self._warned = self._warned and bool(others.writing)
        self._say_others()

    def _say_others(self) -> None:
        words = phrases.others(self._others)
        self.others.setText(f"{words} {phrases.send_anyway()}" if self._warned else words)
        self.others.set_color(lambda colors: colors.warn if self._others.writing else colors.muted)
        self.others.setVisible(bool(words))

    def _warns_first(self) -> bool:
        """Whether this try to send is answered by a warning."""
        if not self._others.writing or self._warned:
            self._warned = False
            return False
        self._warned = True
        self._say_others()
        QAccessible.updateAccessibility(QAccessibleEvent(self.others, QAccessible.Event.Alert))
        return True

    def answer_nobody(self) -> None:
        """The next message answers none in particular."""
        self._answers = ""
        self.quote.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._answers:
            self.answer_nobody()
        else:
            event.ignore()

    def flush_draft(self) -> None:
        """Tell a change not told yet."""
        if self._draft_timer.isActive():
            self._draft_timer.stop()
            self._emit_draft()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colors.bg)
        painter.fillRect(0, 0, self.width(), 1, self._theme.colors.line)
        painter.end()

    def _lay_out(self) -> None:
        for label in (self._from, self._number, self._reason):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._reason.setWordWrap(True)
        sender = QHBoxLayout()
        sender.setSpacing(6)
        sender.addWidget(self._from)
        sender.addWidget(self._number, 1)
        self._inside = inside = QHBoxLayout(self._box)
        inside.setSpacing(GRID)
        inside.addWidget(self.edit, 1, Qt.AlignmentFlag.AlignVCenter)
        inside.addWidget(self._reason, 1)
        inside.addWidget(self.emoji_button, 0, Qt.AlignmentFlag.AlignBottom)
        inside.addWidget(self.send_button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 9, 16, 12)
        column.setSpacing(6)
        column.addLayout(sender)
        column.addWidget(self.window_bar)
        column.addWidget(self.others)
        column.addWidget(self.quote)
        column.addWidget(self._box)
        self._from.setBuddy(self.edit)
        self.setFocusProxy(self.edit)

    def _show_field(self) -> None:
        self._reason.setVisible(not self._is_enabled)
        self._box.setVisible(not self._is_enabled or self.window_bar.is_open)
        for widget in (self.edit, self.emoji_button, self.send_button):
            widget.setVisible(self._is_enabled)

    def _on_text_changed(self) -> None:
        self._enable_send()
        if not self._draft_timer.isActive():
            self._draft_timer.start()

    def _enable_send(self) -> None:
        self.send_button.setEnabled(bool(self.text().strip()))

    def _emit_draft(self) -> None:
        self.draft_changed.emit(self.text())

    def _send(self) -> None:
        body = self.text().strip()
        if not body or self.edit.isHidden() or self._box.isHidden() or self._warns_first():
            return
        self.edit.clear()
        answers = self._answers
        self.answer_nobody()
        self.send_requested.emit(body, answers)
        self.flush_draft()

    def _open_emoji(self) -> None:
        self._emoji.show_above(self.emoji_button.mapToGlobal(QPoint(self.emoji_button.width(), -8)))

    def _insert(self, emoji: str) -> None:
        self.edit.insertPlainText(emoji)
        self.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def _follow_theme(self) -> None:
        fonts, colors = self._theme.fonts, self._theme.colors
        self._from.setFont(fonts.time)
        self._number.setFont(fonts.time_strong)
        self._reason.setFont(fonts.base)
        for label in (self._from, self._number, self._reason):
            label.setStyleSheet(f"color: {colors.muted.name()};")
        edge = self._theme.px(5)
        self._inside.setContentsMargins(8, edge, edge, edge)
        self._box.setMinimumHeight(self._theme.px(44))
        self.update()


class _Box(QWidget):
    """The rounded frame around the field; it shows where the focus is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        focused = any(isinstance(child, MessageEdit) and child.hasFocus() for child in self.children())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.accent if focused else colors.line, 1))
        painter.setBrush(colors.panel)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_BUBBLE, RADIUS_BUBBLE)
        painter.end()
