"""What Meta's error codes mean: whether to try again, whom it concerns, and what to tell the agent.

The words are English; desktops have their own in other languages, by the same codes (`resources`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync_backend.providers.base import Remedy


@dataclass(frozen=True, slots=True)
class Failure:
    """`pause` is how many seconds to wait before the next try, where that is known."""

    remedy: Remedy
    words: str
    pause: float | None = None


PAIR_PAUSE_SECONDS: Final = 6.0
"""About as often may one number write to one person."""

WINDOW_CLOSED: Final = "131047"

_WAIT, _NONE, _ASK, _ACCOUNT = Remedy.WAIT, Remedy.NONE, Remedy.ASK, Remedy.ACCOUNT

FAILURES: Final[dict[str, Failure]] = {
    "0": Failure(_ACCOUNT, "Meta does not accept this number's access token. Renew it in the number's settings."),
    "1": Failure(_WAIT, "Meta has a problem of its own. We try again."),
    "2": Failure(_WAIT, "Meta's service is down for the moment. We try again."),
    "3": Failure(_ACCOUNT, "The access token may not send messages. Give it that permission."),
    "4": Failure(_WAIT, "Too many calls to Meta. We wait and try again."),
    "10": Failure(_ACCOUNT, "The access token may not send from this number. Give it that permission."),
    "33": Failure(_ACCOUNT, "Meta no longer knows this number. Check its phone number id."),
    "100": Failure(_NONE, "Meta does not accept this message as it is."),
    "190": Failure(_ACCOUNT, "This number's access token has expired. Renew it in the number's settings."),
    "200": Failure(_ACCOUNT, "The access token may not send from this number. Give it that permission."),
    "368": Failure(_ACCOUNT, "Meta has blocked this number for a while, for breaking its policies."),
    "80007": Failure(_WAIT, "The business account has sent too much. We wait and try again."),
    "130429": Failure(_WAIT, "This number has sent too much at once. We wait and try again."),
    "130472": Failure(_ASK, "Meta keeps this person out of marketing messages for an experiment of its own."),
    "130497": Failure(_ASK, "Meta does not let this business write to people in that country."),
    "131000": Failure(_WAIT, "Meta could not send it and does not say why. We try again."),
    "131005": Failure(_ACCOUNT, "The access token may not do this. Give it that permission."),
    "131008": Failure(_NONE, "Something that Meta requires is missing from this message."),
    "131009": Failure(_NONE, "Meta does not accept a value in this message."),
    "131016": Failure(_WAIT, "Meta's service is overloaded. We try again."),
    "131021": Failure(_NONE, "A number cannot write to itself."),
    "131026": Failure(_ASK, "It cannot be delivered: the person may not be on WhatsApp, or uses an old version."),
    "131030": Failure(_ACCOUNT, "This number is a test number, and the person is not on its list."),
    "131031": Failure(_ACCOUNT, "Meta has locked this business account."),
    "131037": Failure(_ACCOUNT, "Meta has not approved this number's display name yet."),
    "131042": Failure(_ACCOUNT, "Meta cannot charge this business account. Check how it pays."),
    "131045": Failure(_ACCOUNT, "This number is not registered with the Cloud API."),
    "131047": Failure(_ASK, "More than 24 hours have passed since the customer's last message. Send a template."),
    "131048": Failure(_ACCOUNT, "Too many people have blocked this number or reported it: Meta lets it send less."),
    "131049": Failure(_ASK, "Meta did not deliver it, so that people get fewer marketing messages. Try another day."),
    "131050": Failure(_ASK, "This person does not want marketing messages from this business."),
    "131051": Failure(_NONE, "Meta does not know messages of this kind."),
    "131052": Failure(_NONE, "The media in this message could not be fetched."),
    "131053": Failure(_NONE, "Meta does not accept the media in this message."),
    "131056": Failure(_WAIT, "Too many messages to this person. We wait and try again.", PAIR_PAUSE_SECONDS),
    "131057": Failure(_WAIT, "Meta is working on this business account. We try again."),
    "131062": Failure(_NONE, "This kind of message needs the person's phone number, which they do not share."),
    "132000": Failure(_NONE, "The template's values are too many or too few."),
    "132001": Failure(_NONE, "There is no such template in this language, or it is not approved."),
    "132005": Failure(_NONE, "The template is too long with these values."),
    "132007": Failure(_NONE, "The template's content breaks WhatsApp's rules."),
    "132012": Failure(_NONE, "A value does not fit the template."),
    "132015": Failure(_NONE, "Meta has paused this template because of its quality."),
    "132016": Failure(_NONE, "Meta has switched this template off because of its quality."),
    "132068": Failure(_NONE, "The form in this template is blocked."),
    "132069": Failure(_NONE, "The form in this template is used too often at the moment."),
    "133004": Failure(_WAIT, "Meta's service is down for the moment. We try again."),
    "133010": Failure(_ACCOUNT, "This number is not registered with the Cloud API."),
    "134011": Failure(_ACCOUNT, "The terms of WhatsApp's payments have not been accepted."),
    "135000": Failure(_NONE, "Meta does not accept something in this message."),
}
"""By Meta's code."""


def failure_of(code: int, status: int) -> Failure | None:
    """None for a code that we do not know, on an answer that does not say either whether it was sent."""
    known = FAILURES.get(str(code))
    if known is None and 200 < code <= 299:
        return FAILURES["200"]
    if known is None and status == 429:
        return FAILURES["130429"]
    if known is None and status == 401:
        return FAILURES["190"]
    if known is None and 400 <= status < 500 and code >= 0:
        return Failure(_NONE, "")
    return known


def words_for(code: str, otherwise: str | None) -> str | None:
    """What to tell an agent about a code: ours where we know it, else what Meta said."""
    known = FAILURES.get(code)
    return known.words if known is not None else otherwise
