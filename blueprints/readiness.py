"""What web processes need for their first pages, loaded before they are forked so that they share it."""

import gc
from functools import cache

from flask import Flask
from sqlalchemy.orm import configure_mappers

from hotline import dictionaries

AT_ONCE = ("components/", "desk/", "intake/", "telephony/", "tickets/")
"""Folders of the pages that somebody with a caller on the line opens."""
COLLECTED_AFTER = 10_000
"""Objects made before Python looks for circles among them: a page's are mostly gone by themselves."""


@cache
def make_ready(app: Flask) -> None:
    """Read dictionaries, tables and templates, once; what is there then is never collected."""
    dictionaries.initials("政务")
    dictionaries.words("政务")
    configure_mappers()
    templates = app.jinja_env
    for name in templates.list_templates(filter_func=lambda name: name.startswith(AT_ONCE)):
        templates.get_template(name)
    gc.set_threshold(COLLECTED_AFTER)
    # Collecting would write to the pages that are shared.
    gc.collect()
    gc.freeze()
