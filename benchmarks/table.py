"""A report as the table that the documentation shows."""

from typing import Any

WANTED = {
    "list": (12, "3 × list"),
    "ticket page": (10, "8 × one row"),
    "search": (15, "4 × list"),
    "operator's desk": (10, "3 × list"),
    "shift leader's desk": (10, "3 × list"),
    "live board": (10, "3 × list"),
    "statistics": (15, "4 × list"),
    "log a call": (9, "6 × insert"),
}
"""By the beginning of a row's name: milliseconds, and the ratio in the same run."""


def of(report: dict[str, Any]) -> str:
    """Return the report's pages, crowds and dispatching as Markdown."""
    base = ", ".join(f"{name} {one['p50_ms']:g} ms" for name, one in report["reference"].items())
    lines = [
        f"{report['database']}, {report['tickets']:,} tickets, {report['rounds']} rounds,"
        f" load {report['load_before'][0]} to {report['load_after'][0]} on {report['processors']} CPUs.",
        f"Reference: {base}.",
        "",
        "| | p50 ms | p95 ms | p99 ms | server processor ms | queries | ratio | wanted |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in report["pages"].items():
        if "refused" in one:
            lines.append(f"| {name} | refused: {one['refused']} |")
            continue
        most, ratio = next((two for start, two in WANTED.items() if name.startswith(start)), ("", ""))
        lines.append(
            f"| {name} | {one['p50_ms']} | {one['p95_ms']} | {one['p99_ms']} | {one['server_cpu_ms']} |"
            f" {one['queries'] or ''} | {one['ratio']} | ≤ {most} ms, ≤ {ratio} |"
        )
    lines += ["", "| many clients | per second | p50 ms | p95 ms | p99 ms | fairness | refused |"]
    lines.append("|---|---|---|---|---|---|---|")
    lines += [
        f"| {name} | {one['per_second']} | {one['p50_ms']} | {one['p95_ms']} | {one['p99_ms']} |"
        f" {one['fairness']} | {one['refused']} |"
        for name, one in report["crowds"].items()
    ]
    sent = report["dispatching"]
    memory = f"Memory of pages, workers and clock: {report['pss_mb']} MB PSS."
    if "refused" in sent:
        return "\n".join((*lines, "", f"Dispatching: {sent['refused']}. {memory}"))
    lines += [
        "",
        f"Dispatching, committed to seen: idle p95 {sent['idle']['p95_ms']} ms; with"
        f" {sent['with_waiting']['waiting']:,} promises waiting p95 {sent['with_waiting']['p95_ms']} ms,"
        f" {sent['promises_per_second']} promises a second beside {sent['no_op_jobs_per_second']} jobs"
        " that do nothing.",
        memory,
    ]
    return "\n".join(lines)
