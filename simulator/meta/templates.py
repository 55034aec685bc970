"""The message templates that the simulated business account has, in every state that the Cloud API tells of."""

from __future__ import annotations

import re
from typing import Any, Final

Template = dict[str, Any]

_PLACEHOLDER: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def _text(text: str, **example: Any) -> Template:
    return {"type": "BODY", "text": text} | ({"example": example} if example else {})


TEMPLATES: Final[list[Template]] = [
    {
        "id": "1001",
        "name": "konfirmasi_pesanan",
        "language": "id",
        "status": "APPROVED",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Pesanan {{1}}", "example": {"header_text": ["A-1024"]}},
            _text("Halo {{1}}, pesanan Anda akan dikirim {{2}}.", body_text=[["Budi", "hari Senin"]]),
            {"type": "FOOTER", "text": "Toko Nusantara"},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Terima kasih"}]},
        ],
    },
    {
        "id": "1002",
        "name": "pengingat_pembayaran",
        "language": "id",
        "status": "APPROVED",
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": [
            _text(
                "Halo {{nama}}, tagihan sebesar {{jumlah}} jatuh tempo besok.",
                body_text_named_params=[
                    {"param_name": "nama", "example": "Budi"},
                    {"param_name": "jumlah", "example": "Rp 50.000"},
                ],
            ),
            {
                "type": "BUTTONS",
                "buttons": [{"type": "URL", "text": "Bayar", "url": "https://example.com/{{1}}", "example": ["x"]}],
            },
        ],
    },
    {
        "id": "1003",
        "name": "hello_world",
        "language": "en_US",
        "status": "APPROVED",
        "category": "UTILITY",
        "components": [_text("Hello, we would like to go on with your order. May we write to you?")],
    },
    {
        "id": "1004",
        "name": "promo_bulanan",
        "language": "id",
        "status": "APPROVED",
        "category": "MARKETING",
        "components": [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://example.com/x.jpg"]}},
            _text("Diskon bulan ini untuk Anda."),
        ],
    },
    {
        "id": "1005",
        "name": "survei",
        "language": "id",
        "status": "PENDING",
        "category": "MARKETING",
        "components": [_text("Bagaimana pelayanan kami?")],
    },
]


def find_template(name: object, language: object) -> Template | None:
    """An approved one."""
    for each in TEMPLATES:
        if (each["name"], each["language"], each["status"]) == (name, language, "APPROVED"):
            return each
    return None


def fill(template: Template, components: list[Any]) -> str | None:
    """The body with its values; None when they are too many or too few."""
    [body] = [each["text"] for each in template["components"] if each["type"] == "BODY"]
    given = [each for each in components if isinstance(each, dict) and each.get("type") == "body"]
    values = [str(each.get("text")) for component in given for each in component.get("parameters", [])]
    wanted = _PLACEHOLDER.findall(body)
    if len(values) != len(wanted):
        return None
    remaining = iter(values)
    return _PLACEHOLDER.sub(lambda _: next(remaining), body)
