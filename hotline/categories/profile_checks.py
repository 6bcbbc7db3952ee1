"""What has to hold between the parts of a profile: nothing named that does not exist, everything routed."""

from hotline.categories.keeping import named_categories
from hotline.categories.policy import Policy
from hotline.categories.profile_parts import ProfileFile
from hotline.categories.reader import Table
from hotline.categories.terms import CHOSEN_FROM, Confidentiality, Dispatching
from hotline.wording import N_

REQUESTER_TAGS = "requester_tag"
NO_SUCH_CATEGORY = N_("%(code)s is no category of this profile")


def check_policies(profile: ProfileFile, policies: list[Policy], tables: list[Table]) -> None:
    """Note categories and kinds that policies name and nobody brings."""
    kinds = {item.code for one in profile.code_lists for item in one.items}
    lists = {one.code for one in profile.code_lists}
    for table, policy in zip(tables, policies, strict=True):
        if policy.without_contact is not None and policy.without_contact not in profile.policies:
            table.refuse("without_contact", NO_SUCH_CATEGORY, code=policy.without_contact)
        if policy.without_contact == policy.code:
            table.refuse("without_contact", N_("must be another category"))
        for need in {*policy.closing, *(one for more in policy.closing_on.values() for one in more)}:
            wanted = CHOSEN_FROM.get(need)
            if wanted is not None and wanted not in lists:
                table.refuse("closing", N_("%(need)s needs the code list %(list)s"), need=need, list=wanted)
        for position, variant in enumerate(policy.variants):
            for kind in sorted(variant.when.kind - kinds):
                table.table_of({}, "variant", position, "when").refuse(
                    "kind", N_("%(code)s is in no code list of this profile"), code=kind
                )


def check_classes(tables: list[Table], table: Table) -> None:
    """Note codes that do not say where their class belongs."""
    if not tables:
        table.refuse(None, N_("%(name)s is missing"), name="[[content_class]]")
    above: dict[int, str] = {0: ""}
    for one in tables:
        one.finish()
        level = sum(isinstance(step, int) for step in one.path)
        code = one.data.get("code")
        if not isinstance(code, str) or not code.isascii() or not code.isdigit() or len(code) != 2 * level:
            one.refuse("code", N_("must be %(digits)s digits"), digits=2 * level)
        elif not code.startswith(above.get(level - 1, "")):
            one.refuse("code", N_("must begin with %(code)s"), code=above[level - 1])
        else:
            above[level] = code


def check_departments(profile: ProfileFile, tables: list[Table]) -> None:
    """Note parents that are no departments."""
    codes = {one.code for one in profile.departments}
    for table, one in zip(tables, profile.departments, strict=True):
        if one.parent is not None and (one.parent not in codes or one.parent == one.code):
            table.refuse("parent", N_("%(code)s is no other department of this profile"), code=one.parent)


def check_routes(profile: ProfileFile, tables: list[Table], table: Table) -> None:
    """Note routes to nowhere, routes that give a caller away (B1.10), and what no rule routes."""
    departments = {one.code: one for one in profile.departments}
    classes = {one.code for one in profile.content_classes}
    restricted = {
        policy.code
        for policy in profile.policies.values()
        if policy.confidentiality is Confidentiality.RESTRICTED and policy.dispatching is not Dispatching.NONE
    }
    for one, route in zip(tables, profile.routes, strict=True):
        department = departments.get(route.department)
        if department is None:
            one.refuse("department", N_("%(code)s is no department of this profile"), code=route.department)
        elif route.category in restricted and not department.takes_tip_offs:
            one.refuse(
                "department",
                N_("%(category)s may go only to a department that takes tip-offs"),
                category=route.category,
            )
        if route.category is not None and route.category not in profile.policies:
            one.refuse("category", NO_SUCH_CATEGORY, code=route.category)
        if route.content_class is not None and route.content_class not in classes:
            one.refuse(
                "content_class", N_("%(code)s is no content class of this profile"), code=route.content_class
            )
    for code in sorted(restricted - {route.category for route in profile.routes}):
        table.refuse("route", N_("no rule routes the category %(category)s"), category=code)
    routed = {
        route.content_class for route in profile.routes if not (route.category or route.place or route.words)
    }
    for content_class in profile.content_classes:
        if content_class.level == 1 and content_class.code not in routed:
            table.refuse("route", N_("no rule routes content class %(code)s"), code=content_class.code)


def check_guesses(profile: ProfileFile, table: Table) -> None:
    """Note guesses at categories that do not exist."""
    imported = table.table_of({}, "import")
    if profile.desk.otherwise not in profile.policies:
        imported.refuse("otherwise", NO_SUCH_CATEGORY, code=profile.desk.otherwise)
    for position, guess in enumerate(profile.desk.guesses):
        if guess.category not in profile.policies:
            imported.table_of({}, "guess", position).refuse("category", NO_SUCH_CATEGORY, code=guess.category)


def check_tags(profile: ProfileFile, table: Table) -> None:
    """Note tags that must be called back and that nobody can be given."""
    tags = {item.code for one in profile.code_lists if one.code == REQUESTER_TAGS for item in one.items}
    terms = profile.desk.callbacks
    for key, named in (("must_call", terms.must_call), ("yearly", terms.yearly)):
        for tag in named:
            if tag not in tags:
                table.table_of({}, "callback").refuse(
                    key, N_("%(code)s is not in the code list %(list)s"), code=tag, list=REQUESTER_TAGS
                )


def check_fallback(profile: ProfileFile, table: Table) -> None:
    """Note a fallback department that does not exist."""
    terms = profile.desk.dispatch
    if terms is not None and terms.fallback_department not in {one.code for one in profile.departments}:
        table.table_of({}, "dispatch").refuse(
            "fallback_department",
            N_("%(code)s is no department of this profile"),
            code=terms.fallback_department,
        )


def refuse_repeats(tables: list[Table]) -> None:
    """Note each code that stands in an earlier table already."""
    seen = set()
    for one in tables:
        code = one.data.get("code")
        if code in seen:
            one.refuse("code", N_("the code %(code)s is given already"), code=code)
        seen.add(code)


def check_retention(profile: ProfileFile, table: Table) -> None:
    """Note categories that retention rules name and the profile does not have."""
    terms = profile.desk.retention
    for code in sorted(named_categories(terms) - profile.policies.keys()) if terms else ():
        table.table_of({}, "retention").refuse("rule", NO_SUCH_CATEGORY, code=code)
