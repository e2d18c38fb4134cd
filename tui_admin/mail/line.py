"""One connection to the server and its wear: it is renewed after so many mails, so long, or so many refusals."""

from .transport import Fate, Outcome, Transport


class Line:
    """A connection that mails go over, one after another. Moments are the loop's seconds."""

    def __init__(self, transport: Transport) -> None:
        self._connection = transport.connection()
        self._limits = transport.limits
        self._opened_at = self._idle_since = 0.0
        self._refused_in_row = 0
        self.used = 0
        self.is_open = False

    def is_ready(self, now: float) -> bool:
        """Whether the next mail may go over it."""
        return (
            self.is_open
            and self.used < self._limits.per_connection
            and self._refused_in_row < self._limits.refusals_in_row
            and now - self._opened_at < self._limits.connection_age
        )

    def idle_for(self, now: float) -> float:
        """Seconds since its last mail."""
        return now - self._idle_since

    async def open(self, now: float) -> None:
        """Connect anew. Raises Trouble."""
        await self.close()
        await self._connection.open()
        self.is_open, self.used, self._refused_in_row = True, 0, 0
        self._opened_at = self._idle_since = now

    async def send(self, sender: str, recipient: str, payload: bytes, now: float) -> Outcome:
        """Hand one mail over."""
        outcome = await self._connection.send(sender, recipient, payload)
        self.used += 1
        self._idle_since = now
        self.is_open = outcome.usable
        self._refused_in_row = self._refused_in_row + 1 if outcome.fate is Fate.REFUSED else 0
        return outcome

    async def close(self) -> None:
        """Let go of the connection."""
        self.is_open = False
        await self._connection.close()
