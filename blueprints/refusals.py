"""A rule said no to a form: its sentence goes beside the field that caused it."""

from collections.abc import Callable

from flask_wtf import FlaskForm

from hotline.db import transaction
from hotline.errors import HotlineError, NotAllowedError, NotFoundError


def carried_out(form: FlaskForm, act: Callable[[], object]) -> bool:
    """Do `act` in one transaction where the form holds; tell whether it was done.

    Where not, the form says why. `NotAllowedError` and `NotFoundError` go through: they are about who asks
    for what, not about what was typed.
    """
    if not form.validate():
        return False
    try:
        with transaction():
            act()
    except (NotAllowedError, NotFoundError):
        raise
    except HotlineError as error:
        put_beside_field(form, error)
        return False
    return True


def put_beside_field(form: FlaskForm, error: HotlineError) -> None:
    """Show the sentence of `error` beside its field, or above the form where no field caused it."""
    if error.field and error.field in form:
        field = form[error.field]
        field.errors = [*field.errors, error.say()]
    else:
        form.form_errors.append(error.say())
