"""How a benchmark says what it measured."""

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from time import perf_counter


def say(name: str, value: float, unit: str, limit: float, aim: float | None = None, note: str = "") -> bool:
    """Print one figure beside its limit; True where it holds."""
    holds = value <= limit
    verdict = "ok" if holds else "OVER"
    aimed = f", aim {aim:g}" if aim is not None else ""
    noted = f" · {note}" if note else ""
    print(f"{verdict:<5} {name}: {value:,.2f} {unit} (limit {limit:g}{aimed}){noted}", flush=True)
    return holds


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, interpolated; the largest of fewer than 20 values."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) >= 20 else max(values)


def milliseconds(action: Callable[[], object], times: int = 1) -> list[float]:
    """How long each of `times` runs of an action took."""
    spans = []
    for _ in range(times):
        start = perf_counter()
        action()
        spans.append((perf_counter() - start) * 1e3)
    return spans


__all__ = ["median", "milliseconds", "p95", "say"]
