"""Posts to chat rooms and webhooks, by whichever of the services that Apprise knows the address names."""

from __future__ import annotations

import logging
import re
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

from alerts.channels.answers import ChannelError, Permanent, Temporary, Uncertain, UnknownRecipient
from alerts.channels.channel import Channel
from alerts.posts import reader_name

if TYPE_CHECKING:
    from apprise import NotifyBase

_TIMEOUT = 30.0
_TITLE = 100  # characters, and some room for what a service escapes
_MAIL_SERVICE = "Email"
_STATUS = re.compile(r"\berror=(\d{3})\b")
_LOST = "Socket Exception"
# What the library underneath says when nothing was handed over yet.
_NOTHING_LEFT = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolution|SSLError|ProxyError|Invalid|Missing|Schema"
)


class PostChannel(Channel):
    """One request a post; `timeout` in seconds, for each wait. Names an address only as `reader_name` does."""

    name = "post"

    def __init__(self, timeout: float = _TIMEOUT) -> None:
        self._timeout = timeout

    def send(self, message: bytes, recipient: str) -> None:
        """Post the subject and the text of `message`; `recipient` is the URL.

        Never raises Unreachable: that one room cannot be reached must not hold up the others.
        """
        name = reader_name(recipient)
        try:
            answer = _post(recipient, message, self._timeout)
        except ValueError as error:
            raise Permanent(f"{name}: {error}", address_refused=True) from None
        except Exception as error:  # its text may hold the address
            raise Uncertain(f"{name}: {type(error).__name__} while it was being posted") from None
        if answer is not None:
            raise _meaning(name, answer)

    def check(self) -> None:
        return None


def post_problem(url: str) -> str:
    """Why this cannot be posted to, as one sentence without the URL, or the empty string."""
    try:
        _service(url)
    except ValueError as error:
        return str(error)
    return ""


def room(url: str) -> int:
    """How many characters of text a post to this address may have. Raises ValueError."""
    return _service(url).body_maxlen - _TITLE


def _service(url: str) -> NotifyBase:
    """Raises ValueError, whose text does not hold the URL."""
    for name in ("apprise", "urllib3"):  # their debugging lines hold whole addresses
        logging.getLogger(name).propagate = False
    logging.getLogger("apprise").setLevel(logging.DEBUG)  # and say, to us alone, what became of a post
    try:
        import apprise
    except ModuleNotFoundError as error:
        raise ValueError("posting needs Apprise: install `nieuwswacht[posts]`") from error
    service = apprise.Apprise.instantiate(url)
    if service is None:
        raise ValueError("Apprise knows no service with an address like this one")
    if type(service).__name__ == f"Notify{_MAIL_SERVICE}":
        raise ValueError("mails have a channel of their own; subscribe the e-mail address itself")
    if len(service) > 1:
        raise ValueError("this address names several rooms; give each a subscription, so that each is told once")
    return service


def _post(url: str, message: bytes, timeout: float) -> list[str] | None:
    """None when it was taken, else what Apprise has to say about why not."""
    import apprise

    parsed = message_from_bytes(message, policy=default)
    text = parsed.get_body(("plain",))
    service = _service(url)
    service.socket_connect_timeout = service.socket_read_timeout = timeout
    sender = apprise.Apprise()
    sender.add(service)
    result = sender.notify(
        body="\n".join(text.get_content().splitlines()) if text is not None else "",
        title=str(parsed["Subject"]),
        body_format=apprise.NotifyFormat.TEXT,  # so that no headline is read as a link, a mention or a tag
        log_level=logging.DEBUG,
    )
    # Other lines repeat the post, whose words are not ours.
    said = [entry.message for entry in result.logs() if entry.level == "WARNING" or entry.message.startswith(_LOST)]
    return None if result else said


def _meaning(name: str, answer: list[str]) -> ChannelError:
    for line in answer:
        if status := _STATUS.search(line):
            return _refusal(name, int(status[1]))
        if line.startswith(_LOST) and not _NOTHING_LEFT.search(line):
            return Uncertain(f"{name} was lost before it said whether it took the post")
    return Temporary(f"{name} cannot be reached, or did not take the post")


def _refusal(name: str, status: int) -> ChannelError:
    said = f"{name} answered {status}"
    if status in (404, 410):
        return UnknownRecipient(f"{said}: there is no such room")
    if status == 413:
        return Permanent(said)
    if 400 <= status < 500 and status not in (408, 425, 429):
        return Permanent(said, address_refused=True)
    return Temporary(said)
