"""Message templates of Meta's: a text with places in it, each named by the field that fills it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from wire.rest import Template

_PLACE: Final = re.compile(r"\{\{([a-z]+(?:\.\w+)+)\}\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; a place that there is no value for stays as it is."""
    return _PLACE.sub(lambda place: values.get(place[1]) or place[0], text)


def preview(template: Template, values: Mapping[str, str]) -> str:
    """The whole message as the customer will read it."""
    parts = (template.header, template.body, template.footer)
    return "\n".join(filled(part, values) for part in parts if part)
