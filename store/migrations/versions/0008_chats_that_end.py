"""chats that end: since when a chat service takes nothing more for an account; waiting reminders are found"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
REMINDING = sa.text("state = 'waiting' AND template = 'deadlines_reminded'")


def upgrade() -> None:
    with op.batch_alter_table("chat_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unreachable_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_outbox_reminding", "outbox", ["id"], sqlite_where=REMINDING, postgresql_where=REMINDING
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_reminding", "outbox")
    with op.batch_alter_table("chat_account", schema=None) as batch_op:
        batch_op.drop_column("unreachable_at")
