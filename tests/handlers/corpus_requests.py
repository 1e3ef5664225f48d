"""How people ask for things, and what each means: `verb target`, several apart by `;`, or nothing done.

A request is the text of a mail; `SUBJECT // text` has a subject, `+file` at the end a document, `^` in
front makes it a reply. Those whose verb is not registered are passed over until it is.
"""

# What each of these lines clearly asks for.
CLEAR: dict[str, list[str]] = {
    "status": [
        "status | Status | STATUS please | status? | Status. | please status | status, thanks | Hi,\n\nstatus\n\nAna",
        "status //  | Status update | status // Hello,\n\nThanks,\nAna | What is our status? | where do we stand?",
        "What is still missing? | what do we still need | what's due? | What is open? | status of everything",
        "Good morning Helen,\n\nWhat is the status?\n\nThank you\nMaria | what do I owe you | Hola,\nstatus\nGracias",
        "status report | What is outstanding? | What's missing? | What are we missing? | our status",
    ],
    "status EL 02": [
        "status EL 02 | Status of EL 02 | status EL-2 | status el 02? | status for I-EL 02",
        "what is the status of EL 02? | Is EL 02 complete? | Did you get EL 02? | Have you received EL 02?",
        "EL 02 status? | is anything missing for EL 02? | status EL 02 // | STATUS EL 02 // Thanks!\nAna",
        "Hi,\nis EL 02 done? | When is EL 02 due? | ¿Falta algo para EL 02? | Is EL 02 on file? | - status EL 02",
        "status finding EL 02 | status EL 02 of Sierra Vista Unified | status sv-fpm/EL 02 | 1. status EL 02",
        "Could you tell me the status of EL 02? | What do we still need for EL 02? | status EL02 please",
    ],
    "status CE 08, EL 02": ["status CE 08, EL 02 | status CE 08 and EL 02 | Status of CE 8 & EL 2"],
    "status sv-fpm": [
        "status sv-fpm | status of sv-fpm | Status sv-fpm, please | status of the sv-fpm review"
    ],
    "timeline": ["timeline | Timeline, please | timeline //"],
    "timeline sv-fpm": ["timeline sv-fpm | timeline of sv-fpm"],
    "week": ["week | Week | week fpm"],
    "status hl-audit": ["status hl-audit | status of hl-audit? | please status hl-audit"],
    "status ana@x.example": ["status ana@x.example | status of ana@x.example"],
    "status ; status": ["status me\nstatus Sierra Vista Unified | status charter\nstatus fpm"],
    "search": [
        "search minutes | search for ELAC roster | Search minutes ELAC, please | search D-17 | search élection",
        "search 100% | please search for the ledger | search // | search roster? | SEARCH budget 2013",
    ],
    "help": ["help | Help! | help me | ? | Hi,\nhelp | help // | Help me please | HELP"],
    "comment EL 02": [
        "comment EL 02: which pages? | Comment on EL 02: see page 4 | comment el-2: thanks for the list",
        "please comment EL 02: the roster is signed | comment EL 02: first line\n\nsecond paragraph\n\nThanks,\nAna",
        "comment EL 02: // the words are below | comment sv-fpm/EL 02: hello | Hi Helen,\n\ncomment EL 02: ok\n\nMaria",
        "comment EL 02 of Sierra Vista Unified: hello | * comment EL 02: a list | ^comment EL 02: in a reply",
        "comment EL 02: do not forget the minutes | comment EL 02: is that all? | comment on EL 02: p. 4",
        "COMMENT EL 02: capitals | comment on I-EL 02: por favor vean la página 4",
    ],
    "comment hl-audit": ["comment hl-audit: the audit is late | comment on hl-audit: see you Friday"],
    "comment EL 02 ; comment CE 08": [
        "comment EL 02: a\n\ncomment CE 08: b\n\nThanks,\nAna | comment EL 02: a\n\ncomment CE 08: b\n\nAna"
    ],
    "comment EL 02 ; status CE 08": [
        "comment EL 02: see page 2\n\nstatus CE 08 | comment EL 02: x\n\nstatus CE 8."
    ],
    "attach": [
        "EL 02 // attached+file | EL 02 roster // Please find attached.+file | Our evidence for EL 02+file",
        "1: EL 02+file | rest: CE 08+file | Status report for the board is attached+file | EL 02 // submit please+file",
        "comment period minutes // EL 02+file | Adjunto: EL 02+file",
        "Helping families plan, EL 02+file | Sierra Vista Unified; PI Year 3; LEA Plan // +file",
    ],
    "answer": [
        "^2 | ^1, 3 | ^number 2, please | ^1: EL 02, 2: CE 08 | ^EL 02 | ^It is EL 02. | 2 | ^Choice 3 | 1 and 2"
    ],
    "submit EL 02": [
        "submit EL 02 | Submit EL 02. | please submit EL 02 | Please, submit EL-2, thanks | SUBMIT EL 02!",
        "Hi Helen,\n\nsubmit EL 02\n\nThanks,\nMaria | submit EL 02 // | submit EL 02 // Hi,\n\nThanks,\nTom",
        "submit I-EL 02 | submit sv-fpm/EL 02 | submit EL 02 of Sierra Vista Unified | - submit EL 02 | submit EL02",
        "Hola,\nsubmit EL 02\nGracias | kindly submit EL 02 | submit item EL 02 | submit EL 02, please",
        "submit EL 02\n\nMaria Delgado\nLEA Review Coordinator\n(916) 555-0100 | ^submit EL 02",
        "Submit EL 02 // see subject | submit EL 02 // As discussed.\n\nMaria Delgado | submit EL 02\nend",
        "submit EL 02 // Please let me know if you have any questions.\n\nThank you,\nMaria",
        "submit EL 02\n\nTom Okafor\nDirector, After School Programs\nPhone: (916) 555-0100\nwww.x.example",
        "submit EL 02\n\nWill Park, Special Needs Coordinator\n12 Main Street, Suite 4\nSacramento, CA 95814",
        "submit EL 02\n\nI hope you are well.\n\nAna | submit EL 02\n\nConfidentiality notice: do not read this",
    ],
    "submit hl-audit": ["submit hl-audit | please submit hl-audit | Submit hl-audit, thank you"],
    "submit EL 02 ; submit CE 08": [
        "submit EL 02 and CE 08 | submit EL 02, CE 08\n\nMaria Delgado | submit EL 02\nsubmit CE 08 | Hi,\n1. submit EL 02\n2. submit CE 08\nThanks"
    ],
    "submit EL 02 ; status EL 02": ["submit EL 02\nstatus EL 02 | submit EL 02\n\nstatus EL 02\n\nMaria"],
    "respond EL 02": [
        "respond EL 02: the election was held on May 3 | Respond EL 02: see the minutes\n\nand the roster",
        "respond finding EL 02: we held the election | please respond EL 02: it is done",
    ],
    "resolve EL 02": [
        "resolve EL 02 | Resolve EL 02. | resolve finding EL 02 | resolve EL 02 of Sierra Vista Unified"
    ],
    "reopen EL 02": [
        "reopen EL 02: the roster is of last year | Reopen finding EL 02: it was another school's"
    ],
    "return EL 02": ["return EL 02: the minutes are not signed | Return EL 02: which year?\n\nHelen"],
    "meets EL 02": ["meets EL 02 | Meets EL 02. | meets sv-fpm/EL 02 | meets EL 02 of Sierra Vista Unified"],
    "does not meet EL 02": [
        "does not meet EL 02: no record of an election | Does not meet EL 02: no minutes"
    ],
    "not reviewed EL 02": ["not reviewed EL 02 | Not reviewed EL 02. | not reviewed sv-fpm/EL 02"],
    "begin EL 02": ["begin EL 02 | Begin sv-fpm/EL 02 | begin EL 02 of Sierra Vista Unified"],
    "issue nof sv-fpm": ["issue nof sv-fpm | Issue NOF sv-fpm. | please issue nof sv-fpm"],
    "request agreement EL 02": [
        "request agreement EL 02 until January 15, 2014 because the board meets in January",
        "Request agreement EL 02 until 2014-01-15 because the council meets on the 10th",
        "please request agreement finding EL 02 until Jan 15, 2014 because of the holidays",
        "request agreement EL 02 of Sierra Vista Unified until 1/15/2014 because the board meets then",
    ],
    "approve agreement EL 02": [
        "approve agreement EL 02 | Approve agreement sv-fpm/EL 02 | approve agreement EL-2."
    ],
    "decline agreement EL 02": [
        "decline agreement EL 02: too late | Decline agreement sv-fpm/EL 02: not needed"
    ],
    "withdraw D-17, EL 02": [
        "withdraw D-17 from EL 02 | Withdraw D-17 from EL-02. | please withdraw D-17 from EL 02"
    ],
    "withdraw D-17": ["withdraw D-17 | Withdraw d-17, please"],
    "replace D-17": [
        "replace D-17+file | Replace D-17.+file | replace D-17 // here is the signed one\n+file"
    ],
    "attach again D-17, CE 08": [
        "attach D-17 to CE 08 | Attach D-17 to CE-8, please | attach D-17 to sv-fpm/CE 08"
    ],
    "submit": ["submit everything | submit all"],  # refused with a list of what one could name
    "undo": ["undo | Undo. | please undo | Hi,\nundo\nThanks"],
    "statement EL 02": ["statement EL 02: we have no such pupils | Statement EL 02: none\n\nMaria"],
    "on site EL 02": ["on site EL 02 | On site EL 02: the files of parent conferences"],
    "documents": ["documents | Documents, please | documents. "],
    "add user": [
        "add user Jo Park <jpark@sierravista.example> as submitter | Add user Jo Park <j@x.example> as user",
        "please add user Jo Park <jpark@sierravista.example> as coordinator",
    ],
    "change role": ["change role jpark@x.example to coordinator | Change role jpark@x.example to submitter."],
    "retire": ["retire jpark@x.example | Retire jpark@x.example, please"],
    "reinstate": ["reinstate jpark@x.example | Reinstate jpark@x.example."],
    "users": ["users | Users, please | users?"],
    "contacts": ["contacts | Contacts. | contacts, thanks"],
    "history EL 02": ["history EL 02 | History EL-2 | history EL 02, please | History of EL 02"],
    "verify": ["verify+file | Verify, please+file"],
    "confirm receipt hl-audit": [
        "confirm receipt hl-audit | Confirm receipt hl-audit. | please confirm receipt hl-audit"
    ],
    "accept hl-audit": ["accept hl-audit | Accept hl-audit, thanks | accept hl-audit."],
}

# In these nothing may be changed by a command, whatever else they are answered with.
NOTHING = [
    "Do not submit EL 02 | please don't submit EL 02 | submit EL 02 tomorrow? | Should I submit EL 02?",
    "submit EL 02? | Can we submit EL 02 next week? | We will submit EL 02 on Friday. | I want to submit EL 02",
    "submit EL 02\nWait, not yet. | submit EL 02 // Please hold off until the board has met. | We submitted EL 02",
    "Is it time to submit EL 02? | Tom should submit EL 02 | never submit EL 02 | not submit EL 02 | sumbit EL 02",
    "Maybe submit EL 02 | submit EL 02 or CE 08 | submit EL 02 if it is complete | submit EL 02 unless Tom did",
    "submit EL 02 when the roster is there | submit it | submit | submit the roster",
    "submit EL 02 tomorrow | submit EL 02 after Friday | submit EL 02 but not CE 08 | submit not EL 02",
    "Re: submit EL 02 //  | Fwd: submit EL 02 // | RE: submit EL 02 // Hello | AW: submit EL 02 // | ^submit EL 02 //",
    '> submit EL 02 | -- \nsubmit EL 02 | Thanks!\nsubmit EL 02 | As you wrote:\n\nsubmit EL 02 | "submit EL 02"',
    "Submit EL 02 // Draft - Tom to check first | Submit EL 02 // please postpone until Friday",
    "Submit EL 02 // Stop! | Submit EL 02 // Stop | Submit EL 02 // No. | Submit EL 02 // No | submit EL 02\nWait.",
    "Submit EL 02 // What does this do? | Submit CE 08 // see subject, but hold it until Friday",
    "submit EL 02\nafter Friday | submit EL 02\nAfter Friday | submit EL 02\nif Luke agrees | submit EL 02\n(on Friday)",
    "submit EL 02\n\nSorry, wrong one, I meant EL 06 | submit EL 02\nEL 06 | submit EL 02\n\nFriday | submit EL 02\nstop",
    "submit EL 02\n\nDO NOT SUBMIT | submit EL 02\nJune 6 2014 | submit EL 02\n\nTom decides. | submit EL 02\n\nNo, Tom.",
    "submit EL 02 // Please find attached the roster, but not yet+file | submit EL 02\n\nThe board meets on Friday.",
    "submit EL 02, CE 08\nonce Tom agrees | meets EL 02\nafter Friday | meets EL 02 - not | resolve EL 02 - once signed",
    "resolve EL 02 // not before Friday | approve agreement EL 02 - but not all of it | decline agreement EL 02 - no",
    "comment EL 02: the LEA says\nmeets EL 11 | comment EL 02: hello\nsubmit EL 02 | comment EL 02: it wrote:\n\nmeets EL 11",
    "I am out of the office.\nsubmit EL 02 | Helen wrote: submit EL 02 | The command is:\nsubmit EL 02",
    "\u200bsubmit EL 02 | sub\u200bmit EL 02 | submit\u00ad EL 02 | ѕubmit EL 02 | submit_EL 02 | re-submit EL 02",
    "EL 02 meets requirements | Does EL 02 meet requirements? | meets? EL 02 | The council meets EL 02 | meets",
    "meets requirements | The ELAC meets on Tuesday | meets on Friday | meets EL 02? | meets EL 02 and CE 08?",
    "Why does it not meet EL 02? | does not meet | does not meet on Fridays | does not meet EL 02? | I think it meets EL 02",
    "approve | approved | approve EL 02? | Please approve it | Approve nothing | approve agreement? | I approve",
    "approve agreement EL 02? | don't approve agreement EL 02 | approve agreement EL 02 later | Approved, thanks",
    "withdraw | withdraw D-17? | Do not withdraw D-17 | withdraw everything | withdraw it | we may withdraw D-17",
    "withdraw D-17 tomorrow | withdraw the roster | undo? | undo it all later | do not undo | Undo what?",
    "resolve | resolve EL 02? | resolve it | Can you resolve EL 02? | Is EL 02 resolved? | resolve EL 02 soon",
    "return | return EL 02? | Return to sender | return policy | Please return my call | reopen EL 02? | reopen the school",
    "retire | retire Jo | I retire in June | Jo will retire j@x.example soon | retire j@x.example? | reinstate Jo?",
    "add user | add user? | Can you add user Jo? | add users | Please add Jo to the list | add more files",
    "accept | accept? | Please accept our apologies | accept hl-audit? | We accept hl-audit with regret | accepted",
    "confirm | Please confirm | confirm receipt? | Can you confirm receipt? | confirm receipt please | Confirmed",
    "comment | comment? | No comment | comment period ends Friday | I have a comment on EL 02 | comments welcome",
    "Can I comment on EL 02? | Comment: none | comment on it: hello | commented on EL 02: yes",
    "issue | issue nof | There is an issue with EL 02 | issue nof sv-fpm? | Don't issue nof sv-fpm | begin | begin?",
    "request agreement | request agreement EL 02? | We request agreement | request more time",
    "replace | replace it | replace D-17? | attach D-17 | attach it to CE 08 | Attached is D-17",
    "hello | good morning | Thanks! | Thank you so much, Helen | ok | yes | no | sure | Sounds good. | Got it, thanks",
    "No envíe EL 02 | No envíen nada todavía | ¿Debo enviar EL 02? | Enviaremos EL 02 mañana | Gracias por su ayuda",
    "La junta fue el 14 de noviembre. | Adjunto la lista | Por favor, no | Mañana lo envío | submit EL 02 mañana",
    "I am on vacation until Monday. | Call me at 916 555 0102 | See you Friday | EL 02 | EL 02 is attached",
    "We changed the role of Jo | change role | change role Jo | change the date | statement | statement?",
    "on site | on site visit is Tuesday | On site we saw EL 02 | We are on site EL 02 today? | not reviewed | not reviewed?",
]


def lines(rows: list[str]) -> list[str]:
    """The requests of some rows, apart by ` | `."""
    return [said for row in rows for said in row.split(" | ")]
