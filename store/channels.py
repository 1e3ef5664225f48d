"""The ways to people, as the record names them. Another chat is one entry here."""

MAIL, CONSOLE = "mail", "console"
# What people call each: has accounts, conversations, and buttons in its messages.
CHATS = {"slack": "Slack", "teams": "Teams"}


def chat_of(account: str) -> str:
    """The chat that an account belongs to: `slack` of `slack:T0/U0`."""
    return account.partition(":")[0]
