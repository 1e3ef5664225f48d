"""who may still read it: what the reader of a message must be able to see when it is sent; whose tries count

What waits from before has no such word and is sent; the history of old rows does not speak of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("needs", sa.JSON(), nullable=True))
    for table in ("address_proof", "confirmation"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("doubtful_tries", sa.Integer(), nullable=True))


def downgrade() -> None:
    for table in ("address_proof", "confirmation"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("doubtful_tries")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("needs")
