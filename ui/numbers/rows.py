"""What the windows about WhatsApp numbers show and tell, beside `ui.session_filter.rows.NumberRow`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNumber:
    """What a person typed of a number to be added; the last three are Meta's, and empty for WhatsApp Web."""

    provider_type: str
    phone_number: str
    display_name: str
    phone_number_id: str = ""
    access_token: str = ""
    app_secret: str = ""


FormField = Literal["phone_number", "display_name", "phone_number_id", "access_token", "app_secret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """How far the linking of a number with its phone has come.

    `code` is the text of the QR code while one is to be scanned. `trouble` is in words: what keeps us from knowing
    more at the moment; the code shown may be too old then.
    """

    number: str
    status: str
    code: str | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaHookRow:
    """What a person must copy into Meta's console for a number on the Cloud API."""

    number: str
    address: str
    verify_token: str
