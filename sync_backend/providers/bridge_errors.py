"""What a bridge's refusal means, in a code and in words fit to show."""

from __future__ import annotations

from typing import Final

import httpx
from pydantic import TypeAdapter, ValidationError

from wire.bridge import BridgeError

_ERROR: Final = TypeAdapter(BridgeError)

_WORDS: Final = {
    "unknown_session": "The bridge does not know this number. Add it there, or correct the number's bridge URL.",
    "unauthorised": "The bridge refused our signature: its secret and this number's secret differ.",
    "recipient_unknown": "This person is not on WhatsApp.",
    "uuid_conflict": "The bridge has already sent another text under this message's id.",
}


def error_of(answer: httpx.Response) -> tuple[str, str]:
    """Code and words of an answer that is no success."""
    try:
        error = _ERROR.validate_json(answer.content).error
    except ValidationError:
        return f"http_{answer.status_code}", f"The bridge answered with HTTP {answer.status_code}."
    return error.code, _WORDS.get(error.code) or error.message
