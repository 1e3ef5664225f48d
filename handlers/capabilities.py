"""The table of contents: everything people can ask for, in the order that help shows it.

Reading tries them in this order too; the first that recognises the message, or the line, gets it.
"""

from handlers import (
    accept_form,
    answer_question,
    assign_form,
    attach_evidence,
    conclude_item,
    confirm_receipt,
    give_help,
    issue_nof,
    leave_comment,
    load_nof,
    move_due,
    reopen_form,
    return_for_more,
    run_review,
    search_record,
    show_forms,
    show_history,
    show_status,
    take_up,
    verify_receipt,
)
from handlers.messages import Capability

CAPABILITIES: tuple[Capability, ...] = (
    attach_evidence.CAPABILITY,
    answer_question.CAPABILITY,
    reopen_form.CAPABILITY,  # before the reopening of findings, whose verb is wider
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
    assign_form.CAPABILITY,
    move_due.CAPABILITY,
    confirm_receipt.CAPABILITY,
    accept_form.CAPABILITY,
    show_forms.CAPABILITY,
    show_status.CAPABILITY,
    search_record.CAPABILITY,
    verify_receipt.CAPABILITY,
    give_help.CAPABILITY,
)
