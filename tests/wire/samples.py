"""The samples of `wire/samples` with the types that their file names tell."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

MODULES = ("rows", "rest", "webhooks", "chats_sync", "realtime", "bridge")
SAMPLES = Path(str(files("wire").joinpath("samples")))


@dataclasses.dataclass(frozen=True)
class Sample:
    name: str
    type: type[Any]
    raw: bytes


def all_samples() -> list[Sample]:
    return [
        Sample(
            name=f"{module}/{path.name}",
            type=getattr(importlib.import_module(f"wire.{module}"), path.name.partition(".")[0]),
            raw=path.read_bytes(),
        )
        for module in MODULES
        for path in sorted((SAMPLES / module).glob("*.json"))
    ]


def sample(name: str) -> Sample:
    return next(candidate for candidate in all_samples() if candidate.name == f"{name}.json")


def all_types() -> set[type[Any]]:
    """Every dataclass that travels."""
    return {
        value
        for name in MODULES
        for value in vars(importlib.import_module(f"wire.{name}")).values()
        if dataclasses.is_dataclass(value) and isinstance(value, type)
    }


def values_within(value: Any) -> Iterator[Any]:
    """A dataclass value and all dataclass values inside it."""
    if dataclasses.is_dataclass(value):
        yield value
        for one in dataclasses.fields(value):
            yield from values_within(getattr(value, one.name))
    elif isinstance(value, list):
        for item in value:
            yield from values_within(item)
