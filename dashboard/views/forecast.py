"""Where a series is going: a straight trend with its 80 % interval, from six points on (definitions: Measures)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["FEWEST", "Forecast", "Trend", "fit"]

FEWEST = 6
"""Fewer points than this give no forecast."""

# Student's t for a two-sided 80 % interval, by degrees of freedom; beyond the table the normal value does.
_T80 = {
    4: 1.533, 5: 1.476, 6: 1.440, 7: 1.415, 8: 1.397, 9: 1.383, 10: 1.372, 12: 1.356, 15: 1.341, 20: 1.325, 30: 1.310,
}  # fmt: skip
_NORMAL80 = 1.282


@dataclass(frozen=True, slots=True)
class Forecast:
    """A foreseen value with the interval that holds it four times in five."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A straight line through dated values, by least squares. Days count from `origin`."""

    origin: date
    slope: float
    level: float
    points: int
    mean_day: float
    spread: float
    """Sum of squared distances of the days from their mean."""
    residual: float
    """Standard deviation of the values around the line."""

    def at(self, day: date) -> Forecast:
        """The line's value on a day."""
        x = (day - self.origin).days
        value = self.level + self.slope * x
        freedom = self.points - 2
        t = next((v for k, v in sorted(_T80.items()) if k >= freedom), _NORMAL80)
        width = t * self.residual * math.sqrt(1 + 1 / self.points + (x - self.mean_day) ** 2 / self.spread)
        return Forecast(value, value - width, value + width)

    def reaches(self, target: float) -> date | None:
        """The day on which the line meets the target; None where it runs away from it or beyond a century."""
        if not self.slope:
            return None
        days = (target - self.level) / self.slope
        return self.origin + timedelta(days=math.ceil(days)) if 0 <= days < 36_525 else None


def fit(points: Sequence[tuple[date, float]]) -> Trend | None:
    """The trend of dated values; None from fewer than six points or where all stand on one day."""
    if len(points) < FEWEST:
        return None
    origin = min(day for day, _ in points)
    xs = [(day - origin).days for day, _ in points]
    ys = [value for _, value in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    if not spread:
        return None
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
    level = mean_y - slope * mean_x
    squares = sum((y - level - slope * x) ** 2 for x, y in zip(xs, ys, strict=True))
    return Trend(origin, slope, level, len(points), mean_x, spread, math.sqrt(squares / (len(points) - 2)))
