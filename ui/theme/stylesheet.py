"""The one style sheet: standard widgets (menus, fields, scroll bars, buttons, tool tips) in the theme's colours.

Everything with a look of its own is painted by its widget or delegate instead.
"""

from __future__ import annotations

from ui.theme.tokens import RADIUS_CONTROL, Palette


def stylesheet(palette: Palette, text_scale: float) -> str:
    """Style sheet of the application; font sizes come from the widgets' fonts, paddings grow with the text."""

    def px(length: float) -> str:
        return f"{round(length * text_scale)}px"

    p = palette
    return f"""
QToolTip {{ background: {p.text}; color: {p.bg}; border: 0; padding: {px(4)} {px(8)}; }}
QMenu {{ background: {p.bg}; color: {p.text}; border: 1px solid {p.line}; padding: 4px; }}
QMenu::item {{ padding: {px(6)} {px(24)} {px(6)} {px(24)}; border-radius: 4px; }}
QMenu::item:selected {{ background: {p.sel}; color: {p.text}; }}
QMenu::item:disabled {{ color: {p.muted}; }}
QMenu::separator {{ height: 1px; background: {p.line}; margin: 4px 8px; }}
QMenu::indicator {{ width: 14px; height: 14px; left: 6px; }}
QLineEdit {{ background: {p.panel}; color: {p.text}; placeholder-text-color: {p.muted}; border: 1px solid {p.line};
  border-radius: {RADIUS_CONTROL}px; padding: 0 10px; min-height: {px(32)};
  selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}
QLineEdit:focus {{ border-color: {p.accent}; }}
QLineEdit:disabled {{ color: {p.muted}; }}
QPushButton {{ background: {p.panel}; color: {p.text}; border: 1px solid {p.line};
  border-radius: {RADIUS_CONTROL}px; padding: 0 {px(14)}; min-height: {px(30)}; font-weight: 500; }}
QPushButton:hover {{ background: {p.hover}; }}
QPushButton:focus {{ border-color: {p.accent}; }}
QPushButton:disabled {{ color: {p.muted}; background: {p.panel}; }}
QPushButton:default {{ background: {p.accent}; color: {p.on_accent}; border-color: {p.accent}; }}
QPushButton:default:focus {{ border-color: {p.text}; }}
QPushButton:default:disabled {{ background: {p.hover}; color: {p.muted}; border-color: {p.line}; }}
QRadioButton {{ spacing: {px(8)}; padding: {px(3)} 0; }}
QRadioButton::indicator {{ width: {px(14)}; height: {px(14)}; border: 1px solid {p.muted}; background: {p.bg};
  border-radius: {round(14 * text_scale) // 2 + 1}px; }}
QRadioButton::indicator:checked {{ width: {px(6)}; height: {px(6)}; border: {px(5)} solid {p.accent}; }}
QRadioButton:focus {{ color: {p.accent}; }}
QProgressBar {{ background: {p.line}; border: 0; border-radius: 2px; max-height: 4px; min-height: 4px; }}
QProgressBar::chunk {{ background: {p.accent}; border-radius: 2px; }}
QComboBox {{ combobox-popup: 0; }}
QComboBox QAbstractItemView {{ background: {p.bg}; border: 1px solid {p.line}; outline: 0; padding: 4px 0; }}
QSplitter::handle {{ background: {p.line}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {p.line}; border-radius: 3px; margin: 2px; min-height: 32px; min-width: 32px; }}
QScrollBar::handle:hover {{ background: {p.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
