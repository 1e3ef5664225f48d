"""Figures beside their baselines: medians of rounds, goals, and the table that is printed. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Goal:
    """What is asked for: at least (or, with `most`, at most) `limit`, of the ratio or of the value."""

    name: str
    limit: float
    most: bool = False
    of_value: bool = False

    def __str__(self) -> str:
        return f"{self.name} {'≤' if self.most else '≥'} {self.limit:g}{'' if self.of_value else ' ×'}"


@dataclass(frozen=True)
class Figure:
    """One line of the table. `rounds` are this run's values and `beside` the baseline's, round by round."""

    workload: str
    case: str
    what: str
    unit: str
    rounds: Sequence[float]
    baseline: str = ""
    beside: Sequence[float] = ()
    goal: Goal | None = None

    @property
    def value(self) -> float:
        return median(self.rounds)

    @property
    def ratios(self) -> list[float]:
        """Round by round, so that a slow minute of the machine counts for both."""
        return (
            [one / other for one, other in zip(self.rounds, self.beside, strict=True)] if self.beside else []
        )

    @property
    def ratio(self) -> float | None:
        return median(self.ratios) if self.beside else None

    @property
    def reached(self) -> bool | None:
        if self.goal is None:
            return None
        measured = self.value if self.goal.of_value or self.ratio is None else self.ratio
        return measured <= self.goal.limit if self.goal.most else measured >= self.goal.limit

    def as_json(self) -> dict[str, object]:
        return {
            "workload": self.workload,
            "case": self.case,
            "what": self.what,
            "unit": self.unit,
            "value": self.value,
            "rounds": list(self.rounds),
            "baseline": self.baseline,
            "beside": list(self.beside),
            "ratio": self.ratio,
            "goal": str(self.goal) if self.goal else "",
            "reached": self.reached,
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    return sorted(values)[max(round(share * len(values)) - 1, 0)]


def interleaved(rounds: int, doing: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """Everybody's turn in every round: what the machine does meanwhile, it does to all."""
    done: dict[str, list[T]] = {name: [] for name in doing}
    for _ in range(rounds):
        for name, one in doing.items():
            done[name].append(one())
    return done


HEADS = ("workload", "case", "what", "ours", "rounds", "baseline", "its", "ratio", "goal", "reached")


def table(figures: Sequence[Figure]) -> str:
    """Plain text, one line a figure."""
    rows = [HEADS, *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _row(figure: Figure) -> tuple[str, ...]:
    reached = {None: "", True: "yes", False: "NO"}[figure.reached]
    low, high = min(figure.rounds), max(figure.rounds)
    return (
        figure.workload,
        figure.case,
        figure.what,
        f"{_number(figure.value)} {figure.unit}",
        f"{_number(low)}–{_number(high)}" if len(figure.rounds) > 1 else "",
        figure.baseline,
        f"{_number(median(figure.beside))}" if figure.beside else "",
        f"{figure.ratio:.2f}" if figure.ratio is not None else "",
        str(figure.goal) if figure.goal else "",
        reached,
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
