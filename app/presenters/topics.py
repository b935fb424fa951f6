"""Topics as people call them: those of harm, those that the shipped sources use, and whatever else was named."""

from __future__ import annotations

from app.i18n import gettext as _
from app.presenters.accounts import topic_words


def topic_word(topic: str) -> str:
    """Return a stored topic in the reader's language; one that nobody translated keeps its own name."""
    known = {
        "animals": _("Animals"),
        "astronomy": _("Sky and space"),
        "bank": _("Banks"),
        "celebrity": _("Celebrities"),
        "children": _("Children"),
        "climate": _("Climate"),
        "covid19": _("COVID-19"),
        "crime": _("Crime"),
        "culture": _("Culture"),
        "earthquake": _("Earthquakes"),
        "emergency": _("Emergencies"),
        "energy": _("Energy"),
        "food": _("Food"),
        "government": _("Government"),
        "hiv": _("HIV"),
        "law": _("Law"),
        "medicine": _("Medicines"),
        "nuclear": _("Nuclear energy"),
        "numbers": _("Figures"),
        "politics": _("Politics"),
        "religion": _("Religion"),
        "safety": _("Safety"),
        "scam": _("Scams"),
        "science": _("Science"),
        "technology": _("Technology"),
        "tsunami": _("Tsunamis"),
        "vaccine": _("Vaccines"),
        "weather": _("Weather"),
        "work": _("Work"),
    }
    return topic_words().get(topic) or known.get(topic) or topic.replace("-", " ").capitalize()
