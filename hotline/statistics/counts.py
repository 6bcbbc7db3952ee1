"""Every count there is, by its code."""

from collections.abc import Mapping
from types import MappingProxyType

from hotline.statistics.callback_counts import CALLBACKS
from hotline.statistics.counting import Count
from hotline.statistics.handling_counts import HANDLING
from hotline.statistics.intake_counts import INTAKE
from hotline.statistics.phone_counts import PHONE
from hotline.statistics.sources import Source

COUNTS: Mapping[str, Count] = MappingProxyType(
    {one.code: one for one in INTAKE + PHONE + HANDLING + CALLBACKS}
)


def of(source: Source) -> tuple[Count, ...]:
    """Return the counts made from the rows of `source`."""
    return tuple(one for one in COUNTS.values() if one.source is source)
