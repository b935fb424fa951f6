"""A form that holds one field of each kind, for the style guide."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.forms.base import AtMost, Chosen, Filled, SaringForm, Ticked


class SampleForm(SaringForm):
    """One field of each kind. It is never sent."""

    class Meta:
        csrf = False

    line = StringField("Nama", validators=[Filled()])
    text = TextAreaField("Pesan", validators=[AtMost(60)])
    pick = SelectField("Putusan", choices=[SelectChoice("", "Pilih"), SelectChoice("false", "SALAH")])
    choose = RadioField(
        "Seberapa yakin?", choices=[SelectChoice("1", "Agak yakin"), SelectChoice("2", "Yakin")], validators=[Chosen()]
    )
    agree = BooleanField("Saya setuju", validators=[Ticked()])
