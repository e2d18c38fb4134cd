"""What well-known mail services take, so that nobody has to learn it from refused mails."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """A service, the host its customers send through, and its limits in the words of `transport.Limits`."""

    name: str
    host: str
    limits: Mapping[str, int]


PROVIDERS = (
    Provider("Exchange Online", "smtp.office365.com", {"connections": 3, "per_minute": 30, "per_day": 10_000}),
    Provider("Gmail", "smtp.gmail.com", {"per_day": 2_000}),
    Provider("the Google Workspace relay", "smtp-relay.gmail.com", {"per_day": 10_000}),
)


def provider_of(host: str) -> Provider | None:
    """The service behind a host, if it is a known one."""
    return next((provider for provider in PROVIDERS if provider.host == host.lower()), None)
