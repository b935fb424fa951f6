"""A reporter's private page: where the report stands, and the answer when it comes."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy.orm import Session

from accounts.people import hash_token
from app.access import public
from app.forms.public import NewsForm
from app.fragments import page_or_fragment
from app.i18n import choose_language
from app.presenters.tracking import news_ways, tracking_page
from app.showing import picture_response, private
from app.subscribing import ask_by_mail
from app.wiring import Saring
from verification.queries import public as queries
from verification.queries import uploads


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the tracking page; htmx polls the same address for its changing part."""
    blueprint = Blueprint("tracking", __name__)

    @blueprint.get("/lacak/<token>")
    @public
    def show(token: str) -> Response:
        return page_of(saring, token, form=NewsForm(formdata=None))

    @blueprint.get("/lacak/<token>/gambar/<int:position>")
    @public
    def picture(token: str, position: int) -> Response:
        with saring.database.read() as session:
            tracked = queries.tracked(session, tracking_hash=hash_token(token))
            sent = uploads.question_of_report(session, report_id=tracked.report.id)
        kept = [one for one in (sent.pictures if sent else ()) if one.state == "kept" and one.position == position]
        return picture_response(saring, kept[0]) if kept else abort(404)

    return blueprint


def page_of(saring: Saring, token: str, *, form: NewsForm, status: int = 200) -> Response:
    """Return the page with the form for news as it stands."""
    with saring.database.read() as session:
        tracked = queries.tracked(session, tracking_hash=hash_token(token))
        sent = uploads.question_of_report(session, report_id=tracked.report.id)
    page = tracking_page(tracked, token=token, url=tracking_url(saring, token), sent=sent)
    news = news_ways(
        by_mail=saring.mail is not None,
        push_key=saring.push.public_key if saring.push else "",
        asked=request.args.get("kabar") == "surel",
    )
    response = page_or_fragment("tracking/show.html", "tracking/_state.html", page=page, form=form, news=news)
    response.status_code = status
    # The address is the key to the page: it must not travel to another site nor stay in a shared cache.
    return private(response)


def tracking_url(saring: Saring, token: str) -> str:
    """Return the private link in full."""
    return saring.settings.public_url + url_for("tracking.show", token=token)


def ask_for_news(saring: Saring, session: Session, *, report_id: int, email: str, token: str) -> None:
    """Save that a reporter wants letters about what they have just reported; raises as `ask_by_mail`."""
    link, language = tracking_url(saring, token), choose_language()
    ask_by_mail(saring, session, report_id=report_id, email=email, link=link, language=language, now=saring.clock.now())
