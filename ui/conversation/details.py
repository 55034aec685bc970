"""The pane beside a conversation: who it is, over which number it runs, and a group's members."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QGridLayout, QLabel, QListView, QVBoxLayout, QWidget

from ui.conversation import phrases
from ui.conversation.participants import ParticipantDelegate, ParticipantModel
from ui.conversation.rows import DetailsRow
from ui.theme.avatar import AvatarLook, AvatarPainter
from ui.theme.badge_widgets import ProviderBadge
from ui.theme.theme import Theme
from ui.theme.tokens import DETAILS_PANE_WIDTH
from ui.words.plain import one_line

AVATAR: Final = 72
STACKED_ABOVE: Final = 1.25
WIDEST_SCALE: Final = 1.3
"""Larger text makes the pane wider up to here; then it wraps."""


class DetailsPane(QWidget):
    """Shows a `DetailsRow`."""

    def __init__(self, theme: Theme, avatars: AvatarPainter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._avatar = _Avatar(theme, avatars)
        self._name, self._kind, self._heading = QLabel(), QLabel(), QLabel()
        self._captions = [QLabel() for _ in range(3)]
        self._number, self._phone, self._badge = QLabel(), QLabel(), ProviderBadge(theme)
        self.members = ParticipantModel(self)
        self._list = QListView()
        self._list.setModel(self.members)
        self._list.setItemDelegate(ParticipantDelegate(theme, avatars, self._list))
        self._list.setAccessibleName(QCoreApplication.translate("Conversation", "Members"))
        self._lay_out()
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    def show_details(self, details: DetailsRow) -> None:
        """Another conversation's details, or news of this one's."""
        header = details.header
        self._avatar.show_look(
            AvatarLook(seed=header.avatar_seed, title=header.title, has_name=header.has_name, is_group=header.is_group)
        )
        self._name.setText(one_line(header.title))
        self._kind.setText(phrases.kind(header))
        self._number.setText(header.session_number)
        self._badge.show_provider(header.provider_type)
        self._phone.setText(header.contact_phone or "")
        for label in (self._phone, self._captions[2]):
            label.setVisible(bool(header.contact_phone) and not header.is_group)
        count = header.members if header.members is not None else len(details.participants)
        self._heading.setText(phrases.members(count))
        self.members.show(details.participants)
        self._heading.setVisible(bool(details.participants))
        self._list.setVisible(bool(details.participants))

    def sizeHint(self) -> QSize:
        return QSize(DETAILS_PANE_WIDTH, 400)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colors.bg)
        painter.end()

    def _lay_out(self) -> None:
        labels = (self._name, self._kind, self._heading, self._number, self._phone, *self._captions)
        for label in labels:
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for label in (self._number, self._phone):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self._name, self._kind):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        translate = QCoreApplication.translate
        texts = (
            translate("Conversation", "Number"),
            translate("Conversation", "Provider"),
            translate("Conversation", "Phone"),
        )
        for caption, text in zip(self._captions, texts, strict=True):
            caption.setText(text)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(8)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setUniformItemSizes(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(17, 20, 16, 0)
        column.setSpacing(4)
        column.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addWidget(self._name)
        column.addWidget(self._kind)
        column.addSpacing(10)
        column.addLayout(self._facts)
        column.addSpacing(10)
        column.addWidget(self._heading)
        column.addWidget(self._list, 1)
        column.addStretch(0)

    def _place_facts(self) -> None:
        """Captions beside their values, above them where large text leaves no room."""
        stacked = self._theme.text_scale > STACKED_ABOVE
        values = (self._number, self._badge, self._phone)
        for number, (caption, value) in enumerate(zip(self._captions, values, strict=True)):
            if stacked:
                self._facts.addWidget(caption, 2 * number, 0, 1, 2)
                self._facts.addWidget(value, 2 * number + 1, 0, 1, 2)
            else:
                self._facts.addWidget(caption, number, 0)
                self._facts.addWidget(value, number, 1)
        self._facts.setColumnMinimumWidth(0, 0 if stacked else self._theme.px(76))

    def _follow_theme(self) -> None:
        fonts, colors = self._theme.fonts, self._theme.colors
        for label, font, color in (
            (self._name, fonts.title, colors.text),
            (self._kind, fonts.time, colors.muted),
            (self._heading, fonts.secondary_strong, colors.muted),
            (self._number, fonts.base, colors.text),
            (self._phone, fonts.base, colors.text),
            *((caption, fonts.base, colors.muted) for caption in self._captions),
        ):
            label.setFont(font)
            label.setStyleSheet(f"color: {color.name()};")
        self._place_facts()
        self.setMinimumWidth(round(DETAILS_PANE_WIDTH * min(self._theme.text_scale, WIDEST_SCALE)))
        self.update()


class _Avatar(QWidget):
    def __init__(self, theme: Theme, avatars: AvatarPainter) -> None:
        super().__init__()
        self._avatars = avatars
        self._look = AvatarLook(seed="", title="")
        self.setFixedSize(AVATAR, AVATAR)
        theme.changed.connect(self.update)

    def show_look(self, look: AvatarLook) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._avatars.paint(painter, QRectF(self.rect()), self._look)
        painter.end()
