"""Each sample reads the same at both ends: with msgspec as the desktop does, with pydantic as the server does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from pydantic import TypeAdapter, ValidationError

from tests.wire.samples import Sample, all_samples, all_types, sample, values_within
from wire.rows import Conversation, Message
from wire.webhooks import EVENTS, MessageEvent

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = all_samples()


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.name)
def test_both_ends_read_the_same_value(one: Sample) -> None:
    at_the_desktop = msgspec.json.decode(one.raw, type=one.type)
    at_the_server = TypeAdapter(one.type).validate_json(one.raw)
    assert at_the_desktop == at_the_server


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.name)
def test_what_one_end_writes_the_other_reads(one: Sample) -> None:
    value = msgspec.json.decode(one.raw, type=one.type)
    adapter = TypeAdapter(one.type)
    assert adapter.validate_json(msgspec.json.encode(value)) == value
    assert msgspec.json.decode(adapter.dump_json(value), type=one.type) == value


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.name)
def test_fields_of_a_later_version_are_passed_over(one: Sample) -> None:
    later = json.dumps({**json.loads(one.raw), "field_of_a_later_version": [1, {"a": None}]}).encode()
    value = TypeAdapter(one.type).validate_json(one.raw)
    assert msgspec.json.decode(later, type=one.type) == value
    assert TypeAdapter(one.type).validate_json(later) == value


def test_there_is_a_sample_of_every_type() -> None:
    seen = {type(value) for one in SAMPLES for value in values_within(msgspec.json.decode(one.raw, type=one.type))}
    assert {kind.__name__ for kind in all_types() - seen} == set()


def test_there_is_a_sample_of_every_event_of_the_bridge() -> None:
    events = {json.loads(one.raw).get("event", "message") for one in SAMPLES if one.name.startswith("webhooks/")}
    assert events == set(EVENTS)


def test_an_event_is_of_the_type_that_its_name_stands_for() -> None:
    for one in SAMPLES:
        if one.name.startswith("webhooks/"):
            assert EVENTS[json.loads(one.raw).get("event", "message")] is one.type, one.name


def test_values_of_enums_that_do_not_exist_yet_are_shown_not_refused() -> None:
    conversation = msgspec.json.decode(sample("rows/Conversation.unknown-values").raw, type=Conversation)
    assert (conversation.chat_type, conversation.status) == ("broadcast_list", "hibernating")
    message = msgspec.json.decode(sample("rows/Message.unknown-values").raw, type=Message)
    assert (message.message_type, message.status) == ("hologram", "dreamt")


def test_the_original_systems_message_is_complete_without_the_new_fields() -> None:
    event = TypeAdapter(MessageEvent).validate_json(sample("webhooks/MessageEvent.original").raw)
    assert (event.event, event.session_id, event.from_me, event.message_id) == ("message", 1, False, None)


@pytest.mark.parametrize(
    ("spoilt", "path"),
    [
        ({"chat_type": "broadcast"}, ("chat_type",)),
        ({"session_id": None}, ("session_id",)),
        ({"message_body": 7}, ("message_body",)),
        (
            {"identities": [{"kind": "phone", "value": "+6281100000417"}, {"kind": "moon", "value": "1"}]},
            ("identities", 1, "kind"),
        ),
    ],
)
def test_the_server_names_the_field_that_is_wrong(spoilt: dict[str, object], path: tuple[str | int, ...]) -> None:
    body = json.dumps({**json.loads(sample("webhooks/MessageEvent.private").raw), **spoilt})
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(MessageEvent).validate_json(body)
    assert {error["loc"][: len(path)] for error in caught.value.errors()} == {path}


def test_the_json_schemas_are_current() -> None:
    run = subprocess.run(
        [sys.executable, "scripts/wire_schema", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
