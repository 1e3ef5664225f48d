"""the whole record: statements, comments, receipts, proofs of addresses, and how duties go on

What is new in old rows has the value that rows without it mean; the history of old rows does not speak of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "address_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_address_proof_asked_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_proof_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_proof")),
    )
    with op.batch_alter_table("address_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_proof_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_address_proof_person_id"), ["person_id"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("inbox_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_receipt_inbox_id_inbox")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_receipt")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lea_id", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("review_id", sa.String(), nullable=True),
        sa.Column("instrument", sa.String(), nullable=True),
        sa.Column("review_item_id", sa.Integer(), nullable=True),
        sa.Column("obligation_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_comment_by_id_person")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_comment_inbox_id_inbox")),
        sa.ForeignKeyConstraint(["lea_id"], ["lea.id"], name=op.f("fk_comment_lea_id_lea")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_comment_obligation_id_obligation")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_comment_review_id_review")),
        sa.ForeignKeyConstraint(
            ["review_item_id"], ["review_item.id"], name=op.f("fk_comment_review_item_id_review_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_obligation_id"), ["obligation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_review_id"), ["review_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_review_item_id"), ["review_item_id"], unique=False)

    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lea_id", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=False),
        sa.Column("review_item_id", sa.Integer(), nullable=True),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("obligation_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_statement_by_id_person")),
        sa.ForeignKeyConstraint(["ended_in"], ["inbox.id"], name=op.f("fk_statement_ended_in_inbox")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_statement_finding_id_finding")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_statement_inbox_id_inbox")),
        sa.ForeignKeyConstraint(["lea_id"], ["lea.id"], name=op.f("fk_statement_lea_id_lea")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_statement_obligation_id_obligation")
        ),
        sa.ForeignKeyConstraint(
            ["review_item_id"], ["review_item.id"], name=op.f("fk_statement_review_item_id_review_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_inbox_id"), ["inbox_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_obligation_id"), ["obligation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_review_item_id"), ["review_item_id"], unique=False)

    with op.batch_alter_table("evidence_document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extent", sa.JSON(), nullable=True))

    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", sa.String(), nullable=False, server_default="attached"))
        batch_op.add_column(sa.Column("by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("inbox_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_in", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("replaces", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("covers", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("part", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_filing_ended_in"), ["ended_in"], unique=False)
        batch_op.create_index(batch_op.f("ix_filing_inbox_id"), ["inbox_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_filing_by_id_person"), "person", ["by_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_filing_replaces_filing"), "filing", ["replaces"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_filing_ended_in_inbox"), "inbox", ["ended_in"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_filing_inbox_id_inbox"), "inbox", ["inbox_id"], ["id"])

    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("decided_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_finding_decided_by_person"), "person", ["decided_by"], ["id"]
        )

    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("submitted_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("decided_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_obligation_submitted_by_person"), "person", ["submitted_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_obligation_decided_by_person"), "person", ["decided_by"], ["id"]
        )

    with op.batch_alter_table("person_address", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("person_role", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_how", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_person_role_lea_id"), ["lea_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_role_program_id"), ["program_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_role_review_id"), ["review_id"], unique=False)

    with op.batch_alter_table("resolution_agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("decided_why", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("requested_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("inbox_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("steps", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(
            batch_op.f("fk_resolution_agreement_requested_by_person"), "person", ["requested_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_resolution_agreement_inbox_id_inbox"), "inbox", ["inbox_id"], ["id"]
        )

    with op.batch_alter_table("review_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("submitted_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("concluded_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("finding_text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("finding_site", sa.String(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_review_item_concluded_by_person"), "person", ["concluded_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_review_item_submitted_by_person"), "person", ["submitted_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_review_item_finding_site_school"), "school", ["finding_site"], ["cds"]
        )


def downgrade() -> None:
    with op.batch_alter_table("review_item", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_review_item_finding_site_school"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_review_item_submitted_by_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_review_item_concluded_by_person"), type_="foreignkey")
        batch_op.drop_column("finding_site")
        batch_op.drop_column("finding_text")
        batch_op.drop_column("concluded_by")
        batch_op.drop_column("submitted_by")
        batch_op.drop_column("submitted_at")

    with op.batch_alter_table("resolution_agreement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_resolution_agreement_inbox_id_inbox"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_resolution_agreement_requested_by_person"), type_="foreignkey"
        )
        batch_op.drop_column("late")
        batch_op.drop_column("steps")
        batch_op.drop_column("inbox_id")
        batch_op.drop_column("requested_at")
        batch_op.drop_column("requested_by")
        batch_op.drop_column("decided_why")
        batch_op.drop_column("decided_at")

    with op.batch_alter_table("person_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_role_review_id"))
        batch_op.drop_index(batch_op.f("ix_person_role_program_id"))
        batch_op.drop_index(batch_op.f("ix_person_role_lea_id"))
        batch_op.drop_column("ended_how")
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("person_address", schema=None) as batch_op:
        batch_op.drop_column("proven_at")

    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_obligation_decided_by_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_obligation_submitted_by_person"), type_="foreignkey")
        batch_op.drop_column("decided_by")
        batch_op.drop_column("decided_at")
        batch_op.drop_column("submitted_by")
        batch_op.drop_column("submitted_at")

    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_finding_decided_by_person"), type_="foreignkey")
        batch_op.drop_column("decided_by")
        batch_op.drop_column("decided_at")
        batch_op.drop_column("responded_at")

    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_filing_inbox_id_inbox"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_filing_ended_in_inbox"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_filing_replaces_filing"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_filing_by_id_person"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_filing_inbox_id"))
        batch_op.drop_index(batch_op.f("ix_filing_ended_in"))
        batch_op.drop_column("part")
        batch_op.drop_column("covers")
        batch_op.drop_column("replaces")
        batch_op.drop_column("ended_in")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("submitted_at")
        batch_op.drop_column("inbox_id")
        batch_op.drop_column("by_id")
        batch_op.drop_column("status")

    with op.batch_alter_table("evidence_document", schema=None) as batch_op:
        batch_op.drop_column("extent")

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_review_item_id"))
        batch_op.drop_index(batch_op.f("ix_statement_obligation_id"))
        batch_op.drop_index(batch_op.f("ix_statement_inbox_id"))

    op.drop_table("statement")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_review_item_id"))
        batch_op.drop_index(batch_op.f("ix_comment_review_id"))
        batch_op.drop_index(batch_op.f("ix_comment_obligation_id"))

    op.drop_table("comment")
    op.drop_table("receipt")
    with op.batch_alter_table("address_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_proof_person_id"))
        batch_op.drop_index(batch_op.f("ix_address_proof_address"))

    op.drop_table("address_proof")
