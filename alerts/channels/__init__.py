"""Ways by which a finished mail leaves: each takes one message for one recipient, or says what kind of no it was."""

from alerts.channels.answers import (
    ChannelError,
    Permanent,
    Temporary,
    TooLarge,
    Uncertain,
    UnknownRecipient,
    Unreachable,
)
from alerts.channels.channel import Channel
from alerts.channels.folder import FolderChannel
from alerts.channels.post import PostChannel
from alerts.channels.smtp import SmtpChannel
from alerts.channels.ways import Ways

__all__ = [
    "Channel",
    "ChannelError",
    "FolderChannel",
    "Permanent",
    "PostChannel",
    "SmtpChannel",
    "Temporary",
    "TooLarge",
    "Uncertain",
    "UnknownRecipient",
    "Unreachable",
    "Ways",
]
