"""The kinds of no. What the outbox does next depends on the kind alone."""

from __future__ import annotations


class ChannelError(Exception):
    """A mail was not accepted; the text is for a person."""


class Temporary(ChannelError):
    """Not now; the same mail may be accepted later."""


class Unreachable(Temporary):
    """No mail at all can leave at present. `needs_person`: waiting will not help (log-in, certificate, sender)."""

    def __init__(self, text: str, *, needs_person: bool = False) -> None:
        super().__init__(text)
        self.needs_person = needs_person


class Permanent(ChannelError):
    """This mail will never be accepted as it is. `address_refused`: because of its recipient, not its content."""

    def __init__(self, text: str, *, address_refused: bool = False) -> None:
        super().__init__(text)
        self.address_refused = address_refused


class UnknownRecipient(Permanent):
    """The server says outright that there is no such mailbox (5.1.1)."""

    def __init__(self, text: str) -> None:
        super().__init__(text, address_refused=True)


class TooLarge(Permanent):
    """A shorter mail may be accepted."""


class Uncertain(ChannelError):
    """The answer was lost after the text was on its way: the mail may have been accepted, or not."""
