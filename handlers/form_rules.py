"""What a form's data says of who hands it in, when and as what; nothing in here knows any form by name. Pure.

A file that does not fit is kept all the same: the receipt says what the form asks for instead.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from store.clock import pacific
from store.models import EvidenceDocument, Form, Obligation
from store.offsets import is_yearly, last_opening, next_due
from store.programs import kind_label, lea_kind

# What mail programs call the endings that rules name.
_MEDIA = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class Remark:
    """Something about what is on file for a form: a machine's word, the files that it is about, and the
    form's rule in words, or the day on which it opens."""

    word: str
    files: list[str]
    rule: str = ""
    opens: str | None = None


def is_asked_of(form: Form, lea_type: str) -> bool:
    """Whether the form is for an agency of this type; one that names no kinds is for all."""
    kinds = form.facts.get("asked_of", [])
    return not kinds or lea_kind(lea_type) in kinds


def asked_of(form: Form) -> list[str]:
    """The kinds of LEA that a form is for, in words."""
    return [kind_label(kind) for kind in form.facts.get("asked_of", [])]


def is_per_school(form: Form) -> bool:
    return bool(form.facts.get("per_school"))


def is_one_document(form: Form) -> bool:
    """Whether all parts come in one document, so that a file's name need not speak of each."""
    return bool(form.facts.get("one_document"))


def due_by_rule(form: Form, today: date) -> date | None:
    """The next day of the form's yearly rule, if it has one."""
    return next_due(form.due, today) if form.due is not None and is_yearly(form.due) else None


def opens_on(form: Form, due: date) -> date | None:
    """The day before which it is early, for the form that is due then."""
    opens = str(form.facts.get("opens", ""))
    return last_opening(opens, due) if is_yearly(opens) else None


def fits_file_rule(form: Form, name: str, media_type: str) -> bool:
    """Whether a document is of a kind that the form takes, by its ending or by what the mail called it."""
    endings = form.facts.get("file_types", [])
    known = {_MEDIA.get(ending) for ending in endings}
    return not endings or name.rpartition(".")[2].lower() in endings or media_type.lower() in known


def remarks(duty: Obligation, documents: Sequence[EvidenceDocument]) -> list[dict[str, Any]]:
    """What the form's rules say of the documents on file for it, in words of a machine."""
    found = [_types(duty.form, documents), _count(duty.form, documents), _early(duty, documents)]
    return [asdict(one) for one in found if one is not None]


def _types(form: Form, documents: Sequence[EvidenceDocument]) -> Remark | None:
    wrong = [doc.name for doc in documents if not fits_file_rule(form, doc.name, doc.media_type)]
    return Remark("file_type", wrong, _said(form)) if wrong else None


def _count(form: Form, documents: Sequence[EvidenceDocument]) -> Remark | None:
    if len(documents) < 2 or not is_one_document(form):
        return None
    return Remark("one_document", [doc.name for doc in documents], _said(form))


def _early(duty: Obligation, documents: Sequence[EvidenceDocument]) -> Remark | None:
    opens = opens_on(duty.form, duty.due)
    early = [doc.name for doc in documents if opens and pacific(doc.received_at).date() < opens]
    return Remark("early", early, opens=opens.isoformat()) if opens and early else None


def _said(form: Form) -> str:
    """The rule in CDE's words, or else the endings themselves."""
    return str(form.facts.get("file_rule") or " or ".join(form.facts.get("file_types", [])))
