"""What a mail server's log proves, and what it does not."""

from tui_admin.mail.maillog import read_log

POSTFIX = """Nov 25 09:00:01 relay postfix/smtpd[11]: 4ABC0DEF12: client=console[192.0.2.7]
Nov 25 09:00:01 relay postfix/cleanup[12]: 4ABC0DEF12: message-id=<7.1.aa@learn.example>
Nov 25 09:00:01 relay postfix/qmgr[13]: 4ABC0DEF12: from=<learning@learn.example>, size=4321, nrcpt=1 (queue active)
Nov 25 09:00:02 relay postfix/smtp[14]: 4ABC0DEF12: to=<a@x.example>, relay=mx, dsn=2.0.0, status=sent (250 ok)
Nov 25 09:00:03 relay postfix/cleanup[12]: 4ABC0DEF13: message-id=<7.2.bb@learn.example>
Nov 25 09:00:03 relay postfix/smtpd[11]: lost connection after DATA from console[192.0.2.7]
Nov 25 09:00:04 relay postfix/cleanup[12]: 4ABC0DEF14: message-id=<7.3.cc@learn.example>
Nov 25 09:00:05 relay postfix/smtp[14]: 4ABC0DEF14: to=<c@x.example>, relay=none, dsn=4.4.1, status=deferred (timeout)
Nov 25 09:00:06 relay postfix/qmgr[13]: 4ABC0DEF99: from=<other@x.example>, size=10, nrcpt=1 (queue active)
"""


def test_a_mail_is_taken_once_the_server_holds_it() -> None:
    log = read_log(POSTFIX.splitlines())
    assert log.taken == {"<7.1.aa@learn.example>", "<7.3.cc@learn.example>"}


def test_a_list_of_message_ids_names_what_was_taken() -> None:
    assert read_log(["<7.1.aa@learn.example>\n", "", "  <7.2.bb@learn.example>  "]).taken == {
        "<7.1.aa@learn.example>",
        "<7.2.bb@learn.example>",
    }


def test_what_is_no_log_proves_nothing() -> None:
    log = read_log(["hello", "\x1b[31m<not an id>", "a: message-id=", "<a@b> and more"])
    assert (log.taken, log.lines) == (frozenset(), 0)
