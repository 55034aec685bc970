"""Finds every text that the desktop says, by reading its source: what must be in each language's catalog."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house.sources import ROOT, modules, parse

SAYING: Final = {"translate", "say", "counted", "count"}
SPEAKERS: Final = ("ui", "inbox_app")

Text = tuple[str, str]
"""A context and the English text."""


def said_texts() -> dict[Text, str]:
    """Every text, and where it is said."""
    found: dict[Text, str] = {}
    for package in SPEAKERS:
        for module in modules(package):
            for text in _said_in(parse(module)):
                found.setdefault(text, str(module))
    return found


def counted_texts() -> set[Text]:
    """Those that depend on a number."""
    return {
        (arguments[0], arguments[2])
        for package in SPEAKERS
        for module in modules(package)
        for call in _calls(parse(module))
        if _name(call) in ("counted", "count") and len(arguments := _leading_strings(call)) >= 3
    }


def constants_of(*folders: str) -> set[str]:
    """Every text constant of some folders; neighbouring literals are one."""
    return {
        node.value
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def reasons_of(*folders: str) -> set[str]:
    """What people are told when something was refused: the words of outcomes and of errors."""
    found = set()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for call in _calls(tree):
                if _name(call) in ("Refused", "Unavailable", "Unconfirmed", "Unreachable"):
                    found |= {text for text in _leading_strings(call) if " " in text}
    return found


def _said_in(tree: ast.Module) -> Iterator[Text]:
    own_context = _context_of_say(tree)
    for call in _calls(tree):
        name, arguments = _name(call), _leading_strings(call)
        if name == "_say" and own_context is not None and arguments:
            yield own_context, arguments[0]
        elif name in ("counted", "count") and len(arguments) >= 3:
            yield arguments[0], arguments[2]
        elif name in ("translate", "say", "_translated") and len(arguments) >= 2:
            yield arguments[0], arguments[1]


def _context_of_say(tree: ast.Module) -> str | None:
    """A module's own `_say(text)` says in one context."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "_say":
            return next((a[0] for call in _calls(node) if (a := _leading_strings(call))), None)
    return None


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _leading_strings(call: ast.Call) -> list[str]:
    found = []
    for argument in call.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        found.append(argument.value)
    return found


def languages() -> list[Path]:
    """The catalogs."""
    return sorted((ROOT / "resources/languages").glob("*.json"))
