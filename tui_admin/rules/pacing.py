"""How fast to hand mails over, and when to leave a server alone. Moments are seconds of a clock that never jumps."""

from collections import deque

_GROWTH = 1 / 60
_SLOWEST = 1 / 60
_SEEN = 64

FIRST_BREAK, LONGEST_BREAK = 30.0, 900.0
"""Seconds a server is left alone after it could not be reached, doubled each time, and at most."""

LOSSES = 3
"""Dialogues lost in a row after which a server is left alone as well."""


class Pace:
    """Mails a second: as many as the server is known to take, fewer once it said that this is too fast.

    Additive increase, multiplicative decrease: each complaint halves the rate, then it grows by one mail a second each
    minute. `limit` is what is known beforehand, `found` what was found the last time; None: nothing.
    """

    def __init__(self, limit: float | None, found: float | None, now: float) -> None:
        self._whole = self._limit = limit
        self._base, self._since = found, now
        self._cut_at = float("-inf")
        self._free = now
        self._taken: deque[float] = deque(maxlen=_SEEN)

    def rate(self, now: float) -> float | None:
        """Mails a second at this moment; None: as many as go."""
        if self._base is None:
            return self._limit
        grown = self._base + (now - self._since) * _GROWTH
        return grown if self._limit is None else min(grown, self._limit)

    def found(self, now: float) -> float | None:
        """The rate to begin with the next time; None where the server never complained, or not for long."""
        return None if self._base is None or self.rate(now) == self._limit else self.rate(now)

    def share(self, senders: int) -> None:
        """So many senders share what is known beforehand."""
        self._limit = self._whole and self._whole / max(1, senders)

    def wait(self, now: float) -> float:
        """Seconds until the next mail may be taken."""
        return max(0.0, self._free - now)

    def take(self, now: float) -> float:
        """One mail is handed over, now or after the seconds that this gives."""
        begins = max(self._free, now)
        self._taken.append(begins)
        if rate := self.rate(now):
            self._free = begins + 1 / rate
        return begins - now

    def cut(self, begun: float, now: float) -> None:
        """The server complained about a mail begun at a moment. What was begun before the last cut cuts no further:
        the server has not seen the slower pace yet."""
        if begun < self._cut_at:
            return
        self._base = max(_SLOWEST, (self.rate(now) or self._measured(now)) / 2)
        self._since = self._cut_at = now
        self._free = max(self._free, now + 1 / self._base)

    def _measured(self, now: float) -> float:
        """The pace of the last mails, where nothing held them up."""
        recent = [moment for moment in self._taken if now - moment < 10]
        return len(recent) / max(now - recent[0], 0.05) if recent else 1.0


class Room:
    """Connections at once: as many as the server is known to take, fewer once it refused one; then one more each
    minute."""

    def __init__(self, limit: int) -> None:
        self._limit = self._base = limit
        self._since = 0.0

    def most(self, now: float) -> int:
        """How many there may be at this moment."""
        return min(self._limit, self._base + int((now - self._since) / 60))

    def cut(self, taken: int, now: float) -> None:
        """The server refused one connection more than those it had taken."""
        self._base, self._since = max(1, taken), now


class Breaker:
    """Leaves a server alone that cannot be reached: for half a minute, then twice as long each time, at most a quarter
    of an hour."""

    def __init__(self, first: float = FIRST_BREAK, longest: float = LONGEST_BREAK) -> None:
        self._first, self._longest = first, longest
        self._until = float("-inf")
        self._lost = 0
        self.opened = 0

    def wait(self, now: float) -> float:
        """Seconds until the server may be tried again."""
        return max(0.0, self._until - now)

    def open(self, now: float) -> float:
        """The server cannot be reached: the seconds it is left alone now. One that is left alone already stays so."""
        if now >= self._until:
            self._until = now + min(self._first * 2**self.opened, self._longest)
            self.opened += 1
        return self._until - now

    def hold(self, now: float, seconds: float) -> None:
        """Leave the server alone, because another sender found that it cannot be reached."""
        self._until = max(self._until, now + min(seconds, self._longest))

    def lose(self) -> bool:
        """A dialogue broke off; True where too many did in a row."""
        self._lost += 1
        return self._lost >= LOSSES

    def mend(self) -> None:
        """The server answers."""
        self.opened, self._lost = 0, 0
