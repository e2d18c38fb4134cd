"""Writing a message in three steps: whom it is for, what it says, how it looks to one of them; then it is sent.

The draft is saved as it is typed. What is counted and previewed is the draft on screen, saved or not.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from pyroaring import FrozenBitMap
from textual import on, work
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import ContentSwitcher
from textual.worker import get_current_worker

from tui_admin.portal.mail import audiences, drafts, previews
from tui_admin.portal.mail.audiences import Moments, Reach, Selected
from tui_admin.portal.mail.drafts import Draft, Saved
from tui_admin.portal.mail.previews import Preview
from tui_admin.rules.audiences import PRESETS, Audience
from tui_admin.rules.errors import ConsoleError, UsageError
from tui_admin.rules.filters import FilterError, format_filter, parse
from tui_admin.rules.filters.picking import picked, with_picked
from tui_admin.widgets.choices import Choice
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.steps import StepLine
from tui_admin.widgets.text import moment, plural

from ..base import ConsoleScreen
from ..filtered import FilteredScreen
from ..place import Place
from ..session import Session
from ..styles import style
from .audience import AudienceStep
from .details import DetailsStep
from .proof import ProofStep
from .send_acts import SendActs

_SAVE_AFTER = 0.7
_COUNT_AFTER = 0.15
_STEPS = ("Audience", "Details", "Preview and send")
_PARTS = ("step-audience", "step-details", "step-proof")
_MARKED = "marked"
_TITLES = {
    "inactive": "Inactive 30 days",
    "no-enrollment": "No enrollment",
    "none-completed": "None completed",
    "at-risk": "At risk",
    "completed": "Completed",
    "invited": "Invited",
    "custom": "Custom",
}
_LAST = len(_STEPS) - 1


class WizardScreen(FilteredScreen):
    """`messages/ID/write`."""

    HELP_TEXT = "Writes a message: whom it is for, what it says, how it looks to one of them. Nothing leaves unasked."
    CSS_PATH: ClassVar = style("mail")
    OFFERS: ClassVar = (
        Command("next-step", "ctrl+n", "step(1)", "Next step", "On to the next step.", footer="next step", rank=0),
        Command("send-message", "enter", "send", "Send", "Send it now, after a question.", "send", "send", rank=0),
        Command("send-later", "l", "later", "Send later", "Choose when it leaves.", "later", "send later", rank=2),
        Command("send-test", "t", "test", "Test mail", "Send this one to yourself.", "test", "test mail", rank=3),
        Command("save-html", "h", "html", "Save as HTML", "Save how it looks in a mail program.", "html", rank=4),
        Command(
            "step-back", "escape", "step(-1)", "Back", "To the step before; from the first one out.", "back", rank=1
        ),
        Command("discard-draft", "", "discard", "Discard the draft", "Throw this draft away.", words="discard"),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.message_id = int(place.segments[1])
        self.saved: Saved | None = None
        self.draft = Draft()
        self.reach: Reach | None = None
        self.shown: Preview | None = None
        self._fault: ConsoleError | None = None
        self._marked: Selected | None = None
        self._seed = 0
        self._saved_at = ""
        self._step = self._turned = 0
        self._people: tuple[Draft, FrozenBitMap] | None = None
        self._saving = asyncio.Lock()
        self._pauses: dict[str, Timer] = {}

    @property
    def acts(self) -> SendActs:
        """What the last step can do. Raises what keeps the mail from being shown: it keeps it from leaving, too."""
        if self._fault is not None:
            raise self._fault
        return SendActs(self)

    @property
    def moments(self) -> Moments:
        """Statuses are judged at the console's moment; what is written is dated by the clock."""
        return Moments(self.now, self.session.clock())

    def body(self) -> ComposeResult:
        """The steps, one at a time."""
        yield StepLine(_STEPS, id="steps")
        with ContentSwitcher(initial=_PARTS[0], id="parts"):
            yield AudienceStep(self.session.fields, id=_PARTS[0])
            yield DetailsStep(id=_PARTS[1])
            yield ProofStep(id=_PARTS[2])

    def crumbs(self) -> tuple[str, ...]:
        """Messages, and which one."""
        return ("Messages", self.draft.subject or "New message")

    def on_mount(self) -> None:
        """Read the draft."""
        super().on_mount()
        load = partial(drafts.load, self.session.store, self.session.actor, self.message_id)
        self.in_thread(load, self._begin, "draft")

    def _begin(self, saved: Saved) -> None:
        self.saved, self.draft = saved, saved.draft
        whom, step = saved.draft.whom, self.query_one(AudienceStep)
        self._marked = whom if isinstance(whom, Selected) else None
        marked = [Choice(_MARKED, f"The {len(self._marked.ids):,} chosen")] if self._marked else []
        step.offer([*marked, *(Choice(key, _TITLES[key]) for key in PRESETS)])
        if isinstance(whom, Audience):
            step.fill(whom.preset, whom.expression)
        else:
            step.fill(_MARKED, "")
        self.query_one(DetailsStep).fill(_texts(saved.draft))
        self._show_step(1 if self._marked else 0)
        self.locate()
        self._count()

    def reload(self) -> None:
        """What was set meanwhile shows in the mail."""
        if self._step == _LAST:
            self._look(self._turned)

    # --- steps

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Sending is for the last step; the last step has no next one."""
        if action in ("send", "later", "test", "html"):
            return self._step == _LAST
        return not (action == "step" and parameters == (1,) and self._step == _LAST)

    def action_step(self, step: int) -> None:
        """To another step; before the first, back to where one came from."""
        if self._step + step < 0:
            self.leave()
        elif self._step + step <= _LAST:
            self._show_step(self._step + step)

    def _show_step(self, step: int) -> None:
        self._step = step
        self.query_one(StepLine).at(step)
        self.query_one("#parts", ContentSwitcher).current = _PARTS[step]
        (self.query_one(AudienceStep), self.query_one(DetailsStep), self.query_one(ProofStep))[step].enter()
        self.call_after_refresh(self.offer_keys)
        self.locate()
        if step == _LAST:
            self._look(0)

    @on(DetailsStep.Done)
    def _details_done(self) -> None:
        self.action_step(1)

    @on(DetailsStep.Left)
    def _details_left(self) -> None:
        self.action_step(-1)

    @on(FigureTable.Opened, "#sample")
    def _sample_opened(self) -> None:
        self.action_step(1)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def leave(self) -> None:
        """Back to where one came from, with everything typed saved; a draft that says nothing is not kept."""
        if self.saved is not None and _is_blank(self.draft):
            args = (self.session.store, self.session.actor, self.message_id, self.session.clock())
            await asyncio.to_thread(drafts.discard, *args)
            self.say("Nothing was written: no draft is kept.")
        else:
            await self.save()
        self._go_back()

    def go_on(self, place: Place) -> None:
        """Something was written: go where it shows."""
        self.console.changed()
        self.console.go(place)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_discard(self) -> None:
        """Throw the draft away, after a question."""
        answers = (Answer("y", "discard it"), Answer("n", "keep it", safe=True))
        if await self.status.ask("Discard this draft? It cannot be brought back.", answers) != "y":
            return
        async with self._saving:
            args = (self.session.store, self.session.actor, self.message_id, self.session.clock())
            await asyncio.to_thread(drafts.discard, *args)
        self.say("The draft was discarded", "success")
        self._go_back()

    def _go_back(self) -> None:
        below = (screen.place for screen in reversed(self.app.screen_stack[:-1]) if isinstance(screen, ConsoleScreen))
        self.go_on(next(below, Place(("messages",))))

    # --- what is typed

    def _later(self, name: str, seconds: float, act: object) -> None:
        """Do something once nothing more was typed for a while."""
        if (timer := self._pauses.pop(name, None)) is not None:
            timer.stop()
        self._pauses[name] = self.set_timer(seconds, act)  # type: ignore[arg-type]

    @on(AudienceStep.Changed)
    def _audience_changed(self, event: AudienceStep.Changed) -> None:
        bar = self.query_one(AudienceStep).bar
        try:
            parse(event.text, self.session.fields)
        except FilterError as error:
            bar.refuse(error)
            return
        bar.accepted()
        if event.preset == _MARKED and self._marked is not None:
            whom: Audience | Selected = self._marked
        else:
            whom = Audience(event.preset, expression=event.text.strip())
        if whom != self.draft.whom:
            self._change(replace(self.draft, whom=whom))
            self._later("count", _COUNT_AFTER, self._count)

    @on(AudienceStep.PickWanted)
    @work(exclusive=True, group="act", exit_on_error=False)
    async def pick(self, event: AudienceStep.PickWanted) -> None:
        """Choose values of a field from a list; the filter says which."""
        from .picking import PickScreen

        if isinstance(self.draft.whom, Selected):
            raise UsageError("The marked are picked by hand: choose another audience first.")
        bar = self.query_one(AudienceStep).bar
        node = parse(bar.value, self.session.fields)
        screen = PickScreen(self.session, self.place, event.field, picked(node, event.field))
        values: tuple[str, ...] | None = await self.app.push_screen_wait(screen)  # type: ignore[arg-type]
        if values is not None:
            bar.value = format_filter(with_picked(node, event.field, values))

    @on(DetailsStep.Changed)
    def _details_changed(self, event: DetailsStep.Changed) -> None:
        texts: dict[str, Any] = dict(event.values)
        self._change(replace(self.draft, **texts))
        self._later("check", _COUNT_AFTER, self._check)

    def _change(self, draft: Draft) -> None:
        if draft != self.draft:
            self.draft = draft
            self._later("save", _SAVE_AFTER, self._save_soon)

    @work(group="save", exit_on_error=False)
    async def _save_soon(self) -> None:
        await self.save()

    async def save(self) -> None:
        """Save what is on screen, if it is not."""
        async with self._saving:
            if self.saved is None or self.saved.draft == self.draft or self.session.read_only:
                return
            args = (self.session.store, self.session.actor, self.draft, self.session.clock(), self.saved)
            self.saved = await asyncio.to_thread(drafts.save, *args)
        when = moment(self.session.clock(), self.session.clock(), self.console.facts.zone)
        self._saved_at = f"draft saved {when}"
        self._tell_beside_steps()

    def _tell_beside_steps(self) -> None:
        """At every step: how many it goes to, and when it was saved."""
        told = "" if self.reach is None else f"to {plural(len(self.reach.people), 'person', 'people')}"
        self.query_one(StepLine).note(" · ".join(filter(None, (told, self._saved_at))))

    # --- whom it reaches

    def _count(self) -> None:
        whom, purpose, seed, at = self.draft.whom, self.draft.purpose, self._seed, self.moments
        store, actor = self.session.store, self.session.actor

        def count() -> Reach:
            worker = get_current_worker()
            return audiences.reach(store, actor, whom, purpose, at, seed=seed, cancelled=lambda: worker.is_cancelled)

        self.in_thread(count, self._counted, "reach")

    def _counted(self, reach: Reach) -> None:
        self.reach = reach
        self.query_one(AudienceStep).show(reach)
        self._tell_beside_steps()

    @on(AudienceStep.SampleWanted)
    def _another_sample(self) -> None:
        self._seed += 1
        self._count()

    # --- how it looks

    @on(ProofStep.Turned)
    def _turn(self, event: ProofStep.Turned) -> None:
        self._look(self._turned + event.step)

    def _look(self, turned: int) -> None:
        """Show the mail of one recipient; the next one after the last is the first."""
        self._turned, self._fault = turned, None
        self.in_thread(partial(self._preview, self.draft, turned), self._looked, "preview")

    def _preview(self, draft: Draft, turned: int) -> tuple[Preview, int, int] | ConsoleError:
        store, actor = self.session.store, self.session.actor
        try:
            if self._people is None or self._people[0].whom != draft.whom:
                self._people = (draft, previews.addressees(store, actor, draft, self.moments))
            people = self._people[1]
            if not people:
                raise UsageError("Nobody would get it: choose another audience.")
            position = turned % len(people)
            found = previews.preview(store, actor, draft, people[position], self.moments)
        except ConsoleError as error:
            return error
        return found, position, len(people)

    def _looked(self, found: "tuple[Preview, int, int] | ConsoleError") -> None:
        step = self.query_one(ProofStep)
        if isinstance(found, ConsoleError):
            self.shown, self._fault = None, found
            step.refuse(self.worded(str(found)))
            return
        self.shown, position, people = found
        heads = {
            "To": f"{self.shown.name} <{self.shown.address}>",
            "Subject": self.shown.subject,
        }
        step.show(heads, self.shown.text)
        lacking = f" · not known of this person: {', '.join(self.shown.lacking)}" if self.shown.lacking else ""
        step.say(f"{position + 1:,} of {plural(people, 'recipient')}, left and right turn{lacking}")

    @property
    def membership_id(self) -> int:
        """Whose mail is shown. Raises UsageError where nobody would get one."""
        if self._people is None or not self._people[1]:
            raise UsageError("Nobody would get it: choose another audience.")
        return self._people[1][self._turned % len(self._people[1])]

    def _check(self) -> None:
        """Say what is wrong with the text while it is typed."""
        if self.draft.subject and self.draft.body:
            self.in_thread(partial(self._preview, self.draft, self._turned), self._checked, "check")

    def _checked(self, found: "tuple[Preview, int, int] | ConsoleError") -> None:
        self.query_one(DetailsStep).fault(self.worded(str(found)) if isinstance(found, ConsoleError) else "")

    # --- sending

    def note(self, sentence: str) -> None:
        """Say what else is to be known before sending, if anything is."""
        if sentence:
            self.query_one(ProofStep).say(sentence)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_send(self) -> None:
        """Send it now."""
        await self.acts.send()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_later(self) -> None:
        """Send it later."""
        await self.acts.later()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_test(self) -> None:
        """Send this one to oneself."""
        await self.acts.test()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_html(self) -> None:
        """Save it as HTML."""
        await self.acts.save_html()


def _texts(draft: Draft) -> Mapping[str, str]:
    names = ("subject", "body", "button_text", "button_url", "sender_name", "reply_to")
    return {name: getattr(draft, name) for name in names}


def _is_blank(draft: Draft) -> bool:
    return not any(_texts(draft).values()) and draft.whom == Audience()
