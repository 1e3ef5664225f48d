"""The table of contents: everything people can ask for, in the order that help shows it.

Reading tries them in this order too; the first that recognises the message, or the line, gets it.
"""

from handlers import answer_question, attach_evidence, give_help, leave_comment, show_status, verify_receipt
from handlers.messages import Capability

CAPABILITIES: tuple[Capability, ...] = (
    attach_evidence.CAPABILITY,
    answer_question.CAPABILITY,
    leave_comment.CAPABILITY,
    show_status.CAPABILITY,
    verify_receipt.CAPABILITY,
    give_help.CAPABILITY,
)
