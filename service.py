"""The whole service of one machine out of one process: loaded once, then forked.

    python -m service WORKERS --config bin/gunicorn_settings.py [option of gunicorn …]

Pages, workers and clock share what was loaded. Python counts references in it, so that a process copies
what it often uses; the rest is in memory once, not once for the pages and once for the workers.
"""

import argparse
from collections.abc import Sequence

from flask import Flask
from gunicorn.app.base import Application

from blueprints import readiness
from hotline import background
from wsgi import create_app


class Pages(Application):  # type: ignore[misc] # gunicorn ships no types
    """Gunicorn over an application that is there already."""

    def init(
        self, parser: argparse.ArgumentParser, _options: argparse.Namespace, words: Sequence[str]
    ) -> None:
        """Take the words that are no option of gunicorn: how many workers run beside the pages."""
        if len(words) != 1 or not words[0].isdecimal() or not int(words[0]):
            parser.error("say how many workers run beside the pages: python -m service 2 --config …")
        self.worker_count = int(words[0])

    def load(self) -> Flask:
        """Return what gunicorn serves."""
        return create_app()


def main() -> None:
    """Run pages, workers and the clock until told to stop."""
    pages = Pages()
    app = pages.wsgi()
    readiness.make_ready(app)
    background.run(app, workers=pages.worker_count, beside=(pages.run,))


if __name__ == "__main__":
    main()
