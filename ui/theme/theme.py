"""The look that every widget and delegate asks: colours and fonts, light or dark, following the system live."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ui.theme.fonts import Fonts, type_scale
from ui.theme.stylesheet import stylesheet
from ui.theme.tokens import CONTRAST, DARK, LIGHT, Palette

Mode = Literal["system", "light", "dark", "contrast"]
MODES: Final[tuple[Mode, ...]] = ("system", "light", "dark", "contrast")
EFFECTS: Final = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
)

SMALLEST_TEXT_SCALE: Final = 0.9
LARGEST_TEXT_SCALE: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Colors:
    """The palette's tokens as `QColor`s, under the same names."""

    bg: QColor
    panel: QColor
    line: QColor
    hover: QColor
    sel: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    bubble_in: QColor
    bubble_out: QColor
    chat: QColor
    danger: QColor
    on_danger: QColor
    webjs: QColor
    webjs_bg: QColor
    meta: QColor
    meta_bg: QColor
    warn: QColor
    warn_bg: QColor
    live: QColor


def colors_of(palette: Palette) -> Colors:
    """The palette as colours."""
    return Colors(**{field.name: QColor(getattr(palette, field.name)) for field in fields(Colors)})


class Theme(QObject):
    """Colours (`colors`, `palette`), fonts (`fonts`) and scaled lengths (`px`) of the moment.

    `changed` is emitted after any of them changed; whoever keeps something derived from them makes it anew then.
    The application's own palette, font and style sheet follow by themselves.
    """

    changed = Signal()

    def __init__(
        self, app: QApplication, *, mode: Mode = "system", text_scale: float = 1.0, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._mode = mode
        self._text_scale = _within_limits(text_scale)
        self._system_palette_is_dark = app.palette().color(QPalette.ColorRole.Window).lightness() < 128
        self._scheme = app.styleHints().colorScheme()
        self._hints = app.styleHints()  # held: what it gives out is gone with this
        self.reduced_motion = False
        app.setStyle("Fusion")
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._hints.accessibility().contrastPreferenceChanged.connect(self._follow_contrast)

    @property
    def mode(self) -> Mode:
        """What the user chose: a look, or to follow the system."""
        return self._mode

    @property
    def is_dark(self) -> bool:
        """Whether the look of the moment is the dark one."""
        return self.palette is not LIGHT

    @property
    def text_scale(self) -> float:
        """The size of text as a factor, 1.0 being 100 %."""
        return self._text_scale

    def px(self, length: float) -> int:
        """A length that must grow with the text, from pixels at 100 % to pixels now."""
        return round(length * self._text_scale)

    def set_mode(self, mode: Mode) -> None:
        """Choose a look, or follow the system."""
        if mode != self._mode:
            self._mode = mode
            self._apply()

    def set_text_scale(self, text_scale: float) -> None:
        """Scale all text; factors outside 0.9 to 2.0 are brought inside."""
        wanted = _within_limits(text_scale)
        if wanted != self._text_scale:
            self._text_scale = wanted
            self._apply()

    def set_reduced_motion(self, reduced: bool) -> None:
        """Nothing slides or fades; the inbox itself moves nothing, menus and boxes are Qt's."""
        if reduced != self.reduced_motion:
            self.reduced_motion = reduced
            for effect in EFFECTS:
                self._app.setEffectEnabled(effect, not reduced)
            self.changed.emit()

    def _follow_contrast(self) -> None:
        if self._mode == "system":
            self._apply()

    def _follow_system(self, scheme: Qt.ColorScheme) -> None:
        self._scheme = scheme
        if self._mode == "system":
            self._apply()

    def _wanted_palette(self) -> Palette:
        if self._mode != "system":
            return {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}[self._mode]
        if self._hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return CONTRAST
        return DARK if self._system_is_dark() else LIGHT

    def _system_is_dark(self) -> bool:
        if self._scheme == Qt.ColorScheme.Unknown:
            return self._system_palette_is_dark
        return self._scheme == Qt.ColorScheme.Dark

    def _apply(self) -> None:
        self.palette: Palette = self._wanted_palette()
        self.colors: Colors = colors_of(self.palette)
        self.fonts: Fonts = type_scale(self._text_scale)
        self._app.setFont(self.fonts.base)
        self._app.setPalette(_qt_palette(self.colors))
        self._app.setStyleSheet(stylesheet(self.palette, self._text_scale))
        self.changed.emit()


def _within_limits(text_scale: float) -> float:
    return min(max(text_scale, SMALLEST_TEXT_SCALE), LARGEST_TEXT_SCALE)


def _qt_palette(colors: Colors) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(colors.bg)
    for target, color in (
        (role.Window, colors.bg),
        (role.WindowText, colors.text),
        (role.Base, colors.bg),
        (role.AlternateBase, colors.panel),
        (role.Text, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Button, colors.panel),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.danger),
        (role.ToolTipBase, colors.text),
        (role.ToolTipText, colors.bg),
        (role.Highlight, colors.accent),
        (role.HighlightedText, colors.on_accent),
        (role.Link, colors.accent),
        (role.LinkVisited, colors.accent),
        (role.Accent, colors.accent),
        (role.Mid, colors.line),
        (role.Dark, colors.line),
        (role.Light, colors.panel),
        (role.Midlight, colors.hover),
        (role.Shadow, colors.line),
    ):
        palette.setColor(target, color)
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, colors.muted)
    return palette
