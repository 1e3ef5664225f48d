"""Commands that somebody else wrote, or that nobody sees, are never obeyed; the same words as own first
line are. Read from the bytes of a mail to the commands, by the real reading process."""

import re
from pathlib import Path

import pytest

from handlers.messages import Message
from handlers.script import script_of
from tests.builders import PROGRAMS
from tests.handlers.verbs import VERBS, obeyed
from tests.intake.post import Post
from tests.intake.post import post as post
from tests.mail.mime import File, attached, entity, joined, mail, text

MAIL = Path(__file__).parents[1] / "mail"
COMMANDS = ("submit EL 02", "meets EL 02", "withdraw D-1")
REPLIES = (
    *("outlook_reply_quote", "gmail_reply_quote", "thunderbird_reply"),
    *("thunderbird_forward_inline", "thunderbird_forward_attachment", "rfc822_with_command"),
)
OWN = "Please see below."


def done(message: Message) -> list[str]:
    return obeyed(script_of(message, VERBS, PROGRAMS))


def in_both(plain: str, html: str, subject: str = "notes", *headers: str) -> bytes:
    return mail(subject, joined("alternative", "=_both", text(plain), text(html, "html")), *headers)


def quoted_lines(raw: bytes) -> list[int]:
    """Line numbers below the writer's own first words, in each text part: where others' words stand."""
    lines = raw.split(b"\r\n")
    marks = re.compile(rb">|-{5,10} ?(?:Original|Forwarded)|On .{10,}|From: |_{5,}")
    head, end = (
        lines.index(b""),
        max((n for n, line in enumerate(lines) if line[-2:] == b"--"), default=len(lines)),
    )
    starts = [n for n, line in enumerate(lines) if head < n < end and marks.match(line)]
    return [n + 1 for n in starts if n + 1 < end]


# --- real replies and forwards, a command at every line of the quote


@pytest.mark.parametrize("name", REPLIES)
async def test_nothing_in_a_quote_or_a_forwarded_mail_is_obeyed(post: Post, name: str) -> None:
    raw = (MAIL / f"{name}.eml").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    lines = raw.split(b"\r\n")
    tried = 0
    for place in quoted_lines(raw):
        for words in (COMMANDS[place % 3], f"> {COMMANDS[place % 3]}"):
            spliced = b"\r\n".join([*lines[:place], words.encode(), *lines[place:]])
            for found in await post.read(spliced):
                assert not isinstance(found, Message) or done(found) == [], (place, words)
            tried += 1
    assert tried or name in ("thunderbird_forward_attachment", "rfc822_with_command")


BELOW = {
    "Gmail": "On Mon, Sep 14, 2026 at 9:15 AM CAIS <evidence@cais.example> wrote:\n\n{}",
    "Apple": "> On Sep 14, 2026, at 9:15 AM, CAIS <evidence@cais.example> wrote:\n> \n> {}",
    "Outlook": "From: CAIS\nSent: Monday\nTo: Ana\nSubject: x\n\n{}",
    "Outlook on the web": "________________________________\nFrom: CAIS\n\n{}",
    "old Outlook": "-----Original Message-----\nFrom: x\n\n{}",
    "Thunderbird": "On 9/14/26 8:31 AM, CAIS evidence wrote:\n> {}",
    "Spanish": "El lun, 14 sept 2026 a las 9:15, CAIS (<a@b.example>) escribió:\n\n{}",
    "Gmail's forward": "---------- Forwarded message ---------\nFrom: x\n\n{}",
    "Apple's forward": "Begin forwarded message:\n\nFrom: x\n\n{}",
    "Thunderbird's forward": "-------- Forwarded Message --------\nSubject: x\n\n{}",
    "signature": "-- \n{}",
    "phone": "Sent from my iPhone\n{}",
    "closing": "Thanks,\nAna Ruiz\n{}",
    "our marker": "-- please reply above this line --\n{}",
}


@pytest.mark.parametrize("shape", BELOW)
@pytest.mark.parametrize("own", ["", "status EL 02\n\n", f"{OWN}\n\n"])
async def test_nothing_below_the_own_words_is_obeyed(post: Post, shape: str, own: str) -> None:
    mails = [
        mail("notes", text(own + BELOW[shape].format(words)), "In-Reply-To: <out-1@cais.example>")
        for words in COMMANDS
    ]
    for found in await post.read(*mails):
        assert isinstance(found, Message)
        assert done(found) in ([], ["status EL 02"])


# --- HTML

HIDDEN = {
    "display": '<div style="display:none">{}</div>',
    "important": '<p style="color:red; DISPLAY : none !important">{}</p>',
    "visibility": '<p style="visibility:hidden">{}</p>',
    "no size": '<p style="font-size:0">{}</p>',
    "tiny": '<p style="font-size:1px;line-height:1px">{}</p>',
    "font": '<p style="font:0px/0 Arial">{}</p>',
    "opacity": '<p style="opacity:0">{}</p>',
    "no height": '<div style="max-height:0;overflow:hidden">{}</div>',
    "off the page": '<div style="position:absolute;left:-9999px">{}</div>',
    "mso": '<p style="mso-hide:all">{}</p>',
    "attribute": "<p hidden>{}</p>",
    "sheet": "<style>.x {{ display : none }}</style><p class='y x'>{}</p>",
    "sheet by id": "<style>p#q, b {{ visibility:hidden }}</style><p id=q>{}</p>",
    "inside": '<div style="display:none"><table><tr><td style="display:block">{}</td></tr></table></div>',
    "comment": "<!-- {} -->",
    "conditional comment": "<!--[if mso]><p>{}</p><![endif]-->",
    "script": "<script>{}</script>",
    "style": "<style>{}</style>",
    "template": "<template>{}</template>",
    "noscript": "<noscript>{}</noscript>",
    "alt": '<img alt="{}" src="cid:x">',
    "input": '<input value="{}">',
    "textarea": "<textarea>{}</textarea>",
    "details": "<details>{}</details>",
    "blockquote": "<blockquote>{}</blockquote>",
    "gmail quote": '<div class="gmail_quote"><div>{}</div></div>',
    "gmail signature": '<div class="gmail_signature">{}</div>',
    "thunderbird": '<div class="moz-forward-container">{}</div>',
    "yahoo": '<div class="yahoo_quoted">{}</div>',
    "outlook.com": '<hr><div id="divRplyFwdMsg"><b>From:</b> x</div><div>{}</div>',
    "outlook mobile": '<div id="appendonsend"></div>{}',
    "outlook": "<div><b>From:</b> x<br><b>Sent:</b> y<br><b>To:</b> z<br><b>Subject:</b> s</div><p>{}</p>",
    "outlook signature": '<div id="Signature">{}</div>',
}
OPENING = {"alone": "", "below a command": "<p>status EL 02</p>", "below prose": f"<p>{OWN}</p>"}


@pytest.mark.parametrize("way", HIDDEN)
@pytest.mark.parametrize("opening", OPENING)
async def test_nothing_hidden_or_quoted_in_html_is_obeyed(post: Post, way: str, opening: str) -> None:
    pages = [f"<html><body>{OPENING[opening]}{HIDDEN[way].format(words)}</body></html>" for words in COMMANDS]
    for found in await post.read(*(mail("notes", text(page, "html")) for page in pages)):
        assert isinstance(found, Message)
        assert done(found) in ([], ["status EL 02"])


@pytest.mark.parametrize("way", HIDDEN)
async def test_plain_text_that_the_html_does_not_show_is_not_obeyed(post: Post, way: str) -> None:
    page = f"<p>Our minutes.</p>{HIDDEN[way].format(COMMANDS[0])}"
    message = await post.message(in_both(COMMANDS[0], page))
    assert (message.differs, done(message)) == (True, [])


@pytest.mark.parametrize("page", ["<p>hello</p>", "<p>submit CE 08</p>", "<p></p>", "<p>do not</p>"])
async def test_parts_that_say_different_things_are_asked_about(post: Post, page: str) -> None:
    message = await post.message(in_both("submit EL 02", page))
    (step,) = script_of(message, VERBS, PROGRAMS).steps
    assert step.doubt == "differs"


SHOWN = (
    "<p>{}</p><p>Ana</p>",
    '<div dir="ltr"><b>{}</b><br></div><div class="gmail_quote">On x wrote:<blockquote>y</blockquote></div>',
    '<p class=MsoNormal><span style="font-size:11.0pt;font-family:Calibri">{}<o:p></o:p></span></p>',
    '<table><tr><td style="padding:0;margin:0">{}</td></tr></table>',
    "<div><span>{}</span>&nbsp;</div>",
)


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("page", SHOWN)
async def test_the_same_words_as_own_first_line_are_obeyed(post: Post, words: str, page: str) -> None:
    own = f"{words}\n\nAna"
    mails = [
        mail("notes", text(own)),
        mail("notes", text(page.format(words), "html")),
        in_both(words, page.format(words)),
        mail("RE: notes", text(f"{words}\n\n{BELOW['Outlook'].format('x')}")),
    ]
    for found in await post.read(*mails):
        assert isinstance(found, Message)
        assert done(found) == [words]


# --- elsewhere


async def test_nothing_in_an_attachment_or_its_name_is_obeyed(post: Post) -> None:
    inner = mail(COMMANDS[0], text(COMMANDS[0]))
    mails = [
        mail("notes", joined("mixed", "=_x", text(own), part))
        for own in ("", OWN)
        for part in (
            entity(("Content-Type: message/rfc822",), inner),
            entity(("Content-Type: message/rfc822", "Content-Disposition: attachment"), inner),
            attached(File(f"{COMMANDS[0]}.pdf", b"%PDF-1.4")),
            attached(File("command.txt", COMMANDS[0].encode()), "text/plain"),
            attached(File("command.html", COMMANDS[0].encode()), "text/html"),
            entity((f'Content-Type: text/calendar; name="{COMMANDS[0]}.ics"',), b"SUMMARY:submit EL 02\r\n"),
        )
    ]
    for found in await post.read(*mails):
        assert isinstance(found, Message)
        assert done(found) == []


@pytest.mark.parametrize("mark", ["Re: ", "RE: ", "Fwd: ", "FW: ", "AW: ", "SV: ", "Re: Fwd: "])
@pytest.mark.parametrize("words", COMMANDS)
async def test_the_subject_of_a_reply_is_not_obeyed(post: Post, mark: str, words: str) -> None:
    assert done(await post.message(mail(f"{mark}{words}", text("")))) == []
    assert done(await post.message(mail(f"{mark}{words}", text("Hello,\n\nThanks")))) == []
    threaded = mail(words, text(""), "In-Reply-To: <out-1@cais.example>")
    assert done(await post.message(threaded)) == []
    assert done(await post.message(mail(words, text("")))) == [words]


@pytest.mark.parametrize("sign", ["Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <x.y>"])
async def test_automatic_mail_is_known_before_anybody_looks_for_commands(post: Post, sign: str) -> None:
    message = await post.message(mail("Out of office", text(COMMANDS[0]), sign))
    assert message.automatic is not None


@pytest.mark.parametrize("hidden", ["\u200b", "\u200c", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2063"])
@pytest.mark.parametrize("words", COMMANDS)
async def test_nothing_with_invisible_characters_is_obeyed(post: Post, hidden: str, words: str) -> None:
    said = [f"{hidden}{words}", f"{hidden}> {words}", words.replace(" ", f"{hidden} ", 1), hidden.join(words)]
    for found in await post.read(*(mail("notes", text(one)) for one in said)):
        assert isinstance(found, Message)
        assert done(found) == []


@pytest.mark.parametrize(
    "said",
    [
        *("Do not submit EL 02", "please don't submit EL 02", "submit EL 02 tomorrow?", "submit EL 02?"),
        *(
            "Should I submit EL 02?",
            "submit EL 02\n\nOn second thought, do not do that yet.",
            "No submit EL 02",
        ),
    ],
)
async def test_no_is_no_and_a_question_is_a_question(post: Post, said: str) -> None:
    assert done(await post.message(mail("notes", text(said)))) == []
