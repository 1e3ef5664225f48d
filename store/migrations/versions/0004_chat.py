"""chat: accounts that speak for people, their proofs, and what our messages offer to press"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fetching", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("speaker", sa.String(), nullable=True))
    speaking = sa.text("state = 'received' AND speaker IS NOT NULL")
    op.create_index(
        "ix_inbox_speaking", "inbox", ["speaker"], sqlite_where=speaking, postgresql_where=speaking
    )
    op.create_table(
        "chat_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chat_account_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_account")),
    )
    op.create_index(op.f("ix_chat_account_account"), "chat_account", ["account"])
    op.create_index(op.f("ix_chat_account_person_id"), "chat_account", ["person_id"])
    op.create_table(
        "chat_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_chat_file_inbox_id_inbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_file")),
        sa.UniqueConstraint("inbox_id", "file", name=op.f("uq_chat_file_inbox_id_file")),
    )
    op.create_table(
        "chat_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chat_proof_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_proof")),
    )
    op.create_index(op.f("ix_chat_proof_account"), "chat_proof", ["account"])
    op.create_index(op.f("ix_chat_proof_person_id"), "chat_proof", ["person_id"])
    op.create_table(
        "chat_watch",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_chat_watch")),
    )
    op.create_table(
        "chat_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_in", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["ended_in"], ["inbox.id"], name=op.f("fk_chat_offer_ended_in_inbox")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_chat_offer_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_offer")),
    )
    op.create_index(op.f("ix_chat_offer_outbox_id"), "chat_offer", ["outbox_id"])
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_chat_offer_open", "chat_offer", ["subject"], sqlite_where=still_open, postgresql_where=still_open
    )


def downgrade() -> None:
    op.drop_table("chat_offer")
    op.drop_table("chat_watch")
    op.drop_table("chat_proof")
    op.drop_table("chat_file")
    op.drop_table("chat_account")
    op.drop_index("ix_inbox_speaking", "inbox")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("speaker")
        batch_op.drop_column("fetching")
