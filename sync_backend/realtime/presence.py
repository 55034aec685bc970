"""Counts who is in a presence channel: a member comes with their first socket and goes with their last."""

from wire.pusher.server import Member


class Roster:
    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._sockets: dict[str, str] = {}

    def enter(self, socket_id: str, member: Member) -> bool:
        """True when the member was not there before."""
        is_new = member.user_id not in self._members
        self._members.setdefault(member.user_id, member)
        self._sockets[socket_id] = member.user_id
        return is_new

    def leave(self, socket_id: str) -> Member | None:
        """The member, when this was their last socket."""
        user_id = self._sockets.pop(socket_id, None)
        if user_id is None or user_id in self._sockets.values():
            return None
        return self._members.pop(user_id)

    def infos(self) -> dict[str, object]:
        """The members' infos by user id."""
        return {user_id: member.user_info for user_id, member in self._members.items()}
