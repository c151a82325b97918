"""What a reader does from a link in a mail: another rhythm, or no mails any more."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from alerts.subscriptions import RHYTHMS, unsubscribe
from alerts.tokens import token_reader
from storage.tables import Subscription
from web.forms import Form
from web.render import message, page
from web.site import site_of


def leaving(request: Request) -> Response:
    """From a mail: a button that unsubscribes, the same for every link. A look at it ends nothing and tells nothing."""
    return page(request, "unsubscribe.html", secret=True, token=request.path_params["token"])


def left(request: Request, _form: Form) -> Response:
    """Ends the subscription at once, by the button or by a mail program (RFC 8058). Any link gets the same answer."""
    site = site_of(request)
    with site.database.write() as session:
        reader = token_reader(session, "unsubscribe", request.path_params["token"])
        if reader is not None:
            unsubscribe(session, reader.address, reader.watch, site.clock())
    return message(request, site.words.unsubscribed, site.words.unsubscribed_text, secret=True)


def preferences(request: Request) -> Response:
    """From a mail: another rhythm."""
    with site_of(request).database.read() as session:
        return _preferences(request, _reader(session, request))


def prefer(request: Request, form: Form) -> Response:
    """Take the chosen rhythm; an address that was paused stays so, and who left is not brought back."""
    site = site_of(request)
    rhythm = form.get("rhythm", "")
    with site.database.write() as session:
        reader = _reader(session, request)
        if reader is None or rhythm not in RHYTHMS:
            return _preferences(request, None)
        reader.rhythm = rhythm
    return _preferences(request, reader, saved=True)


def _reader(session: Session, request: Request) -> Subscription | None:
    found = token_reader(session, "manage", request.path_params["token"])
    return found if found is not None and found.state != "ended" else None


def _preferences(request: Request, reader: Subscription | None, *, saved: bool = False) -> Response:
    site = site_of(request)
    if reader is None:
        return message(request, site.words.preferences_bad, site.words.preferences_bad_text, status=404, secret=True)
    return page(
        request,
        "preferences.html",
        secret=True,
        token=request.path_params["token"],
        reader=reader,
        watch_title=site.watch_title(reader.watch),
        rhythms=RHYTHMS,
        saved=saved,
    )
