"""The ways to people, as the record names them. Another chat is one entry here."""

MAIL, CONSOLE = "mail", "console"
# What people call each: has accounts, conversations, and buttons in its messages.
CHATS = {"slack": "Slack", "teams": "Teams"}

# What a voice says where a chat takes nothing more for an account, whatever it is.
ENDED = {
    "user_disabled",
    "user_not_found",
    "user_not_visible",
    "channel_not_found",
    "they removed us",
    "their chat with us is closed",
    "they never spoke to us in Teams",
}


def chat_of(account: str) -> str:
    """The chat that an account belongs to: `slack` of `slack:T0/U0`."""
    return account.partition(":")[0]
