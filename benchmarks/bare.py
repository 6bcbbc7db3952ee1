"""The bare reference: Flask, SQLAlchemy and the same database, and nothing else."""

import datetime as dt
import os

import sqlalchemy as sa
from flask import Flask, render_template_string, request
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from hotline.db import listen_to

ROWS = 2000
LISTED = 50
PAGE = """<!doctype html><title>Things</title><table>{% for one in things %}
<tr><td><a href="/one/{{ one.id }}">{{ one.number }}</a></td><td>{{ one.title }}</td><td>{{ one.status }}</td>
<td>{{ one.place }}</td><td>{{ one.made_at }}</td><td>{{ one.due_at }}</td></tr>{% endfor %}</table>
"""


class Base(DeclarativeBase):
    """Tables of the reference."""


class Thing(Base):
    """About as wide as a line of a list."""

    __tablename__ = "bare_thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(13))
    title: Mapped[str] = mapped_column(sa.String(200))
    place: Mapped[str] = mapped_column(sa.String(200))
    status: Mapped[str] = mapped_column(sa.String(20))
    made_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]


def _thing(number: int) -> Thing:
    moment = dt.datetime(2026, 3, 4, 4, 0)  # noqa: DTZ001 - stored and shown as it is
    return Thing(
        number=f"{number:013d}",
        title="人民路路灯不亮",
        place="人民路12号",
        status="open",
        made_at=moment,
        due_at=moment + dt.timedelta(minutes=number),
    )


def create_app() -> Flask:
    """Return the reference on the database of `BARE_DATABASE_URL`."""
    app = Flask("bare", template_folder=None)
    engine = sa.create_engine(os.environ["BARE_DATABASE_URL"])
    listen_to(engine)

    @app.get("/no-op")
    def no_op() -> str:
        return "ok"

    @app.get("/one/<int:thing_id>")
    def one(thing_id: int) -> str:
        with Session(engine) as session:
            return session.get_one(Thing, thing_id).title

    @app.post("/insert")
    def insert() -> str:
        with Session(engine) as session:
            session.add(_thing(int(request.form["number"])))
            session.commit()
        return "ok"

    @app.get("/list")
    def listed() -> str:
        with Session(engine) as session:
            found = session.scalars(sa.select(Thing).order_by(Thing.id.desc()).limit(LISTED))
            return render_template_string(PAGE, things=found.all())

    return app


def prepare() -> None:
    """Make the table and its rows."""
    engine = sa.create_engine(os.environ["BARE_DATABASE_URL"])
    listen_to(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(_thing(number) for number in range(ROWS))
        session.commit()
    engine.dispose()


if __name__ == "__main__":
    prepare()
