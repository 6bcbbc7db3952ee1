"""The sentences of the profile, and each person's own list of them."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from blueprints import access
from blueprints.access import current_staff
from blueprints.navigation import DESK
from blueprints.refusals import put_beside_field
from hotline.categories import catalogue
from hotline.contacts import phrases
from hotline.contacts.written import cleaned, one_line
from hotline.db import transaction
from hotline.errors import HotlineError

bp = Blueprint("phrases", __name__, url_prefix="/phrases")
access.only(bp, *DESK)


class PhraseForm(FlaskForm):
    """One sentence of one's own."""

    abbreviation = StringField(
        _l("Abbreviation"), filters=[one_line], validators=[InputRequired(_l("Type the abbreviation."))]
    )
    words = TextAreaField(
        _l("Sentence"), filters=[cleaned], validators=[InputRequired(_l("Type the sentence."))]
    )


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show what can be typed by an abbreviation."""
    return _page(PhraseForm(None))


@bp.post("")
def keep() -> ResponseReturnValue:
    """Put a sentence on one's own list."""
    form = PhraseForm()
    if form.validate():
        try:
            with transaction():
                phrases.keep(current_staff(), form.abbreviation.data, form.words.data)
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".list_"), 303)
    return _page(form), 422


@bp.post("/<int:phrase_id>/remove")
def remove(phrase_id: int) -> ResponseReturnValue:
    """Take a sentence off one's own list."""
    with transaction():
        phrases.remove(current_staff(), phrase_id)
    return redirect(url_for(".list_"), 303)


def _page(form: PhraseForm) -> str:
    return render_template(
        "phrases/list.html",
        form=form,
        own=phrases.own(current_staff()),
        scripts=[one for one in catalogue.desk().scripts if one.abbreviation],
    )
