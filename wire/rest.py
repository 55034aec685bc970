"""Bodies of the desktop's REST interface (`/api/v1`); rows themselves are in `wire.rows`."""

from __future__ import annotations

from dataclasses import dataclass, field

from wire.rows import Contact, Conversation, Group, Message, Session

MAX_BODY_CHARACTERS = 65_536
MOST_UUIDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRequest:
    """Sign-in; `device_name` lets a person tell their tokens apart."""

    email: str
    password: str
    device_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Whoever is signed in; role: agent | supervisor | admin."""

    id: str
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The boundary of what a token may see."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RealtimeSettings:
    """Where to listen, and where to have a private channel signed."""

    key: str
    host: str
    port: int
    tls: bool
    channel: str
    auth_endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAnswer:
    """What a desktop needs for everything else; the token is opaque and shown this once."""

    token: str
    user: User
    workspace: Workspace
    realtime: RealtimeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who a token belongs to."""

    user: User
    workspace: Workspace
    realtime: RealtimeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionList:
    """All numbers of the workspace."""

    items: list[Session]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaCredentials:
    """What Meta's console says of a number on the Cloud API; `verify_token` is made where none is given."""

    phone_number_id: str
    access_token: str | None = None
    app_secret: str | None = None
    verify_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSessionRequest:
    """A number to be added; provider_type: webjs | meta. `meta` is for the Cloud API only, and needed there."""

    provider_type: str
    phone_number: str
    display_name: str | None = None
    meta: MetaCredentials | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSession:
    """The number as it begins. `verify_token` is to be typed into Meta's console; it is shown this once."""

    session: Session
    verify_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionQr:
    """The text to draw as a QR code; null unless `status` is `qr`. Another one every few seconds: ask again."""

    status: str
    qr: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMetrics:
    """How a number does; `conversations` counts its chats, deleted ones left out."""

    status: str
    status_reason: str | None = None
    sync_status: str
    synced_count: int = 0
    total_count: int | None = None
    last_sync_at: str | None = None
    health_score: int
    unread_count: int
    conversations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """Conversations, newest first."""

    items: list[Conversation]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """Messages of one conversation, newest first; `next_cursor` goes into `before`."""

    items: list[Message]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChoice:
    """A template to send, with the value of each of its fields by the field's key."""

    name: str
    language: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateField:
    """A place in a template: `{{key}}` stands in its texts; `label` is what the template's author called it."""

    key: str
    label: str
    example: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message that Meta approved beforehand; `problem` says in words why it cannot be sent from here."""

    name: str
    language: str
    category: str
    body: str
    header: str | None = None
    footer: str | None = None
    buttons: list[str] = field(default_factory=list)
    fields: list[TemplateField] = field(default_factory=list)
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateList:
    """The approved templates of a number; none where it is not on Meta's Cloud API."""

    items: list[Template]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """A message typed at a desktop; `reply_to` and `media_id` are ids of ours.

    `retry_of` is the uuid of a message that was not sent and that a person sends again with this one, in its place.
    With `template` the text is the template's; `body` is then what the desktop showed of it, and not looked at.
    """

    uuid: str
    body: str = ""
    reply_to: str | int | None = None
    media_id: str | int | None = None
    retry_of: str | None = None
    template: TemplateChoice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest(SendRequest):
    """A message to a contact or to a telephone number, exactly one of them.

    Without `session_id` it goes out from the contact's last number, else from one that the server chooses.
    """

    contact_id: str | int | None = None
    phone: str | None = None
    session_id: str | int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRequest:
    """Which of these messages typed at desktops does the server have? At most MOST_UUIDS."""

    uuids: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAnswer:
    """Those that it has."""

    known: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionRequest:
    """Our one reaction to a message, instead of the one before; an empty emoji takes it back."""

    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRequest:
    """Read up to and including this message: all inbound ones that arrived no later than it."""

    message_id: str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAuthRequest:
    """A socket asks to join a private channel (Laravel's `/broadcasting/auth`)."""

    socket_id: str
    channel_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAuthAnswer:
    """The signature `KEY:HEX` that the socket shows when it subscribes."""

    auth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Messages of a conversation that a walk over `/changes` passes over; `order` is the newest one's."""

    conversation_id: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """A page of `/changes` or `/snapshot`.

    `head` is pinned by page 1 and repeated: when `next_cursor` is null, the walk is complete and the client's cursor
    becomes `head`. Each page is closed: it carries the parents of its rows. Rows come in (version, kind, id) order.

    `left_out` is empty unless `/changes` was asked for no more than the `newest` messages of each conversation, by a
    client that is far behind. Only messages that arrived after the walk's `since` are left out.
    """

    epoch: str
    head: int
    sessions: list[Session] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetail:
    """What was wrong, where (`field`, a path such as `chats.0.chat_type`), and what to do (`hint`)."""

    code: str
    message: str
    field: str | None = None
    hint: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorAnswer:
    """The one shape of every HTTP error."""

    error: ErrorDetail
