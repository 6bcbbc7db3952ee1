"""The live board: on a supervisor's screen, and large on a wall."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.statistics.frame import HOTLINE, bp, choice_at, framed
from hotline.db import utc_now
from hotline.statistics import board as live


@bp.get("/board")
def board() -> ResponseReturnValue:
    """Show the desk as it is now; refreshes itself."""
    access.require(*HOTLINE)
    now = utc_now()
    board = live.look(now)
    if request.headers.get("HX-Request"):
        return render_template(
            "statistics/_board.html", board=board, stages=live.STAGES, choice=choice_at(now)
        )
    return render_template(
        "statistics/board.html", **framed(choice_at(now), now, "board"), board=board, stages=live.STAGES
    )


@bp.get("/wallboard")
def wallboard() -> ResponseReturnValue:
    """Show the board large, without navigation, for a screen on the wall."""
    access.require(*HOTLINE)
    board = live.look(utc_now())
    name = "_wall" if request.headers.get("HX-Request") else "wallboard"
    return render_template(f"statistics/{name}.html", board=board)
