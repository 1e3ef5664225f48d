"""The nouns of the field as rows, all in one place to import: who, what is asked of them, what they sent."""

from store.evidence import LIVE, EvidenceDocument, FileVerdictRow, Filing, Question, Receipt, Statement
from store.instruments import Form, Instrument, InstrumentItem, Program
from store.people import AddressProof, Confirmation, Lea, Person, PersonAddress, PersonRole, School, StoreFact
from store.reviews import (
    GRANTED,
    OPEN_REVIEWS,
    TO_DO,
    Comment,
    Finding,
    Obligation,
    ResolutionAgreement,
    Review,
    ReviewItem,
)

__all__ = [
    "GRANTED",
    "LIVE",
    "OPEN_REVIEWS",
    "TO_DO",
    "AddressProof",
    "Comment",
    "Confirmation",
    "EvidenceDocument",
    "FileVerdictRow",
    "Filing",
    "Finding",
    "Form",
    "Instrument",
    "InstrumentItem",
    "Lea",
    "Obligation",
    "Person",
    "PersonAddress",
    "PersonRole",
    "Program",
    "Question",
    "Receipt",
    "ResolutionAgreement",
    "Review",
    "ReviewItem",
    "School",
    "Statement",
    "StoreFact",
]
