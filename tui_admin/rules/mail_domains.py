"""What is known of mail domains: those many people use and mistype, those nobody keeps, and shared addresses.

All of it only ever warns. An address is never corrected.
"""

from collections.abc import Iterable


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WELL_KNOWN = _words(
    """
    gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com live.com msn.com googlemail.com gmx.de web.de
    gmx.net example.com example.org example.net
    126.com 163.com att.net bellsouth.net bigpond.com blueyonder.co.uk bluewin.ch bol.com.br btinternet.com
    charter.net comcast.net cox.net earthlink.net email.com fastmail.com free.fr freemail.hu freenet.de gmx.at gmx.ch
    gmx.com hey.com hotmail.be hotmail.ca hotmail.ch hotmail.co.uk hotmail.de hotmail.es hotmail.fr hotmail.it
    laposte.net libero.it live.ca live.co.uk live.com.au live.de live.fr live.it live.nl mac.com mail.com mail.de
    mail.ru me.com naver.com nate.com ntlworld.com o2.pl optonline.net optusnet.com.au orange.fr outlook.de outlook.es
    outlook.fr outlook.it posteo.de proton.me protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com
    sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com sympatico.ca t-online.de talktalk.net telenet.be
    terra.com.br tiscali.it tutanota.com uol.com.br verizon.net virgilio.it virginmedia.com wanadoo.fr
    windowslive.com wp.pl yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com.ar yahoo.com.au
    yahoo.com.br yahoo.com.mx yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.com yandex.ru ymail.com zoho.com
    """
)
"""Domains of which a near miss is a likelier reading than another company's; the commonest first."""

_ENDINGS = {
    "con": "com",
    "cmo": "com",
    "ocm": "com",
    "comm": "com",
    "coom": "com",
    "vom": "com",
    "xom": "com",
    "cpm": "com",
    "cim": "com",
    "c0m": "com",
    "com1": "com",
    "nte": "net",
    "ent": "net",
    "nett": "net",
    "ogr": "org",
    "rog": "org",
    "orgg": "org",
}
"""Mistyped endings that are no top-level domains."""

DISPOSABLE = frozenset(
    _words("""
    10minutemail.com 20minutemail.com burnermail.io discard.email dispostable.com emailondeck.com fakeinbox.com
    getairmail.com getnada.com guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info
    guerrillamail.net guerrillamail.org guerrillamailblock.com inboxkitten.com jetable.org mail-temp.com mailcatch.com
    maildrop.cc mailinator.com mailinator.net mailnesia.com mailnull.com mintemail.com moakt.com mohmal.com mytemp.email
    nada.email sharklasers.com spam4.me spamgourmet.com temp-mail.io temp-mail.org tempail.com tempinbox.com
    tempmail.com tempmail.net tempmailo.com tempr.email throwawaymail.com trash-mail.com trashmail.com trashmail.de
    trashmail.net wegwerfmail.de yopmail.com yopmail.fr yopmail.net
    """)
)
"""Domains whose mailboxes live for minutes."""

SHARED = frozenset(
    _words("""
    abuse accounting accounts admin administration administrator all billing board booking careers compliance contact
    customerservice desk empfang enquiries events everybody everyone feedback finance frontdesk hello help helpdesk
    hostmaster hr humanresources info information inquiries it itsupport jobs kontakt legal mail mailer-daemon marketing
    media news newsletter no-reply noreply office orders personal postmaster press privacy reception recruiting
    recruitment root sales sales-team security service staff subscribe support team training undisclosed unsubscribe
    verwaltung webmaster welcome
    """)
)
"""Local parts of addresses that a group reads, or nobody."""

WITHOUT_DOTS = frozenset({"gmail.com", "googlemail.com"})
"""Domains where dots in the local part change nothing, and both names are one."""

_SHORTEST = 5
"""Letters of a name (`gmail`) from which on one wrong letter is told; shorter ones are too near to others' names."""


def likely(domain: str, own: Iterable[str] = ()) -> str:
    """The domain that one was probably meant to be, empty where nothing speaks for another.

    `own` are domains known beside the well-known ones. A near miss is one letter wrong, missing, too many, or two
    neighbours exchanged.
    """
    known = (*own, *WELL_KNOWN)
    if domain in known:
        return ""
    name, _, ending = domain.rpartition(".")
    meant = f"{name}.{_ENDINGS[ending]}" if name and ending in _ENDINGS else ""
    if meant in known:
        return meant
    near = (one for one in known if _is_near(meant or domain, one))
    return next(near, meant)


def _is_near(domain: str, known: str) -> bool:
    if abs(len(domain) - len(known)) > 1 or len(known.partition(".")[0]) < _SHORTEST:
        return False
    return _one_step(domain, known)


def _one_step(one: str, other: str) -> bool:
    """Whether one edit (Damerau's four) makes one text the other."""
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[1::-1], one[2:]) == (other[:2], other[2:])
    return one[1:] == other if len(one) > len(other) else one == other[1:]


def one_mailbox(address: str) -> str:
    """The plain form of a canonical address: what the same mailbox is called without tag, or without dots at Gmail.

    It may be another person's all the same; it is for telling, not for merging.
    """
    local, _, domain = address.rpartition("@")
    local = local[:1] + local[1:].partition("+")[0]
    if domain in WITHOUT_DOTS:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"
