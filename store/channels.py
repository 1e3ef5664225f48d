"""The ways to people, as the record names them. A second chat is one entry here."""

MAIL, CONSOLE = "mail", "console"
CHATS = {"slack": "Slack"}  # what people call each: has accounts, conversations, and buttons in its messages


def chat_of(account: str) -> str:
    """The chat that an account belongs to: `slack` of `slack:T0/U0`."""
    return account.partition(":")[0]
