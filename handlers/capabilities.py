"""The table of contents: everything people can ask for, in the order that help shows it.

Reading tries them in this order too; the first that recognises the message, or the line, gets it.
"""

from handlers import (
    answer_question,
    attach_evidence,
    conclude_item,
    give_help,
    issue_nof,
    leave_comment,
    load_nof,
    return_for_more,
    run_review,
    search_record,
    show_history,
    show_status,
    take_up,
    verify_receipt,
)
from handlers.messages import Capability

CAPABILITIES: tuple[Capability, ...] = (
    attach_evidence.CAPABILITY,
    answer_question.CAPABILITY,
    leave_comment.CAPABILITY,
    show_history.CAPABILITY,
    run_review.OPEN,
    run_review.BEGIN,
    take_up.CAPABILITY,
    return_for_more.CAPABILITY,
    conclude_item.MEETS,
    conclude_item.DOES_NOT_MEET,
    conclude_item.NOT_REVIEWED,
    load_nof.CAPABILITY,
    issue_nof.CAPABILITY,
    run_review.COMPLETE,
    run_review.CANCEL,
    show_status.CAPABILITY,
    search_record.CAPABILITY,
    verify_receipt.CAPABILITY,
    give_help.CAPABILITY,
)
