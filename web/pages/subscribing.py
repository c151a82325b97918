"""From a visitor to a subscription: a form, a mail, a confirmation."""

from __future__ import annotations

from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from alerts.subscriptions import RHYTHMS, SubscriptionError, valid_address
from alerts.subscriptions import subscribe as follow
from alerts.tokens import read_token
from web.confirmation import ask
from web.forms import Form, form_page, is_ours
from web.render import message, page
from web.site import Site, site_of


def sign_up(request: Request) -> Response:
    """The form to subscribe."""
    return _form(request, {"watch": request.query_params.get("watch", "")[:100]})


def signed_up(request: Request, form: Form) -> Response:
    """The same answer, at the same speed, whether or not the address is known: who reads what is nobody's business."""
    site = site_of(request)
    words, now = site.words, site.clock()
    with site.database.read() as session:
        if not is_ours(request, session, form):
            return _form(request, form, words.stale_form, status=403)
    if form.get("watch") not in [watch.name for watch in site.watches] or form.get("rhythm") not in RHYTHMS:
        return _form(request, form, words.bad_choice, status=422)
    try:
        address = valid_address(form.get("address", ""))
    except SubscriptionError:
        return _form(request, form, words.bad_address, status=422, bad_address=True)
    if not site.sign_ups.allows(request.client.host if request.client else "", now):
        return message(request, words.too_many, words.too_many_text, status=429, secret=True)
    answer = message(request, words.asked, words.asked_text, secret=True)
    if site.confirmations.allows(address.lower(), now):
        base = site.address(request, "")
        answer.background = BackgroundTask(_ask, site, base, address, form["watch"], form["rhythm"])
    return answer


def confirmation(request: Request) -> Response:
    """From a mail: a button that subscribes. Programs that look at links in mails must not subscribe anybody."""
    asked = _asked(request)
    if asked is None:
        return _bad_link(request)
    return page(request, "confirm.html", secret=True, token=request.path_params["token"], **asked)


def confirmed(request: Request, _form: Form) -> Response:
    site, asked = site_of(request), _asked(request)
    if asked is None:
        return _bad_link(request)
    with site.database.write() as session:
        follow(session, asked["address"], asked["watch"], asked["rhythm"], site.clock())
    return page(request, "confirmed.html", secret=True, **asked)


def _form(
    request: Request, filled: Form, trouble: str = "", *, status: int = 200, bad_address: bool = False
) -> Response:
    return form_page(
        request,
        "subscribe.html",
        section="subscribe",
        status=status,
        filled={name: filled.get(name, "")[:254] for name in ("address", "watch", "rhythm")},
        trouble=trouble,
        bad_address=bad_address,
        rhythms=RHYTHMS,
    )


def _asked(request: Request) -> dict[str, Any] | None:
    """What the mail asked, when its link is good and the watch is still there."""
    site = site_of(request)
    with site.database.read() as session:
        content = read_token(session, "confirm", request.path_params["token"], site.clock())
    if content is None or content[1] not in [watch.name for watch in site.watches]:
        return None
    address, watch, rhythm = content
    return {"address": address, "watch": watch, "rhythm": rhythm, "watch_title": site.watch_title(watch)}


def _ask(site: Site, base: str, address: str, watch: str, rhythm: str) -> None:
    with site.database.write() as session:
        ask(session, site, base, address, watch, rhythm, site.clock())
    site.send()


def _bad_link(request: Request) -> Response:
    words = site_of(request).words
    return message(request, words.confirm_bad, words.confirm_bad_text, status=404, secret=True)
