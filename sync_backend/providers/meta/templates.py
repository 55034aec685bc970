"""Reads the templates of a business account: their texts with named places, and how their values are sent."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import httpx

from sync_backend.errors import WorldError
from sync_backend.providers.meta.failures import words_for
from sync_backend.providers.meta.graph import GraphClient, error_of, json_of
from wire.rest import Template, TemplateField

_PAGE: Final = "200"
_MOST_PAGES: Final = 20
_PLACE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NEEDS_MEDIA: Final = "This template needs a picture or a file, which cannot be sent from here yet."
_NEEDS_MORE: Final = "This template has a button that needs more than a text."
_TEXT_BUTTONS: Final = frozenset({"QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE"})

Component = dict[str, Any]


class TemplatesUnavailableError(WorldError):
    """Meta does not hand them out now, or not to this number."""


async def fetch_templates(graph: GraphClient) -> list[Template]:
    """The approved ones, by name. TemplatesUnavailableError."""
    try:
        account_id = graph.account.business_id or await _business_id(graph)
        found = [each async for each in _pages(graph, account_id)]
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TemplatesUnavailableError("Meta cannot be reached.") from error
    approved = (each for each in found if each.get("status") == "APPROVED")
    return sorted((read_template(each) for each in approved), key=lambda each: (each.name, each.language))


def read_template(raw: Mapping[str, Any]) -> Template:
    """A template as Meta describes it, its places named by where they are: `body.1`, `header.name`, `button.0.1`."""
    template = Template(
        name=str(raw.get("name", "")),
        language=str(raw.get("language", "")),
        category=str(raw.get("category", "")),
        body="",
    )
    for component in _objects(raw.get("components")):
        match component.get("type"):
            case "HEADER" if component.get("format", "TEXT") != "TEXT":
                template = replace(template, problem=_NEEDS_MEDIA)
            case "HEADER":
                template = _with_fields(replace(template, header=_named(component, "header")), component, "header")
            case "BODY":
                template = _with_fields(replace(template, body=_named(component, "body")), component, "body")
            case "FOOTER":
                template = replace(template, footer=str(component.get("text", "")))
            case "BUTTONS":
                template = _with_buttons(template, list(_objects(component.get("buttons"))))
            case _:
                template = replace(template, problem=template.problem or _NEEDS_MORE)
    return template


def components_of(template: Template, values: Mapping[str, str]) -> list[Component]:
    """The values as the Cloud API takes them; each field has one."""
    components: list[Component] = []
    for part in ("header", "body"):
        own = [each for each in template.fields if each.key.startswith(f"{part}.")]
        if own:
            components.append({"type": part, "parameters": [_parameter(each, values[each.key]) for each in own]})
    for each in template.fields:
        if each.key.startswith("button."):
            _, index, name = each.key.split(".", 2)
            is_code = name == "code"
            parameter = {"type": "coupon_code", "coupon_code": values[each.key]} if is_code else _text(values[each.key])
            sub_type = "copy_code" if is_code else "url"
            components.append({"type": "button", "sub_type": sub_type, "index": index, "parameters": [parameter]})
    return components


async def _business_id(graph: GraphClient) -> str:
    """A number knows the business account it belongs to: its health names it."""
    answer = await graph.get(graph.account.phone_number_id, query={"fields": "health_status"})
    if not answer.is_success:
        raise _refused(answer)
    health = (json_of(answer) or {}).get("health_status")
    for entity in _objects(health.get("entities") if isinstance(health, dict) else None):
        if entity.get("entity_type") == "WABA" and isinstance(entity.get("id"), str):
            return str(entity["id"])
    raise TemplatesUnavailableError("Meta does not say which business account this number belongs to.")


async def _pages(graph: GraphClient, account_id: str) -> AsyncIterator[Component]:
    after: str | None = None
    for _ in range(_MOST_PAGES):
        query = {"limit": _PAGE} | ({"after": after} if after else {})
        answer = await graph.get(account_id, "/message_templates", query)
        if not answer.is_success:
            raise _refused(answer)
        page = json_of(answer) or {}
        for each in _objects(page.get("data")):
            yield each
        paging = page.get("paging")
        cursors = paging.get("cursors") if isinstance(paging, dict) else None
        after = cursors.get("after") if isinstance(cursors, dict) else None
        if not after or not isinstance(paging, dict) or not paging.get("next"):
            return


def _refused(answer: httpx.Response) -> TemplatesUnavailableError:
    error = error_of(answer)
    return TemplatesUnavailableError(words_for(str(error.code), error.message) or error.message)


def _named(component: Component, part: str) -> str:
    return _PLACE.sub(lambda place: f"{{{{{part}.{place[1]}}}}}", str(component.get("text", "")))


def _with_fields(template: Template, component: Component, part: str) -> Template:
    names = list(dict.fromkeys(_PLACE.findall(str(component.get("text", "")))))
    examples = _examples(component, part)
    fields = [
        TemplateField(key=f"{part}.{name}", label=name, example=examples.get(name) or examples.get(str(position)))
        for position, name in enumerate(names, 1)
    ]
    return replace(template, fields=[*template.fields, *fields])


def _examples(component: Component, part: str) -> dict[str, str]:
    """By name, or by position from 1."""
    given = component.get("example")
    given = given if isinstance(given, dict) else {}
    named = {
        str(each.get("param_name")): str(each.get("example", ""))
        for each in _objects(given.get(f"{part}_text_named_params"))
    }
    listed = given.get(f"{part}_text")
    if isinstance(listed, list) and listed and isinstance(listed[0], list):
        listed = listed[0]
    return named | {str(at): str(each) for at, each in enumerate(listed if isinstance(listed, list) else [], 1)}


def _with_buttons(template: Template, buttons: list[Component]) -> Template:
    fields = list(template.fields)
    problem = template.problem
    for index, button in enumerate(buttons):
        if button.get("type") not in _TEXT_BUTTONS:
            problem = problem or _NEEDS_MORE
        elif button.get("type") == "COPY_CODE":
            fields.append(TemplateField(key=f"button.{index}.code", label=str(button.get("text", "")) or "code"))
        elif _PLACE.search(str(button.get("url", ""))):
            label = f"{button.get('text', '')}: {button.get('url', '')}"
            fields.append(TemplateField(key=f"button.{index}.url", label=label))
    return replace(template, buttons=[str(each.get("text", "")) for each in buttons], fields=fields, problem=problem)


def _parameter(place: TemplateField, value: str) -> Component:
    name = place.key.partition(".")[2]
    return _text(value) if name.isdigit() else {"type": "text", "parameter_name": name, "text": value}


def _text(value: str) -> Component:
    return {"type": "text", "text": value}


def _objects(value: object) -> Iterator[Component]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))
