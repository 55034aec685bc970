"""Which messages are nothing but a few emoji, and the emoji that the composer offers."""

from __future__ import annotations

import re
from typing import Final

_FEW: Final = 3
_PICTURE: Final = "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u2300-\u23ff\u3030\u303d\u00a9\u00ae]"
_TONE: Final = "[\U0001f3fb-\U0001f3ff]"
_ONE: Final = (
    rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}"
    rf"|{_PICTURE}\ufe0f?{_TONE}?[\U000e0020-\U000e007f]*(?:\u200d{_PICTURE}\ufe0f?{_TONE}?)*"
    rf"|[0-9#*]\ufe0f?\u20e3)"
)
_ONLY_EMOJI: Final = re.compile(rf"(?:{_ONE}\s?){{1,{_FEW}}}")

OFFERED: Final = (
    "😀😁😂🤣😊😇🙂😉😍🥰😘😎"
    "🤩🤗🤔😐😴😅😢😭😡😱😬🙄"
    "👍👎👌👏🙏🙌💪🤝👋✌️🫡🤞"
    "❤️💙💚💛🧡💜🎉🎁🔥✨⭐💯"
    "✅❌⚠️❓❗⏰📦🚚🧾💳💰📍"
)


def is_only_emoji(text: str) -> bool:
    """Whether a text is one to three emoji (families, flags and skin tones count as one), worth showing large."""
    return len(text) <= 40 and _ONLY_EMOJI.fullmatch(text) is not None


def offered() -> list[str]:
    """The composer's emoji, one by one."""
    return re.findall(_ONE, OFFERED)
