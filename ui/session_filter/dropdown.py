"""The dropdown "Filter by WhatsApp Number": which number's chats the list shows, and what is unread on each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QListView, QVBoxLayout, QWidget

from ui.session_filter.delegate import NumberDelegate
from ui.session_filter.model import NumberModel
from ui.session_filter.rows import NumberRow
from ui.session_filter.words import all_conversations, number_text
from ui.theme.badge import BadgePainter
from ui.theme.controls import Words, paint_focus_ring
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_S, RADIUS_CONTROL


class SessionFilter(QWidget):
    """Label and box; emits `session_chosen` with a number's id, or None for all, when a person chose."""

    session_chosen = Signal(object)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = NumberModel(self)
        self.box = NumberBox(theme, icons, self._model, self)
        self._chosen: str | None = None
        label = Words(
            theme,
            QCoreApplication.translate("Numbers", "Filter by WhatsApp Number"),
            font=lambda fonts: fonts.secondary_medium,
            color=lambda colors: colors.muted,
            parent=self,
        )
        label.setBuddy(self.box)
        label.setMinimumHeight(17)
        self.box.setAccessibleName(label.text())
        self.box.activated.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_S)
        layout.addWidget(label)
        layout.addWidget(self.box)

    @property
    def chosen(self) -> str | None:
        """The number whose chats are shown; None for all."""
        return self._chosen

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """List these numbers; when the chosen one is gone, all conversations are chosen instead."""
        self._model.replace(numbers)
        position = self._model.position(self._chosen)
        self.box.setCurrentIndex(position or 0)
        self.box.update()
        if position is None:
            self._choose(0)

    def choose(self, session_id: str | None) -> None:
        """Choose as a person would; unknown numbers are nothing to do."""
        position = self._model.position(session_id)
        if position is not None:
            self.box.setCurrentIndex(position)
            self._choose(position)

    def choose_nth(self, position: int) -> None:
        """Choose the entry at a position, 0 being all conversations; nothing where there is none."""
        if position < self._model.rowCount():
            row = self._model.row(position)
            self.choose(row.session_id if row else None)

    def _choose(self, position: int) -> None:
        row = self._model.row(position)
        chosen = row.session_id if row else None
        if chosen != self._chosen:
            self._chosen = chosen
            self.session_chosen.emit(chosen)


class NumberBox(QComboBox):
    """A combo box that is painted as a calm field with an unread pill."""

    def __init__(self, theme: Theme, icons: Icons, model: NumberModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._numbers = model
        self._badges = BadgePainter(theme)
        entries = QListView(self)
        entries.setFrameShape(QFrame.Shape.NoFrame)
        entries.setMouseTracking(True)
        self.setView(entries)
        self.setModel(model)
        self.setItemDelegate(NumberDelegate(theme, model, self))
        self.setMaxVisibleItems(12)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._dress)
        self._dress()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(180), self._theme.px(36))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling over the box must not change what the list shows."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, colors = self._theme, self._theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colors.line, 1))
        painter.setBrush(colors.hover if self.underMouse() else colors.panel)
        painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)

        side = theme.px(16)
        right = box.right() - 10 - side
        self._icons.paint(painter, QRectF(right, box.center().y() - side / 2, side, side), "chevron", colors.text)
        row = self._numbers.row(self.currentIndex())
        unread = row.unread if row else self._numbers.unread
        badge = self._badges.paint_unread(painter, right - GAP_S, box.center().y(), unread)
        right -= GAP_S + (badge + GAP_S if badge else 0.0)

        metrics = QFontMetricsF(theme.fonts.base)
        words = number_text(row) if row else all_conversations()
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, right - 11)
        painter.setFont(theme.fonts.base)
        painter.setPen(colors.text)
        baseline = round(box.center().y() + (metrics.ascent() - metrics.descent()) / 2)
        painter.drawText(QPointF(11, baseline), shown)
        if self.hasFocus():
            paint_focus_ring(painter, self.rect().toRectF(), colors.accent, RADIUS_CONTROL)
        painter.end()

    def _dress(self) -> None:
        self.setFixedHeight(self._theme.px(36))
        self.update()
