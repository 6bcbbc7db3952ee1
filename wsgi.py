"""The composition root: one application out of the rules, the knowledge base and the pages."""

from flask import Flask

from blueprints import site
from blueprints.account import bp as account
from blueprints.audit.views import bp as audit
from blueprints.calendar.views import bp as calendar
from blueprints.callbacks import assessments, votes
from blueprints.callbacks import bp as callbacks
from blueprints.categories.views import bp as categories
from blueprints.department.views import bp as department
from blueprints.desk.views import bp as desk
from blueprints.errands import bp as errands
from blueprints.health.views import bp as health
from blueprints.hot_issues.views import bp as hot_issues
from blueprints.intake import bp as intake
from blueprints.intake.cli import intake_group
from blueprints.knowledge import bp as knowledge
from blueprints.operations.views import bp as operations
from blueprints.people.views import bp as people
from blueprints.phrases.views import bp as phrases
from blueprints.public.views import bp as public
from blueprints.public_knowledge.views import bp as public_knowledge
from blueprints.reception.views import bp as reception
from blueprints.recusals.views import bp as recusals
from blueprints.registers.views import bp as registers
from blueprints.requesters.views import bp as requesters
from blueprints.review.views import bp as review
from blueprints.session.views import bp as session
from blueprints.shifts.views import bp as shifts
from blueprints.statistics import bp as statistics
from blueprints.supervision.views import bp as supervision
from blueprints.tickets.views import bp as tickets
from hotline import chores, factory
from hotline.config import Settings
from knowledge_base import chores as knowledge_chores
from knowledge_base import models as knowledge_models
from knowledge_base.cli import kb_group
from knowledge_base.demo.cli import demo_group

BLUEPRINTS = (
    session,
    desk,
    account,
    people,
    audit,
    categories,
    calendar,
    operations,
    health,
    intake,
    errands,
    hot_issues,
    phrases,
    reception,
    registers,
    shifts,
    requesters,
    callbacks,
    assessments,
    votes,
    knowledge,
    public,
    public_knowledge,
    statistics,
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
    site.set_up(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for commands in COMMANDS:
        app.cli.add_command(commands)
    return app


TABLES = knowledge_models
"""Imported so that migrations see the knowledge base's tables."""
