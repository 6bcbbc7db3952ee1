"""Figures as cells of tables: a page holds hundreds of them, so each row is written at once."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import cast

from flask import current_app, get_template_attribute
from markupsafe import Markup, escape

from blueprints.statistics.choices import Choice
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.figures import Figure, Sums
from hotline.wording import N_, say

NOTHING = '<span class="text-quiet">–</span>'


class Cells:
    """Writes the figures of one page, each number a link to its matters."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice

    def rates(
        self, sums: Sums, codes: Iterable[str], group: str = "", *, linked: bool = True, **more: str
    ) -> Markup:
        """Return the cells of several measures: percentage, and both counts as links."""
        begun = self._begun(more) if linked else ""
        return _written(self._rate(sums.figure(MEASURES[code], group), begun) for code in codes)

    def counts(
        self, sums: Sums, codes: Iterable[str], group: str = "", *, linked: bool = True, **more: str
    ) -> Markup:
        """Return the cells of several plain counts, each a link."""
        begun = self._begun(more) if linked else ""
        return _written(
            f'<td class="number">{_count(sums.amount(code, group), begun, code)}</td>' for code in codes
        )

    def count(self, sums: Sums, code: str, group: str = "", **more: str) -> Markup:
        """Return one count as a link to its matters; zero is no link."""
        return _written([_count(sums.amount(code, group), self._begun(more), code)])

    def _begun(self, more: dict[str, str]) -> str:
        """Return the address of a list of matters up to what is counted, as an attribute holds it."""
        return str(escape(self._choice.matters(**more)))

    def _rate(self, figure: Figure, begun: str) -> str:
        measure = figure.measure
        counted = _count(figure.numerator, begun, *measure.counted)
        if figure.denominator is None:
            return f'<td class="number">{counted}</td>'
        if figure.rate is None:
            return f'<td class="number">{NOTHING}</td>'
        missed = self._target_missed if figure.misses_target and begun else ""
        few = f" {self._few_cases}" if figure.is_small and begun else ""
        out_of = _count(figure.denominator, begun, measure.denominator or "")
        return (
            f'<td class="number">{missed}{figure.shown}<br>'
            f'<span class="text-quiet">{counted} / {out_of}{few}</span></td>'
        )

    @cached_property
    def _target_missed(self) -> str:
        return _mark("alert-triangle", say(N_("Target missed")))

    @cached_property
    def _few_cases(self) -> str:
        return _mark("info-circle", say(N_("Few cases: the percentage says little.")))


def _count(amount: int, begun: str, *codes: str) -> str:
    return f'<a href="{begun}{",".join(codes)}">{amount:,}</a>' if amount and begun else f"{amount:,}"


def _mark(name: str, label: str) -> str:
    once = cast(Callable[..., Markup], current_app.jinja_env.globals["once"])
    return str(once(get_template_attribute("components/icon.html", "icon"), name, label))


def _written(parts: Iterable[str]) -> Markup:
    return Markup("".join(parts))  # noqa: S704 - numbers, codes of counts, and addresses escaped above
