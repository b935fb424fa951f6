"""Publishing in words."""

from __future__ import annotations

from app.i18n import gettext as _
from publishing.validation import ProblemCode


def draft_problem_word(code: str) -> str:
    """Return what keeps a draft from being sent, as a sentence."""
    words = {
        ProblemCode.EMPTY: _("The post is empty."),
        ProblemCode.TOO_LONG: _("The post is too long for this network."),
        ProblemCode.MARKER_MISSING: _("The link to the fact-check is missing from the post."),
        ProblemCode.IMAGE_REQUIRED: _("This network needs a picture."),
        ProblemCode.IMAGE_TOO_LARGE: _("The picture is too large for this network."),
        ProblemCode.ALT_MISSING: _("The picture needs a description for people who cannot see it."),
    }
    return words[ProblemCode(code)]
