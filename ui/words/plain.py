"""Makes hostile text harmless to show: one line, nothing that reorders its neighbours, never read as rich text."""

from __future__ import annotations

import html
import re
from typing import Final

FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"

_EMOJI: Final = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")

_BIDI_CONTROLS: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def one_line(text: str) -> str:
    """The text on one line: every run of white space (line breaks and tabs too) becomes one space, the controls of
    text direction go: in a list they could only disturb."""
    return " ".join(text.translate(_BIDI_CONTROLS).split())


def has_emoji(text: str) -> bool:
    """Whether a text has a picture in it."""
    return _EMOJI.search(text) is not None


def isolated(text: str) -> str:
    """The text such that its direction does not reorder what stands beside it."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if text else ""


def tool_tip(text: str) -> str:
    """Plain text for `setToolTip`, which would take `<b>` for markup: escaped, and wrapped by Qt when long."""
    escaped = html.escape(text, quote=False).replace("\n", "<br>")
    return f"<qt>{escaped}</qt>" if escaped else ""
