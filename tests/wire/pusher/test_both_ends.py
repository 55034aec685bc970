"""Client core against server core: two objects and a list of what travels between them."""

from collections import deque

from wire.pusher import client as client_side
from wire.pusher import server as server_side
from wire.pusher.client import ClientConnection, Connected, Ended, Event, EventReceived, Subscribed, SubscriptionFailed
from wire.pusher.codes import CloseAction
from wire.pusher.frames import encode_event
from wire.pusher.server import App, Relay, ServerConnection
from wire.pusher.signatures import sign_channel

APP = App("key", "secret")
CHANNEL = "private-chats.ch1"


class Line:
    """A client and a server joined by two queues; `now` is theirs both."""

    def __init__(self) -> None:
        self.now = 0.0
        self.client = ClientConnection(self.now)
        self.server = ServerConnection(APP, "123.456", self.now)
        self.to_client: deque[str] = deque()
        self.to_server: deque[str] = deque()
        self.joined: set[str] = set()
        self.relayed: list[Relay] = []
        self.events: list[Event] = []
        self.carry_out(self.server.open(APP.key, "7"))

    def carry_out(self, effects: list[server_side.Effect]) -> None:
        for effect in effects:
            match effect:
                case server_side.Send(text):
                    self.to_client.append(text)
                case server_side.Join(channel, _):
                    self.joined.add(channel)
                    self.carry_out(self.server.confirm(channel))
                case server_side.Leave(channel):
                    self.joined.discard(channel)
                case server_side.Close(code, reason):
                    self.settle()
                    self.events.append(self.client.closed(code, reason))
                case server_side.Relay():
                    self.relayed.append(effect)

    def act(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, client_side.Send):
                self.to_server.append(event.text)
            else:
                self.events.append(event)

    def settle(self) -> list[Event]:
        """Carries everything across; what the client made of it since the last time."""
        while self.to_client or self.to_server:
            while self.to_client:
                self.act(self.client.receive_text(self.to_client.popleft(), self.now))
            while self.to_server:
                self.carry_out(self.server.receive_text(self.to_server.popleft(), self.now))
        events, self.events = self.events, []
        return events

    def subscribe(self, auth: str) -> list[Event]:
        self.act(self.client.subscribe(CHANNEL, auth))
        return self.settle()


def greeted() -> Line:
    line = Line()
    assert line.settle() == [Connected("123.456", 30.0)]
    return line


def test_from_greeting_to_event_and_away_again() -> None:
    line = greeted()
    assert line.subscribe(sign_channel(APP.key, APP.secret, "123.456", CHANNEL)) == [Subscribed(CHANNEL)]
    assert line.joined == {CHANNEL}
    line.to_client.append(encode_event("changes", '{"seq":1}', CHANNEL))
    assert line.settle() == [EventReceived(CHANNEL, "changes", '{"seq":1}')]
    line.act(line.client.unsubscribe(CHANNEL))
    line.settle()
    assert line.joined == set()


def test_a_forged_signature_fails_once_and_the_line_stays() -> None:
    line = greeted()
    refused = [event for event in line.subscribe("key:forged") if isinstance(event, SubscriptionFailed)]
    assert refused == [SubscriptionFailed(CHANNEL, 4009, "Connection is unauthorized")]
    assert line.joined == set()
    assert line.subscribe(sign_channel(APP.key, APP.secret, "123.456", CHANNEL)) == [Subscribed(CHANNEL)]


def test_an_idle_line_is_kept_alive_for_an_hour() -> None:
    line = greeted()
    while line.now < 3_600:
        line.now = min(line.client.deadline, line.server.deadline)
        line.act(line.client.tick(line.now))
        line.carry_out(line.server.tick(line.now))
        assert line.settle() == []


def test_a_client_that_vanished_is_given_up_and_would_reconnect_now() -> None:
    line = greeted()
    for line.now in (30.0, 60.0):
        line.carry_out(line.server.tick(line.now))
        line.to_client.clear()
    [ended] = [event for event in line.settle() if isinstance(event, Ended)]
    assert (ended.action, ended.code) == (CloseAction.RECONNECT_NOW, 4201)


def test_a_client_speaks_to_the_others_only_where_it_joined() -> None:
    line = greeted()
    assert line.client.trigger(CHANNEL, "client-presence", {"desk": "1"}) == []
    line.subscribe(sign_channel(APP.key, APP.secret, "123.456", CHANNEL))
    line.act(line.client.trigger(CHANNEL, "client-presence", {"desk": "1"}))
    line.settle()
    assert line.relayed == [Relay(CHANNEL, encode_event("client-presence", '{"desk":"1"}', CHANNEL))]
