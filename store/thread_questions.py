"""What threads ask the record: which messages of ours are meant, and what they asked."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from store.asking import Asking
from store.models import Question
from store.outbox import OutboxEntry


class ThreadQuestions(Asking):
    """Messages of ours are named by their outbox number or their Message-ID."""

    async def sent_messages(
        self, numbers: Collection[int], message_ids: Collection[str]
    ) -> Sequence[OutboxEntry]:
        """Messages of ours with one of these numbers or Message-IDs."""
        which = or_(OutboxEntry.id.in_(numbers), OutboxEntry.message_id.in_(message_ids))
        return (await self.session.scalars(select(OutboxEntry).where(which))).all()

    async def questions_asked_in(self, numbers: Collection[int]) -> dict[int, Question]:
        """The questions that these messages of ours asked, by the message's outbox number."""
        found = (
            select(OutboxEntry.id, Question)
            .join(Question, OutboxEntry.in_answer_to == Question.inbox_id)
            .where(OutboxEntry.id.in_(numbers))
        )
        rows = (await self.session.execute(found)).all()
        return {number: question for number, question in rows}  # noqa: C416  # for the type checker
