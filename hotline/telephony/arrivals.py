"""When made-up callers ring, how long they wait and talk: drawn from a written pattern of an ordinary day."""

import math
import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

PATTERN = Path(__file__).parent / "arrivals.toml"
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """An ordinary day's calls."""

    calls_per_day: int
    by_hour: tuple[int, ...]
    ring_seconds: tuple[float, float]
    talk_median_seconds: float
    talk_spread: float
    patience_seconds: float
    wrap_up_seconds: float
    caller_again_percent: float

    def per_second(self, hour: int) -> float:
        """Return how many calls come in a second of that hour, on average."""
        return self.calls_per_day * self.by_hour[hour % 24] / sum(self.by_hour) / HOUR


@dataclass(frozen=True, slots=True)
class Arrival:
    """One made-up call; all times in seconds of the day it plays in."""

    at: float
    """From the beginning of the run."""
    number: str
    ring: float
    talk: float
    patience: float
    wrap_up: float


def ordinary_day(calls_per_day: int | None = None) -> Pattern:
    """Return the pattern that comes with the program, with another number of calls where one is given."""
    data = tomllib.loads(PATTERN.read_text(encoding="utf-8"))
    data["calls_per_day"] = calls_per_day or data["calls_per_day"]
    lowest, highest = data.pop("ring_seconds")
    return Pattern(by_hour=tuple(data.pop("by_hour")), ring_seconds=(lowest, highest), **data)


def draw(pattern: Pattern, *, hour: float, seconds: float, seed: int) -> list[Arrival]:
    """Return the calls of `seconds` from `hour` of the day on, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - made-up calls, not secrets
    found: list[Arrival] = []
    at = 0.0
    while True:
        rate = pattern.per_second(int(hour + at / HOUR))
        at += chance.expovariate(rate)
        if at >= seconds:
            return found
        found.append(
            Arrival(
                at=at,
                number=_number(chance, found, pattern.caller_again_percent),
                ring=chance.uniform(*pattern.ring_seconds),
                talk=chance.lognormvariate(math.log(pattern.talk_median_seconds), pattern.talk_spread),
                patience=chance.expovariate(1 / pattern.patience_seconds),
                wrap_up=pattern.wrap_up_seconds,
            )
        )


def _number(chance: random.Random, before: list[Arrival], again_percent: float) -> str:
    if before and chance.uniform(0, 100) < again_percent:
        return chance.choice(before).number
    return f"1380000{chance.randrange(10_000):04d}"
