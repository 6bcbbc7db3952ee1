"""Articles reported as wrong or outdated, and who looks after them."""

import datetime as dt

import sqlalchemy as sa

from hotline.db import session
from hotline.people import departments
from hotline.people.models import Staff
from hotline.people.roles import Role
from knowledge_base.gap_models import ArticleFeedback, FeedbackKind
from tests.blueprints.knowledge.conftest import Publish, SignIn
from tests.matters import somebody


def test_an_operator_reports_and_an_editor_settles(
    publish: Publish, author: Staff, operator: Staff, sign_in: SignIn
) -> None:
    article = publish()
    path = f"/kb/articles/{article.code}"
    reporting = sign_in(operator)
    assert reporting.post(f"{path}/report", data={"kind": "wrong"}).status_code == 422
    answer = reporting.post(f"{path}/report", data={"kind": "outdated", "reason": "The fee was raised."})
    assert answer.status_code == 303
    remark = session.scalars(sa.select(ArticleFeedback)).one()

    def settled(words: str) -> dict[str, str]:
        return {f"remark-{remark.id}-settlement": words}

    assert (remark.kind, remark.reported_by_id) == (FeedbackKind.OUTDATED, operator.id)
    assert reporting.post(f"/kb/remarks/{remark.id}/settle", data=settled("Me.")).status_code == 403
    editing = sign_in(author)
    assert "The fee was raised." in editing.get("/kb/upkeep").text
    done = editing.post(f"/kb/remarks/{remark.id}/settle", data=settled("Corrected."))
    assert done.status_code == 303
    again = editing.post(f"/kb/remarks/{remark.id}/settle", data=settled("Twice."))
    assert again.status_code == 422
    session.refresh(remark)
    assert remark.settlement == "Corrected."


def test_a_department_marks_and_confirms_its_own_articles_only(publish: Publish, sign_in: SignIn) -> None:
    labour, water = departments.by_code("labour"), departments.by_code("water_group")
    assert labour is not None
    assert water is not None
    today = dt.date(2026, 3, 1)
    own = publish("Own", department_id=labour.id, review_on=today)
    other = publish("Other", department_id=water.id, review_on=today)
    browser = sign_in(somebody(Role.DEPARTMENT_CLERK, department="labour"))
    due = browser.get("/kb/upkeep?view=due").text
    assert own.code in due
    assert other.code not in due
    remark = {"kind": "wrong", "reason": "Not so."}
    assert browser.post(f"/kb/articles/{own.code}/report", data=remark).status_code == 303
    assert browser.post(f"/kb/articles/{other.code}/report", data=remark).status_code == 403
    later = {"next_on": "2027-03-01"}
    assert browser.post(f"/kb/articles/{own.code}/confirm", data=later).status_code == 303
    assert browser.post(f"/kb/articles/{other.code}/confirm", data=later).status_code == 403
    assert own.code not in browser.get("/kb/upkeep?view=due").text
