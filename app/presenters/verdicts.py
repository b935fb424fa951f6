"""A verdict as a reader meets it: icon, word, colour and one sentence of meaning, always together."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import gettext as _
from verification.rules.scale import MisinfoType, Veracity


@dataclass(frozen=True, slots=True)
class VerdictView:
    """`tone` names the CSS tone, `icon` a shape of components/icon.html; `id` is empty where there is no verdict."""

    id: str
    word: str
    meaning: str
    icon: str
    tone: str


def verdict_view(verdict: str, *, label: str = "") -> VerdictView:
    """Return how `verdict` is shown. What is not on our scale shows the `label` of the house that gave it."""
    known = {view.id: view for view in verdict_views()}
    if verdict in known:
        return known[verdict]
    return VerdictView(
        "", label.upper() or _("SEE EXPLANATION"), _("The source gives no verdict on a scale."), "info", "teal"
    )


def verdict_views() -> tuple[VerdictView, ...]:
    """Return the whole scale, from false to not checkable, in the language of the request."""
    return (
        VerdictView(Veracity.FALSE, _("FALSE"), _("The claim is not true."), "fake", "red"),
        VerdictView(
            Veracity.MISLEADING,
            _("MISLEADING"),
            _("Something in it is real, but it leads you to a wrong conclusion."),
            "triangle",
            "orange",
        ),
        VerdictView(
            Veracity.PARTLY_TRUE, _("PARTLY TRUE"), _("Part of it is true, and part of it is not."), "half", "yellow"
        ),
        VerdictView(Veracity.TRUE, _("TRUE"), _("The claim is true."), "true", "green"),
        VerdictView(
            Veracity.UNPROVEN, _("UNPROVEN"), _("There is not enough evidence to say true or false."), "help", "violet"
        ),
        VerdictView(
            Veracity.NOT_CHECKABLE,
            _("CANNOT BE CHECKED"),
            _("It is an opinion, a wish or a prediction: facts cannot settle it."),
            "ban",
            "slate",
        ),
    )


def misinfo_type_word(misinfo_type: str) -> str:
    """Return the name of one of the seven types in the language of the request, or the id where it is not one."""
    words = {
        MisinfoType.SATIRE_PARODY: _("Satire or parody"),
        MisinfoType.FALSE_CONNECTION: _("False connection"),
        MisinfoType.MISLEADING_CONTENT: _("Misleading content"),
        MisinfoType.FALSE_CONTEXT: _("False context"),
        MisinfoType.IMPOSTER_CONTENT: _("Imposter content"),
        MisinfoType.MANIPULATED_CONTENT: _("Manipulated content"),
        MisinfoType.FABRICATED_CONTENT: _("Fabricated content"),
    }
    return {str(key): word for key, word in words.items()}.get(misinfo_type, misinfo_type)
