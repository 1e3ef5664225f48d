"""Which of our addresses a polled mail was sent to: hints and rehearsals work as they do by SMTP."""

from intake.delivered import recipients_of

OURS = ("evidence@cais.example", "evidence-preview@cais.example")
POLLED = {"rcpt_tos": ["evidence@cais.example"], "imap": {}}


def to(*headers: tuple[str, str]) -> list[str]:
    return list(recipients_of(POLLED, headers, OURS))


def test_smtp_says_it_in_the_envelope_and_headers_do_not_count() -> None:
    envelope = {"rcpt_tos": ["evidence+EL-02@cais.example"]}
    assert recipients_of(envelope, [("To", "evidence+CE-08@cais.example")], OURS) == envelope["rcpt_tos"]


def test_a_detail_is_read_from_any_of_the_headers() -> None:
    detailed = "evidence+EL-02@cais.example"
    for name in ("Delivered-To", "X-Original-To", "To", "cc"):
        assert to((name, f"Desk <{detailed}>")) == [detailed]


def test_addresses_of_others_do_not_count() -> None:
    assert to(("To", "evidence+EL-02@evil.example, ana@x.example")) == ["evidence@cais.example"]


def test_an_address_in_a_display_name_does_not_count() -> None:
    assert to(("To", '"evidence+EL-02@cais.example" <ana@x.example>')) == ["evidence@cais.example"]


def test_preview_mail_that_ends_in_the_same_mailbox_stays_a_rehearsal() -> None:
    headers = (("Delivered-To", "evidence@cais.example"), ("To", "evidence-preview@cais.example"))
    assert to(*headers) == ["evidence-preview@cais.example"]


def test_mail_that_names_nobody_came_to_the_mailbox() -> None:
    assert to(("To", "undisclosed-recipients:;")) == ["evidence@cais.example"]
