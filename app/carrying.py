"""Carrying out what a form asks for: in one transaction, or the page again with what was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.errors import attach
from app.wiring import Saring
from kernel.errors import Invalid


def carry_out(
    saring: Saring, form: FlaskForm, act: Callable[[Any], None], *, onward: str, again: Callable[[], str]
) -> Response | tuple[str, int]:
    """Validate the form, act, and lead to the address `onward`; on bad input return what `again` renders, with 422."""
    if form.validate():
        try:
            with saring.database.write() as session:
                act(session)
        except Invalid as error:
            attach(form, error)
        else:
            return redirect(onward, code=303)
    return again(), 422
