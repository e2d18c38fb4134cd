"""What mail servers send back, written by hand."""


def dsn(
    address: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "",
    header_id: str | None = None,
    returned: str = "text/rfc822-headers",
    original: str = "",
) -> bytes:
    """A delivery status notification (RFC 3464), with the headers of the mail it is about if it has a Message-ID."""
    fields = [
        f"Original-Recipient: rfc822;{original}" if original else "",
        f"Final-Recipient: rfc822; {address}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {said}" if said else "",
    ]
    parts = [
        "Content-Type: text/plain\n\nYour mail could not be delivered.\n",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        + "\n".join(filter(None, fields))
        + "\n",
    ]
    if header_id is not None:
        parts.append(f"Content-Type: {returned}\n\nMessage-ID: {header_id}\nSubject: Your courses\n\n")
    return report(parts)


def report(parts: list[str], kind: str = "delivery-status") -> bytes:
    """A multipart/report of a mail server."""
    body = "".join(f"--b\n{part}\n" for part in parts)
    head = (
        "From: MAILER-DAEMON@mx.example.net\nTo: learning@northwind.example\nSubject: Undelivered Mail Returned\n"
        f'Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type={kind}; boundary="b"\n'
    )
    return f"{head}\n{body}--b--\n".encode()


def qmail(address: str, said: str, header_id: str) -> bytes:
    """What qmail writes: no fields, all in one text."""
    return (
        "From: MAILER-DAEMON@mx.example.net\nTo: learning@northwind.example\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{address}>:\n{said}\n\n--- Below this line is a copy of the message.\n\n"
        f"Return-Path: <learning@northwind.example>\nMessage-ID: {header_id}\nSubject: Your courses\n\nHello\n"
    ).encode()


def away(header_id: str) -> bytes:
    """The answer of somebody on holiday."""
    return (
        "From: Person 1 <person1@northwind.example>\nTo: learning@northwind.example\n"
        "Subject: Out of office: Your courses\nAuto-Submitted: auto-replied\n"
        f"In-Reply-To: {header_id}\n\nI am away until Monday.\n"
    ).encode()
