"""Certificates of a mail server on this machine, good ones and bad ones."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

NAME = "localhost"


def server_context(kind: str, ca_file: Path | None) -> ssl.SSLContext:
    """TLS for a server named localhost (127.0.0.1) whose certificate is good, expired, for the wrong host or issued by
    somebody unknown. What a client has to trust is written to `ca_file`."""
    known = trustme.CA()
    issuer = trustme.CA() if kind == "unknown" else known
    names = ("elsewhere.example",) if kind == "wrong-host" else (NAME, "127.0.0.1")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    end = yesterday if kind == "expired" else yesterday + timedelta(days=365)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert(*names, not_before=yesterday - timedelta(days=1), not_after=end).configure_cert(context)
    if ca_file is not None:
        known.cert_pem.write_to_path(str(ca_file))
    return context
