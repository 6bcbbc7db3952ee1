"""The composition root: one application out of the rules, the knowledge base and the pages."""

from flask import Flask

from blueprints import site
from blueprints.account import bp as account
from blueprints.archive.views import bp as archive
from blueprints.audit.views import bp as audit
from blueprints.calendar.views import bp as calendar
from blueprints.callbacks import assessments, votes
from blueprints.callbacks import bp as callbacks
from blueprints.categories.views import bp as categories
from blueprints.data_requests.views import bp as data_requests
from blueprints.department.views import bp as department
from blueprints.desk.views import bp as desk
from blueprints.destruction.views import bp as destruction
from blueprints.errands import bp as errands
from blueprints.hall.views import bp as hall
from blueprints.health.views import bp as health
from blueprints.host_visits.views import bp as host_visits
from blueprints.hot_issues.views import bp as hot_issues
from blueprints.intake import bp as intake
from blueprints.intake.cli import intake_group
from blueprints.knowledge import bp as knowledge
from blueprints.letters import bp as letters
from blueprints.operations.views import bp as operations
from blueprints.papers.views import bp as papers
from blueprints.people.views import bp as people
from blueprints.phrases.views import bp as phrases
from blueprints.public.views import bp as public
from blueprints.public_knowledge.views import bp as public_knowledge
from blueprints.qualifications.views import bp as qualifications
from blueprints.reception import bp as reception
from blueprints.recusals.views import bp as recusals
from blueprints.registers.views import bp as registers
from blueprints.requesters.views import bp as requesters
from blueprints.review.views import bp as review
from blueprints.roster.views import bp as roster
from blueprints.session.views import bp as session
from blueprints.shifts.views import bp as shifts
from blueprints.statistics import bp as statistics
from blueprints.suggestions.views import bp as suggestions
from blueprints.supervision.views import bp as supervision
from blueprints.telephony import api as telephony_api
from blueprints.telephony import bp as telephony
from blueprints.tickets.views import bp as tickets
from blueprints.urgent_reports.views import bp as urgent_reports
from hotline import chores, factory
from hotline.config import Settings
from hotline.retention.batches import MORE_ERASERS
from knowledge_base import chores as knowledge_chores
from knowledge_base import erasing as knowledge_erasing
from knowledge_base import models as knowledge_models
from knowledge_base.cli import kb_group
from knowledge_base.demo.cli import demo_group

BLUEPRINTS = (
    session,
    desk,
    account,
    people,
    audit,
    archive,
    destruction,
    data_requests,
    categories,
    calendar,
    operations,
    health,
    intake,
    letters,
    papers,
    errands,
    hot_issues,
    phrases,
    reception,
    host_visits,
    hall,
    suggestions,
    urgent_reports,
    registers,
    shifts,
    roster,
    qualifications,
    requesters,
    callbacks,
    assessments,
    votes,
    knowledge,
    public,
    public_knowledge,
    statistics,
    telephony,
    telephony_api,
    tickets,
    recusals,
    review,
    department,
    supervision,
)

COMMANDS = (demo_group, intake_group, kb_group)


SCHEDULE = {**chores.SCHEDULE, **knowledge_chores.SCHEDULE}


def create_app(settings: Settings | None = None) -> Flask:
    """Return the whole service for `settings`, by default those of the environment."""
    app = factory.build(settings or Settings.from_environment())
    app.extensions["schedule"] = SCHEDULE
    app.extensions[MORE_ERASERS] = (knowledge_erasing.erase,)
    site.set_up(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for commands in COMMANDS:
        app.cli.add_command(commands)
    return app


TABLES = knowledge_models
"""Imported so that migrations see the knowledge base's tables."""
