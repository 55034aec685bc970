"""Deals what is talked about: every script once before any comes again, so that a chat list does not repeat itself."""

from __future__ import annotations

import random

from simulator.people import Language
from simulator.texts import Line, Texts
from simulator.world import Group, Room


class Topics:
    """One shuffled deck per language and kind of room."""

    def __init__(self, texts: Texts, rng: random.Random) -> None:
        self._texts = texts
        self._rng = rng
        self._decks: dict[tuple[Language, bool], list[list[Line]]] = {}

    def next(self, room: Room) -> list[Line]:
        """A whole conversation for this room."""
        in_group = isinstance(room.who, Group)
        deck = self._decks.setdefault((room.language, in_group), [])
        if not deck:
            deck += self._texts.conversations(room.language, in_group=in_group)
            self._rng.shuffle(deck)
        return self._texts.fill(deck.pop(), room.language, self._rng)
