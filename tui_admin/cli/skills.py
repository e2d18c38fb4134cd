"""`skills`: rating them anew, how well the ratings foresee results, and which parameters would do better."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .commands import ConsoleGroup
from .context import Context
from .options import with_context
from .output import Column, Kind, Listing, show, talk, write_document
from .progress import progress

if TYPE_CHECKING:
    from ..portal.ratings.scoring import Score
    from ..portal.ratings.validating import Validation

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")

_BINS = (
    Column("from", Kind.NUMBER),
    Column("to", Kind.NUMBER),
    Column("attempts", Kind.NUMBER),
    Column("expected", Kind.NUMBER),
    Column("passed", Kind.NUMBER),
)


@click.group(cls=ConsoleGroup)
def skills() -> None:
    """Skills as they are rated from what learners hand in."""


@skills.command(examples=("tui-admin skills rate", "tui-admin skills rate --json"))
@json_option
@with_context
def rate(context: Context, as_json: bool) -> None:
    """Bring the ratings up to the attempts. Imports do it by themselves."""
    from ..portal.ratings.rating import rate as portal_rate
    from ..portal.ratings.rating import require, summary

    require(context.actor)
    with progress(context.surroundings) as tell:
        run = portal_rate(context.store, context.clock, progress=tell)
    if as_json:
        facts = {} if run is None else {"run": run.id, "attempts": run.attempts, "rated": run.rated, "anew": run.anew}
        write_document(facts | {"notes": [] if run is None else list(run.notes.told)})
        return
    talk(summary(run))
    for note in () if run is None else run.notes.told:
        talk(f"{note[:1].upper()}{note[1:]}.")


@skills.command(
    examples=(
        "tui-admin skills validate",
        "tui-admin skills validate --attempts attempts.csv --skills skills.csv",
        "tui-admin skills validate --json",
    )
)
@click.option(
    "--attempts",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Attempts of a file: learner, assessment, time or order, score or passed; skill, max, passing score.",
)
@click.option("--skills", "taught", type=click.Path(path_type=Path), metavar="FILE.csv", help="assessment, skill.")
@json_option
@with_context
def validate(context: Context, attempts: Path | None, taught: Path | None, as_json: bool) -> None:
    """Say how well the ratings foresee who passes.

    The model hears each result only after it said what it expects. The first half of the attempts fits a calibration,
    the second is scored. Without a file, on the store's own attempts.
    """
    from ..portal.ratings import validating
    from ..rules.errors import UsageError

    if taught is not None and attempts is None:
        raise UsageError("--skills goes with --attempts: name the file of attempts, too.")
    with progress(context.surroundings) as tell:
        if attempts is None:
            found = validating.validate(context.store, context.actor, progress=tell)
        else:
            found = validating.validate_file(context.store, context.actor, attempts, taught, progress=tell)
    if as_json:
        write_document(_document(found))
        return
    for label, score in (("", found.calibrated), ("raw ", found.raw)):
        for line in _lines(score):
            click.echo(f"{label}{line}")
        if not label:
            click.echo(f"calibration error {found.error:.3f}")
    click.echo()
    show(Listing(_BINS, lambda: _bins(found)), "table", False, context)
    click.echo(
        f"\nAttempts {found.attempts:,}, learners {found.learners:,}, assessments {found.assessments:,}, skills "
        f"{found.skills:,}; of the later half, {found.raw.n:,} scored.\nParameters: {found.parameters}"
    )
    for note in found.notes:
        talk(f"{note[:1].upper()}{note[1:]}.")


@skills.command(examples=("tui-admin skills tune",))
@json_option
@with_context
def tune(context: Context, as_json: bool) -> None:
    """Look for parameters that foresee better, and say how to set them. Writes nothing."""
    from ..portal.ratings import tuning

    with progress(context.surroundings) as tell:
        found = tuning.tune(context.store, context.actor, progress=tell)
    sides = (("present", found.present, found.present_score), ("best", found.best, found.best_score))
    if as_json:
        document = {name: {"parameters": str(by), **_score(score)} for name, by, score in sides}
        write_document({**document, "tried": found.tried, "attempts": found.attempts, "of": found.of})
        return
    some = "" if found.attempts == found.of else f", those of some learners out of {found.of:,}"
    click.echo(f"Tried {found.tried} on the first 70 % of {found.attempts:,} attempts{some}; on the last 30 %:")
    for name, by, score in sides:
        click.echo(f"{name:8}{', '.join(_lines(score))}  {by}")
    if found.is_better:
        talk(f"To set it: tui-admin settings set skill-parameters '{found.best}', then tui-admin skills rate.")
    else:
        talk("Nothing foresees better than what is set.")


def _lines(score: "Score") -> list[str]:
    area = "–" if score.auc is None else f"{score.auc:.3f}"
    return [f"AUC {area}", f"log-loss {score.log_loss:.3f}", f"RMSE {score.rmse:.3f}"]


def _bins(found: "Validation") -> list[dict[str, Any]]:
    return [
        {
            "from": bin.low,
            "to": bin.high,
            "attempts": bin.n,
            "expected": round(bin.expected, 3),
            "passed": round(bin.came, 3),
        }
        for bin in found.bins
    ]


def _score(score: "Score") -> dict[str, Any]:
    return {"n": score.n, "auc": score.auc, "log_loss": score.log_loss, "rmse": score.rmse}


def _document(found: "Validation") -> dict[str, Any]:
    counts = ("attempts", "learners", "assessments", "skills")
    return {
        "calibrated": _score(found.calibrated) | {"calibration_error": found.error},
        "raw": _score(found.raw),
        "calibration": _bins(found),
        **{name: getattr(found, name) for name in counts},
        "parameters": str(found.parameters),
        "notes": list(found.notes),
    }
