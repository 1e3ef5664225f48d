"""The nouns of the field as rows, all in one place to import: who, what is asked of them, what they sent."""

from store.evidence import EvidenceDocument, FileVerdictRow, Filing, Question
from store.instruments import Form, Instrument, InstrumentItem, Program
from store.people import Lea, Person, PersonAddress, PersonRole, School, StoreFact
from store.reviews import OPEN_REVIEWS, Finding, Obligation, ResolutionAgreement, Review, ReviewItem

__all__ = [
    "OPEN_REVIEWS",
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
    "ResolutionAgreement",
    "Review",
    "ReviewItem",
    "School",
    "StoreFact",
]
