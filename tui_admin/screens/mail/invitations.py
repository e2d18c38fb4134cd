"""Invitations of a program: who was invited and has not joined, and how far their mails got."""

import asyncio
from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from pyroaring import BitMap
from textual import on, work

from tui_admin.portal.inviting import invitation_acts, invitations
from tui_admin.portal.inviting.invitation_acts import InvitationPlan
from tui_admin.portal.inviting.invitations import InvitationRow, pending
from tui_admin.portal.receipts import Subject
from tui_admin.rules.errors import UsageError
from tui_admin.rules.times import Instant
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import ago, plural

from ..commands import ROSTER
from ..lists import LIST_COMMANDS, Asked, ListScreen
from ..member_acts import MemberActs
from ..place import Place
from ..portal_source import PortalSource
from ..session import Session
from .tables import TONES, WORDS

INVITATION_COMMANDS = (
    Command("invite-here", "i", "invite", "Invite", "Invite people into this program.", "invite", rank=2),
    Command("resend", "r", "resend", "Resend", "Mail the marked invitations again.", "resend", "resend", rank=3),
    Command("withdraw", "x", "withdraw", "Withdraw", "Take the marked ones back.", "withdraw", "withdraw", rank=3),
    Command("edit-invitation", "t", "text", "Invitation text", "Change what the invitation mail says.", "text", rank=4),
    Command("save-list", "w", "save_list", "Save the list", "Save the marked rows, else all, as CSV.", "save", rank=6),
)


def invitation_columns(now: Instant, zone: tzinfo) -> tuple[Column[InvitationRow], ...]:
    """Who, since when, by whom, how often mailed, and how far the last mail got."""

    def delivery(row: InvitationRow) -> Cell:
        if row.delivery is None:
            return ("mailed before" if row.sent else "not mailed"), "muted"
        return WORDS[row.delivery], TONES.get(row.delivery, "")

    def by(row: InvitationRow) -> Cell:
        return row.invited_by.partition("@")[0] or "a report", "muted"

    return (
        Column("name", "Name", 18, lambda r: (r.name, ""), "n", flex=2, widest=30, priority=0),
        Column("email", "E-mail", 18, lambda r: (r.email, ""), "m", flex=3, widest=40, cut="middle", priority=1),
        Column("invited", "Invited", 8, lambda r: (ago(r.invited_at, now), ""), "i", align="right", priority=0),
        Column("by", "By", 9, by, "b", priority=4, sortable=False),
        Column("sent", "Mails", 5, lambda r: (f"{r.sent:,}", ""), "s", align="right", priority=2),
        Column("last-sent", "Last", 7, lambda r: (ago(r.last_sent_at, now), ""), "l", align="right", priority=3),
        Column("delivery", "Delivery", 18, delivery, "d", priority=1, sortable=False),
        Column("reply", "The server said", 16, lambda r: (r.reply, "muted"), "r", flex=2, priority=6, sortable=False),
        Column("contract", "Contract", 12, lambda r: (r.contract, ""), "t", flex=1, widest=24, priority=7),
    )


class InvitationsScreen(ListScreen):
    """`programs/SLUG/invitations`."""

    KIND = "invitations"
    OFFERS = (*LIST_COMMANDS, *INVITATION_COMMANDS, ROSTER)
    BINDINGS = bindings(OFFERS)
    HELP_TEXT = "People who were invited and have not joined: since when, how often mailed, and how far that got."

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = self.values_of = place.segments[1]

    def crumbs(self) -> tuple[str, ...]:
        """The program, its invitations."""
        return ("Programs", self.console.program_name(self.program), "Invitations")

    def columns(self) -> Sequence[Column[Any]]:
        """All columns."""
        return invitation_columns(self.session.clock(), self.console.facts.zone)

    def source(self, asked: Asked) -> PortalSource:
        """Pending people of this program."""
        query = pending(self.program, asked.tree, asked.sort, descending=asked.descending)
        return PortalSource(invitations, self.session, query, self.now)

    def empty(self) -> Sequence[str]:
        """Why nobody is listed."""
        if self.asked.text:
            return super().empty()
        return ("No invitation waits for an answer.", "i invites people: from a file, pasted, or one by a form.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is written to a store opened to read only."""
        return action not in ("invite", "resend", "withdraw", "text", "roster") or not self.session.read_only

    @on(RecordTable.RowSelected)
    def _open(self, event: RecordTable.RowSelected) -> None:
        self.console.go(Place(("programs", self.program, "members", str(event.id))))

    def action_invite(self) -> None:
        """Invite more."""
        self.console.go(Place(("programs", self.program, "+invite")))

    def action_roster(self) -> None:
        """Reconcile a roster."""
        self.console.go(Place(("programs", self.program, "+roster")))

    def action_text(self) -> None:
        """Change the invitation mail."""
        self.console.go(Place(("programs", self.program, "+invitation")))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_resend(self) -> None:
        """Mail the chosen again."""
        await InvitationActs(self, self.program).resend()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_withdraw(self) -> None:
        """Take the chosen back."""
        await InvitationActs(self, self.program).withdraw()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_save_list(self) -> None:
        """Save as CSV."""
        await InvitationActs(self, self.program).save()


class InvitationActs(MemberActs):
    """The acts of a list of invitations."""

    SUBJECT = Subject.MEMBERSHIP

    async def resend(self) -> None:
        """Mail invitations again, after a question with exact counts."""
        plan = await self._planned(invitation_acts.plan_resend)
        question = f"Mail {plural(plan.count, 'invitation')} again{self.chosen().aside}?"
        question = (await asyncio.to_thread(lambda: self._screen.console.mail)).asked(question)
        if await self._agreed(question, Answer("y", "resend"), plan):
            await self._apply(lambda clock: invitation_acts.apply(*self._by, plan, clock))
            self._screen.console.deliver()

    async def withdraw(self) -> None:
        """Take invitations back, after a question with exact counts."""
        plan = await self._planned(invitation_acts.plan_withdraw)
        question = f"Withdraw {plural(plan.count, 'invitation')}{self.chosen().aside}?"
        if await self._agreed(question, Answer("y", "withdraw"), plan):
            await self._apply(lambda clock: invitation_acts.apply(*self._by, plan, clock))

    async def _planned(self, planning: Any) -> InvitationPlan:
        self._may_write()
        args = (*self._by, self._program, BitMap(self.chosen().ids), self._screen.session.clock())
        plan: InvitationPlan = await asyncio.to_thread(planning, *args)
        if not plan.count:
            raise UsageError(f"Nobody to write to: {plan.verdicts.reasons()}.")
        return plan
