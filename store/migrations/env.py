"""How alembic runs here: on the connection that `store.schema` opened, in one transaction."""

from alembic import context

import store.chat_reference
import store.chats
import store.history
import store.inbox
import store.mailboxes
import store.models
import store.outbox
import store.reminders  # noqa: F401 - the tables register themselves
from store.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
