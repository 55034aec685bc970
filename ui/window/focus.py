"""Moves the keyboard from pane to pane."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def focus_next_pane(panes: Sequence[QWidget], step: int) -> None:
    """Focus the pane `step` after the one that has the keyboard, where it last was in it; round at the ends."""
    holders = [pane for pane in panes if _place_in(pane) is not None]
    if not holders:
        return
    now = next((position for position, pane in enumerate(holders) if _has_keyboard(pane)), None)
    target = holders[(now + step) % len(holders)] if now is not None else holders[0]
    place = _place_in(target)
    if place is not None:
        place.setFocus(Qt.FocusReason.TabFocusReason)


def _has_keyboard(pane: QWidget) -> bool:
    focused: QWidget | None = pane.window().focusWidget()  # the stubs leave out that there may be none
    return focused is not None and (focused is pane or pane.isAncestorOf(focused))


def _place_in(pane: QWidget) -> QWidget | None:
    """Where the keyboard goes in a pane: its proxy, where it was before, else its first stop of the Tab key."""
    proxy = pane.focusProxy()
    if proxy is not None and _takes_keys(proxy):
        return proxy
    before: QWidget | None = pane.focusWidget()
    if before is not None and _takes_keys(before):
        return before
    return next((child for child in (pane, *pane.findChildren(QWidget)) if _takes_keys(child)), None)


def _takes_keys(widget: QWidget) -> bool:
    tab_stop = bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
    return tab_stop and widget.isVisible() and widget.isEnabled()
