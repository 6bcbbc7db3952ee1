"""What a run of times says."""

import statistics
from collections.abc import Sequence


def quantiles(times: Sequence[float]) -> dict[str, float]:
    """Return the median, the 95th and the 99th of a hundred."""
    ordered = sorted(times)
    last = len(ordered) - 1
    return {
        "p50_ms": round(statistics.median(ordered), 2),
        "p95_ms": round(ordered[min(last, int(len(ordered) * 0.95))], 2),
        "p99_ms": round(ordered[min(last, int(len(ordered) * 0.99))], 2),
    }
