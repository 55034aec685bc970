"""The design tokens: every colour, distance and size that widgets and delegates may use, for light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GRID: Final = 4
GAP_S: Final = 8
GAP_M: Final = 12
GAP_L: Final = 16
GAP_XL: Final = 24

RADIUS_CONTROL: Final = 8
RADIUS_BUBBLE: Final = 10
RADIUS_TAIL: Final = 3
RADIUS_BADGE: Final = 4

CHAT_ROW_HEIGHT: Final = 80
LIST_PANE_WIDTH: Final = 344
DETAILS_PANE_WIDTH: Final = 264
DETAILS_HIDE_BELOW: Final = 1100
SINGLE_PANE_BELOW: Final = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of one theme, `#rrggbb`; text pairs have a contrast of at least 4.5:1."""

    name: str
    bg: str
    panel: str
    line: str
    hover: str
    sel: str
    text: str
    muted: str
    accent: str
    on_accent: str
    bubble_in: str
    bubble_out: str
    chat: str
    danger: str
    on_danger: str
    webjs: str
    webjs_bg: str
    meta: str
    meta_bg: str
    warn: str
    warn_bg: str
    live: str
    avatar_lightness: int
    avatar_text_lightness: int
    sender_lightness: int


LIGHT: Final = Palette(
    name="light",
    bg="#ffffff",
    panel="#f6f7f9",
    line="#e3e6ea",
    hover="#eef1f4",
    sel="#e4effd",
    text="#15191e",
    muted="#5b6673",
    accent="#1769d2",
    on_accent="#ffffff",
    bubble_in="#ffffff",
    bubble_out="#dcebff",
    chat="#eef1f5",
    danger="#c92a2a",
    on_danger="#ffffff",
    webjs="#1450a3",
    webjs_bg="#dbe9fd",
    meta="#0b6b3a",
    meta_bg="#d8f3e3",
    warn="#7a5200",
    warn_bg="#fff3d6",
    live="#2aa55a",
    avatar_lightness=86,
    avatar_text_lightness=26,
    sender_lightness=36,
)

DARK: Final = Palette(
    name="dark",
    bg="#14181d",
    panel="#1a1f25",
    line="#2a313a",
    hover="#222932",
    sel="#1d3350",
    text="#e9edf2",
    muted="#98a4b3",
    accent="#5aa2ff",
    on_accent="#08121f",
    bubble_in="#222a33",
    bubble_out="#1a3a63",
    chat="#101418",
    danger="#ff6b6b",
    on_danger="#1b0a0a",
    webjs="#9cc6ff",
    webjs_bg="#17304f",
    meta="#7fe0ab",
    meta_bg="#123524",
    warn="#f2cf7a",
    warn_bg="#3a2f12",
    live="#2aa55a",
    avatar_lightness=26,
    avatar_text_lightness=84,
    sender_lightness=74,
)

CONTRAST: Final = Palette(
    name="contrast",
    bg="#000000",
    panel="#000000",
    line="#ffffff",
    hover="#1f1f1f",
    sel="#00305a",
    text="#ffffff",
    muted="#e6e6e6",
    accent="#ffe14d",
    on_accent="#000000",
    bubble_in="#262626",
    bubble_out="#00356b",
    chat="#0a0a0a",
    danger="#ff9a9a",
    on_danger="#000000",
    webjs="#b9dcff",
    webjs_bg="#002244",
    meta="#a8f5c8",
    meta_bg="#00331a",
    warn="#ffe08a",
    warn_bg="#332600",
    live="#4dff88",
    avatar_lightness=14,
    avatar_text_lightness=92,
    sender_lightness=84,
)
"""Text at 7:1 or more, and white lines."""
