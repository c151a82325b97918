"""Reading a posted form, and telling our own form from one that another site made up."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from alerts.tokens import make_token, read_token
from web.render import page
from web.site import site_of

Form = Mapping[str, str]
COOKIE = "nieuwswacht_form"


def posted(handler: Callable[[Request, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
    """A handler of a form, in a thread of its own like all that read the archive."""

    async def endpoint(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=20, max_part_size=8192) as fields:
            form = {name: value for name, value in fields.items() if isinstance(value, str)}
        return await run_in_threadpool(handler, request, form)

    return endpoint


def form_page(request: Request, template: str, **values: Any) -> Response:
    """A page with a form of ours, whose token belongs to a cookie that the browser gets with it; keep no copy."""
    site = site_of(request)
    cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(16)
    with site.database.read() as session:
        token = make_token(session, "form", cookie, site.clock())
    answer = page(request, template, secret=True, form_token=token, **values)
    set_cookie(request, answer, COOKIE, cookie, 12 * 3600)
    return answer


def is_ours(request: Request, session: Session, form: Form) -> bool:
    cookie = request.cookies.get(COOKIE, "")
    signed = read_token(session, "form", form.get("form_token", ""), site_of(request).clock())
    return bool(cookie) and isinstance(signed, str) and secrets.compare_digest(signed.encode(), cookie.encode())


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    site = site_of(request)
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=f"{site.root}/",
        secure=site.base_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )
