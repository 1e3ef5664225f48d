"""The questions of the core, on the sample and on what was sent to it."""

from sqlalchemy import text

from store import Store
from store.models import Finding
from store.questions import Questions
from tests.builders import DANA, NOW
from tests.store.rows import a_person, file_a_document, owed


async def test_a_person_is_found_by_a_proven_address_with_roles(store: Store) -> None:
    async with store.look() as uow:
        dana = await a_person(uow, DANA)
        assert sorted(role.lea_id or "" for role in dana.roles) == ["coast-range", "sierra-vista"]
        assert await uow.person_at("stranger@example.org") is None
        assert await uow.person_at("ARUIZ@sierravista.example") is None


async def test_only_items_of_open_reviews_are_asked_for(store: Store) -> None:
    async with store.look() as uow:
        both = await uow.items(["sierra-vista", "coast-range"], ["EL2"])
        assert [item.target for item in both] == ["sv-fpm/I-EL 02", "cr-fpm/I-EL 02"]
        assert [item.review.id for item in both] == ["sv-fpm", "cr-fpm"]
        assert both[0].item.evidence is not None
        assert await uow.items(["harbor-lights"], ["EL2"]) == []
        assert {review.id for review in await uow.reviews(["sierra-vista"])} == {"sv-fpm"}
    async with store.begin() as begun:
        (review,) = await begun.reviews(["sierra-vista"])
        review.status = "completed"
    async with store.look() as uow:
        assert await uow.items(["sierra-vista"], ["EL2"]) == []
        assert await uow.all_items(["sierra-vista"]) == []
        assert await uow.reviews(["sierra-vista"]) == []


async def test_findings_are_found_by_their_item(store: Store) -> None:
    async with store.look() as uow:
        items = {item.id: item.code for item in await uow.all_items(["sierra-vista"])}
        findings = await uow.findings(items)
        assert {items[number] for number in findings} == {"I-EL 02", "IV-EL 14", "II-CE 08"}
        assert all(isinstance(finding, Finding) for finding in findings.values())


async def test_duties_come_with_their_forms_the_next_due_first(store: Store) -> None:
    async with store.look() as uow:
        duties = await uow.obligations(["sierra-vista", "harbor-lights"])
        assert [duty.due for duty in duties] == sorted(duty.due for duty in duties)
        assert {duty.form.id for duty in duties} >= {"charter_audit", "lea_plan", "title_iii_y2"}
        assert {lea.name for lea in await uow.leas(["sierra-vista"])} == {"Sierra Vista Unified"}
        assert len(await uow.schools(["sierra-vista"])) == 3


async def test_documents_are_found_by_bytes_by_target_by_name_and_by_message(store: Store) -> None:
    number = await file_a_document(store, b"roster", "I-EL 02", "II-CE 08")
    async with store.look() as uow:
        (document,) = await uow.documents_of_message(number)
        sha256, item = document.sha256, document.filings[0].review_item_id
        assert len(await uow.filings_of([sha256], ["sierra-vista"])) == 2
        assert await uow.filings_of([sha256], ["coast-range"]) == []
        assert (await uow.document_with("sierra-vista", sha256)) is document
        assert await uow.document_with("coast-range", sha256) is None
        assert item is not None
        assert [doc.id for _, doc in await uow.documents_on([item])] == [document.id]
        assert await uow.versions_of("sierra-vista", "ROSTER.PDF", [(item, None)]) == [1]
        assert await uow.versions_of("sierra-vista", "other.pdf", [(item, None)]) == []
        assert [row.file for row in await uow.verdicts_of(number)] == ["roster.pdf"]


async def test_names_that_differ_in_case_are_the_same_document_in_any_language(store: Store) -> None:
    await file_a_document(store, b"acta", "I-EL 02")
    async with store.begin() as uow:
        (row,) = (await uow.session.scalars(text("SELECT id FROM evidence_document"))).all()
        (item,) = await uow.items(["sierra-vista"], ["EL2"])
        (document,) = [doc for _, doc in await uow.documents_on([item.id]) if doc.id == row]
        document.name = "ÉLAC Straße.PDF"
    async with store.look() as uow:
        assert await uow.versions_of("sierra-vista", "élac STRASSE.pdf", [(item.id, None)]) == [1]


async def test_a_mail_delivered_again_is_known_by_its_content(store: Store) -> None:
    first, second = await file_a_document(store, b"one"), await file_a_document(store, b"two")
    async with store.begin() as uow:
        for number in (first, second):
            entry = await uow.entry(number)
            assert entry is not None
            entry.content = "the same mail"
    async with store.look() as uow:
        found = await uow.delivered_before("the same mail", second)
        assert found is not None
        assert found.id == first
        assert await uow.delivered_before("another mail", second) is None


async def test_how_often_an_address_was_told_something_is_counted(store: Store) -> None:
    async with store.begin() as uow:
        uow.add(owed(to="a@example.org"), owed(to="a@example.org"), owed(to="b@example.org"))
        uow.add(owed(to="a@example.org", template="stranger_held"))
    async with store.look() as uow:
        assert await uow.times_told("a@example.org", "help_given", NOW) == 2
        assert await uow.times_told("a@example.org", "help_given", NOW.replace(year=2014)) == 0


def test_no_two_sets_of_questions_have_one_of_the_same_name() -> None:
    names = [name for kind in Questions.__bases__ for name in vars(kind) if not name.startswith("_")]
    own = [name for name in vars(Questions) if not name.startswith("_")]
    assert [name for name in {*names, *own} if [*names, *own].count(name) > 1] == []
