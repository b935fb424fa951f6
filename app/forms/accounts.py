"""What people fill in about themselves. The forms check shape only; what an account needs, the services say."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from accounts.people import NAME_LIMIT
from app.forms.base import AtMost, Chosen, Filled, OneLine, SaringForm, Ticked
from app.i18n import gettext as _
from app.presenters.accounts import topic_words

PASSWORD_LIMIT = 1_000
"""Characters. All of them are hashed; a sentence is welcome, a book is an attack."""

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}


class SignInForm(SaringForm):
    """Who somebody is."""

    email = StringField(validators=[Filled(), OneLine()])
    password = PasswordField(validators=[Filled(), AtMost(PASSWORD_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {"email": _("E-mail"), "password": _("Password")}


class ForgottenForm(SaringForm):
    """Where the letter with the link goes."""

    email = StringField(validators=[Filled(), OneLine()])

    def labels(self) -> dict[str, str]:
        return {"email": _("E-mail")}


class NewPasswordForm(SaringForm):
    """A password in place of a forgotten one."""

    password = PasswordField(validators=[Filled(), AtMost(PASSWORD_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {"password": _("New password")}


class CodeForm(SaringForm):
    """A one-time code or a recovery code."""

    code = StringField(validators=[Filled(), OneLine()])

    def labels(self) -> dict[str, str]:
        return {"code": _("Code")}


class RegisterForm(SaringForm):
    """What a volunteer tells about themselves."""

    name = StringField(validators=[Filled(), OneLine(), AtMost(NAME_LIMIT)])
    email = StringField(validators=[Filled(), OneLine()])
    password = PasswordField(validators=[Filled(), AtMost(PASSWORD_LIMIT)])
    conduct = BooleanField(validators=[Ticked()])
    consent = BooleanField(validators=[Ticked()])

    def labels(self) -> dict[str, str]:
        words = {
            "name": _("Your name"),
            "email": _("E-mail"),
            "password": _("Password"),
            "conduct": _("I have read the code of conduct and will keep to it."),
            "consent": _("I agree that Saring keeps the data named above."),
        }
        return {name: word for name, word in words.items() if name in self}


class AcceptForm(RegisterForm):
    """What an invited person adds to the invitation, which knows the address."""

    email = None


class ProfileForm(SaringForm):
    """Name, public name, language and topics."""

    name = StringField(validators=[Filled(), OneLine(), AtMost(NAME_LIMIT)])
    alias = StringField(validators=[Filled(), OneLine()])
    language = SelectField(choices=LANGUAGES, validators=[Chosen()])
    languages = SelectMultipleField(
        choices={},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[Chosen()],
    )
    topics = SelectMultipleField(choices={}, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())

    def labels(self) -> dict[str, str]:
        self.languages.choices = LANGUAGES | {"other": _("Regional and other languages")}
        self.topics.choices = topic_words()
        return {
            "name": _("Your name"),
            "alias": _("Public name"),
            "language": _("Language of the pages"),
            "languages": _("Languages you can judge in"),
            "topics": _("Topics you know about"),
        }


class PasswordForm(SaringForm):
    """The old password and a new one."""

    current = PasswordField(validators=[Filled(), AtMost(PASSWORD_LIMIT)])
    password = PasswordField(validators=[Filled(), AtMost(PASSWORD_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {"current": _("Present password"), "password": _("New password")}
