"""The bar above the bubbles: who one is talking with, what it is, and over which number it runs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.conversation import phrases
from ui.conversation.rows import ConversationHeader
from ui.theme.avatar import AvatarLook, AvatarPainter
from ui.theme.badge import BadgePainter, provider_label
from ui.theme.icon_button import IconButton
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_M
from ui.words.plain import one_line, tool_tip

AVATAR = 40


class HeaderBar(QWidget):
    """Shows a `ConversationHeader`; `back_requested` comes from the arrow of the one-pane window."""

    back_requested = Signal()
    details_toggled = Signal()

    def __init__(self, theme: Theme, icons: Icons, avatars: AvatarPainter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._back = IconButton("back", QCoreApplication.translate("Conversation", "Back to the list"), theme, icons)
        self._details = IconButton("info", QCoreApplication.translate("Conversation", "Details"), theme, icons)
        self._title = _Title(theme, avatars)
        self._back.clicked.connect(self.back_requested)
        self._details.clicked.connect(self.details_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(GAP_M)
        row.addWidget(self._back)
        row.addWidget(self._title, 1)
        row.addWidget(self._details)
        self._back.hide()
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    def show_header(self, header: ConversationHeader) -> None:
        """Another conversation, or news of this one."""
        self._title.show_header(header)

    def show_back(self, visible: bool) -> None:
        """Whether the list is a page of its own, to go back to."""
        self._back.setVisible(visible)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colors.bg)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.colors.line)
        painter.end()

    def _follow_theme(self) -> None:
        self.setFixedHeight(self._theme.px(60))
        self.update()


class _Title(QWidget):
    """Avatar, name, and the line under it with the provider's badge."""

    def __init__(self, theme: Theme, avatars: AvatarPainter) -> None:
        super().__init__()
        self._theme = theme
        self._avatars = avatars
        self._badges = BadgePainter(theme)
        self._header: ConversationHeader | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_header(self, header: ConversationHeader) -> None:
        self._header = header
        provider = provider_label(header.provider_type)
        self.setAccessibleName(f"{one_line(header.title)}, {phrases.about(header)}, {provider}")
        self.setToolTip(tool_tip(one_line(header.title)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._theme.px(AVATAR))

    def paintEvent(self, event: QPaintEvent) -> None:
        header = self._header
        if header is None:
            return
        theme, px, colors = self._theme, self._theme.px, self._theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, middle = px(AVATAR), self.height() / 2
        look = AvatarLook(
            seed=header.avatar_seed, title=header.title, has_name=header.has_name, is_group=header.is_group
        )
        self._avatars.paint(painter, QRectF(0, middle - size / 2, size, size), look)
        left = size + GAP_M
        width = self.width() - left
        name_height, line_height = px(21), px(17)
        top = middle - (name_height + line_height) / 2
        title = QFontMetricsF(theme.fonts.header).elidedText(one_line(header.title), Qt.TextElideMode.ElideRight, width)
        painter.setFont(theme.fonts.header)
        painter.setPen(colors.text)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, top, width, name_height), align, title)
        metrics = QFontMetricsF(theme.fonts.secondary)
        badge = self._badges.provider_width(header.provider_type)
        room = width - badge - px(6)
        about = metrics.elidedText(one_line(phrases.about(header)), Qt.TextElideMode.ElideRight, max(room, 0))
        painter.setFont(theme.fonts.secondary)
        painter.setPen(colors.muted)
        line = QRectF(left, top + name_height, width, line_height)
        painter.drawText(line, align, about)
        self._badges.paint_provider(
            painter, left + metrics.horizontalAdvance(about) + px(6), line.center().y(), header.provider_type
        )
        painter.end()
