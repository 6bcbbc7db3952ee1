"""A rule said no to a form: its sentence goes beside the field that caused it."""

from flask_wtf import FlaskForm

from hotline.errors import HotlineError


def put_beside_field(form: FlaskForm, error: HotlineError) -> None:
    """Show the sentence of `error` beside its field, or above the form where no field caused it."""
    if error.field and error.field in form:
        field = form[error.field]
        field.errors = [*field.errors, error.say()]
    else:
        form.form_errors.append(error.say())
