"""`message`, `messages` and `outbox`: mail to many from files, and what became of it. Commands only queue mail; the
worker sends it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from ..rules.errors import BadInput, UsageError
from .commands import ConsoleCommand, ConsoleGroup
from .context import Context
from .errors import pointing_at
from .files import read_text
from .options import Mode, Shape, listing_options, with_context, writing_options
from .output import Column, Kind, Listing, show
from .writing import Outcome, act, ready, write

if TYPE_CHECKING:
    from ..portal.mail.drafts import Draft
    from ..portal.mail.sending import SendPlan

_MESSAGES = (
    Column("id", Kind.NUMBER),
    Column("state"),
    Column("purpose"),
    Column("subject"),
    Column("mails", Kind.NUMBER),
    Column("sent", Kind.NUMBER),
    Column("waiting", Kind.NUMBER),
    Column("failed", Kind.NUMBER),
    Column("in_doubt", Kind.NUMBER),
    Column("created_by"),
    Column("created_at", Kind.MOMENT),
    Column("send_at", Kind.MOMENT, title=None),
    Column("finished_at", Kind.MOMENT, title=None),
    Column("pause_reason", title=None),
)
_MAILS = (
    Column("id", Kind.NUMBER),
    Column("message", Kind.NUMBER),
    Column("email"),
    Column("name"),
    Column("state"),
    Column("attempts", Kind.NUMBER),
    Column("reply"),
    Column("header_id", title=None),
    Column("next_at", Kind.MOMENT, title=None),
    Column("final_at", Kind.MOMENT, title="Settled"),
)


@click.group(cls=ConsoleGroup)
def message() -> None:
    """Send messages to people, hold them back."""


@message.command(
    "send",
    examples=(
        "tui-admin message send we-miss-you.md --dry-run",
        "tui-admin message send we-miss-you.md --at 2026-01-31T09:00 --yes",
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--at", "later", metavar="ISO", help="Send it at this moment, in the organization's time zone, not now.")
@writing_options
@with_context
def send(context: Context, mode: Mode, file: str, later: str | None) -> None:
    """Queue the mails of a message file.

    It holds subject, audience, where, button, sender and reply_to between two lines of ---, then the text in Markdown.

    audience is one of inactive, no-enrollment, none-completed, at-risk, completed, invited, custom; where narrows it in
    the filter language. A button is written as text | link.
    """
    from ..portal.mail import sending
    from ..portal.mail.drafts import save

    ready(context, mode)
    draft, where = _draft(file)
    actor, at = context.actor, _moments(context)
    send_at = None if later is None else sending.later(later, context.zone, context.clock)

    def planned(message: "int | Draft") -> "SendPlan":
        with pointing_at(where):
            found = sending.plan(context.store, actor, message, at, context.mail.limits, send_at=send_at)
        if found.refusal:
            raise BadInput(found.refusal)
        return found

    def plan() -> Outcome:
        found = planned(draft)
        lines = (f"{found.summary}.", f"It takes {found.estimate}.", *found.notes)
        return Outcome(lines, {"people": found.count, "left_out": _counts(found.left_out)})

    def apply() -> Outcome:
        planned(draft)
        saved = save(context.store, actor, draft, context.clock)
        done = sending.send(context.store, actor, planned(saved.id), at)
        lines = (f"{done.summary}.", "The mails wait for a sender: tui-admin worker, or an open console.")
        document = {"message": done.message_id, "queued": done.queued, "left_out": _counts(done.left_out)}
        return Outcome(lines, {**document, "entry": done.entry_id})

    write(context, mode, plan, apply, question="Send it?")


@message.command("list")
@listing_options
@with_context
def list_(context: Context, shape: Shape) -> None:
    """List the messages, the newest first."""
    show(Listing(_MESSAGES, lambda: _messages(context)), shape.form, shape.count, context)


@click.command(cls=ConsoleCommand, examples=("tui-admin messages --format json",))
@listing_options
@with_context
def messages(context: Context, shape: Shape) -> None:
    """List the messages, the newest first."""
    show(Listing(_MESSAGES, lambda: _messages(context)), shape.form, shape.count, context)


@message.command("show")
@click.argument("number", type=click.IntRange(1))
@with_context
def show_(context: Context, number: int) -> None:
    """Show one message: what it says, and how far its mails got."""
    from ..portal.mail.messages import show as read
    from ..rules.text import clean

    found = read(context.store, context.actor, number)
    counts = ", ".join(f"{count:,} {state}" for state, count in found.message.counts.items())
    click.echo(f"{found.message.id}  {found.message.state}  {found.message.subject}")
    click.echo(f"by {clean(found.message.created_by)}: {counts or 'no mails'}")
    if found.message.pause_reason:
        click.echo(found.message.pause_reason)
    click.echo("")
    for line in found.draft.body.split("\n"):
        click.echo(clean(line))


def _holding(name: str, help_: str) -> None:
    @message.command(name, help=help_)
    @click.argument("number", type=click.IntRange(1))
    @writing_options
    @with_context
    def hold(context: Context, mode: Mode, number: int) -> None:
        from ..portal.mail import holding

        move = getattr(holding, name)
        act(context, mode, lambda store, actor: move(store, actor, number, context.clock), message=number)


_holding("pause", "Hold a message back: no further mail of it leaves.")
_holding("resume", "Let a paused message go on.")
_holding("cancel", "Call back all mails of a message that have not left.")


@click.group(cls=ConsoleGroup)
def outbox() -> None:
    """Single mails, and those in doubt."""


@outbox.command("list", examples=("tui-admin outbox list --message 12 --state failed --format csv",))
@click.option("--message", "number", type=click.IntRange(1), help="Only the mails of this message.")
@click.option("--state", multiple=True, metavar="STATE", help="Only mails in this state, such as failed or unknown.")
@listing_options
@with_context
def outbox_list(context: Context, shape: Shape, number: int | None, state: tuple[str, ...]) -> None:
    """List mails with what the server said last."""
    show(Listing(_MAILS, lambda: _mails(context, number, state)), shape.form, shape.count, context)


@outbox.command(
    "resolve",
    examples=(
        "tui-admin outbox resolve --log /var/log/mail.log",
        "tui-admin outbox resolve --message 12 --decide resend --yes",
    ),
)
@click.option("--message", "number", type=click.IntRange(1), help="Only mails of this message.")
@click.option(
    "--log", type=click.Path(dir_okay=False, allow_dash=True), metavar="MAILLOG", help="A server's log as proof."
)
@click.option("--decide", "decision", type=click.Choice(("sent", "resend", "drop")), help="What became of them.")
@writing_options
@with_context
def resolve(context: Context, mode: Mode, number: int | None, log: str | None, decision: str | None) -> None:
    """Decide on mails in doubt.

    Those that a mail server's log proves sent are held for sent; --decide says what becomes of all others.

    The log is Postfix's, or a list of Message-IDs that were taken. What a log does not name proves nothing.
    """
    from ..portal.mail.doubts import Decision, in_doubt, proven
    from ..portal.mail.doubts import resolve as settle

    if log is None and decision is None:
        raise UsageError("Say how to decide: --log MAILLOG, or --decide sent, resend or drop.")
    ready(context, mode)
    store, actor = context.store, context.actor
    doubts = in_doubt(store, actor, number)
    sent = proven(doubts, _read_log(log))
    rest = {doubt.id for doubt in doubts} - set(sent) if decision else set()
    left = len(doubts) - len(sent) - len(rest)

    def told() -> Outcome:
        lines = [f"{len(doubts):,} in doubt"]
        lines += [f"{len(sent):,} proven sent by the log"] if log else []
        lines += [f"{len(rest):,} decided as {decision}"] if decision else []
        lines += [f"{left:,} left in doubt"] if left else []
        document = {"in_doubt": len(doubts), "proven_sent": len(sent), "decided": len(rest), "left": left}
        return Outcome((f"{', '.join(lines)}.",), document)

    def apply() -> Outcome:
        if sent:
            settle(store, actor, sent, Decision.SENT, context.clock)
        if rest and decision:
            settle(store, actor, rest, Decision(decision), context.clock)
        return told()

    needed = bool(sent) or bool(rest)
    write(context, mode, told, apply, question="Keep that?", needed=lambda: needed)


def _draft(file: str) -> "tuple[Draft, str]":
    """The draft that a file holds, and its filter."""
    from ..portal.mail.drafts import Draft
    from ..reports.message_files import read_message
    from ..rules.audiences import PRESETS, Audience

    found = read_message(read_text(file), file)
    preset = found.head.get("audience", "custom")
    if preset not in PRESETS:
        raise BadInput(f"{file}: there is no audience {preset!r}; choose one of {', '.join(PRESETS)}.")
    text, link = found.button
    where = found.head.get("where", "")
    draft = Draft(
        Audience(preset, expression=where),
        found.head["subject"],
        found.body,
        text,
        link,
        found.head.get("sender", ""),
        found.head.get("reply_to", ""),
    )
    return draft, where


def _moments(context: Context) -> Any:
    from ..portal.mail.audiences import Moments

    return Moments(context.now, context.clock)


def _counts(left_out: Any) -> dict[str, int]:
    return {str(reason): len(ids) for reason, ids in left_out.items()}


def _read_log(path: str | None) -> Any:
    from ..mail.maillog import read_log

    if path is None:
        return read_log(())
    with click.open_file(path, encoding="utf-8", errors="replace") as lines:
        return read_log(lines)


def _messages(context: Context) -> Iterator[dict[str, Any]]:
    from ..portal.mail.messages import PAGE, listing
    from ..rules.mailing import PENDING, MailState

    before: int | None = None
    while found := listing(context.store, context.actor, before=before, limit=PAGE):
        for row in found:
            counts = row.counts
            failed = (MailState.FAILED, MailState.BOUNCED, MailState.INVALID)
            yield {
                "id": row.id,
                "state": str(row.state),
                "purpose": str(row.purpose),
                "subject": row.subject,
                "mails": row.total,
                "sent": counts.get(MailState.SENT, 0),
                "waiting": sum(counts.get(state, 0) for state in PENDING),
                "failed": sum(counts.get(state, 0) for state in failed),
                "in_doubt": counts.get(MailState.UNKNOWN, 0),
                "created_by": row.created_by,
                "created_at": row.created_at,
                "send_at": row.send_at,
                "finished_at": row.finished_at,
                "pause_reason": row.pause_reason,
            }
        before = found[-1].id


def _mails(context: Context, number: int | None, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    from ..portal.mail.messages import all_mails
    from ..rules.mailing import MailState

    known = {state.value: state for state in MailState} | {"in-doubt": MailState.UNKNOWN}
    if unknown := sorted(set(names) - set(known)):
        raise UsageError(f"There is no state {unknown[0]}; known are {', '.join(known)}.")
    states = [known[name] for name in names] or None
    for id in [number] if number else [row["id"] for row in _messages(context)]:
        for mail in all_mails(context.store, context.actor, id, states):
            yield {
                "id": mail.id,
                "message": id,
                "email": mail.address,
                "name": mail.name,
                "state": str(mail.state),
                "attempts": mail.attempts,
                "reply": mail.reply,
                "header_id": mail.header_id,
                "next_at": mail.next_at,
                "final_at": mail.final_at,
            }
