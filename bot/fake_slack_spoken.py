"""What was said in the Slack that runs here, as the Web API tells it again: conversations, their messages,
and the threads under these."""

from typing import Any

from bot.fake_slack_calls import is_within, page_of

Json = dict[str, Any]
BOT = "B0BOT"


class Spoken:
    """Reads what the bot posted (`messages`) and what people `said`."""

    messages: list[Json]
    said: list[Json]

    async def conversations(self, given: Json) -> Json:
        if given.get("types") != "im":
            return {"error": "missing_scope"}
        channels = sorted({one["channel"] for one in self.said if one["channel"].startswith("D")})
        return page_of([{"id": one, "is_im": True} for one in channels], "channels", given)

    async def history(self, given: Json) -> Json:
        """What stands in a conversation itself, the newest first; with how its threads went on."""
        there = [one for one in self._spoken(given["channel"]) if not one.get("thread_ts")]
        found = [one | self._thread_of(one) for one in there if is_within(one, given)]
        return page_of(found[::-1], "messages", given)

    async def replies(self, given: Json) -> Json:
        under = [one for one in self._spoken(given["channel"]) if one.get("thread_ts") == given["ts"]]
        return page_of([one for one in under if is_within(one, given)], "messages", given)

    def _spoken(self, channel: str) -> list[Json]:
        hidden = ("channel", "channel_type", "event_ts")
        both = [one | {"bot_id": BOT} for one in self.messages if not one.get("only_for")] + self.said
        there = [one for one in both if one["channel"] == channel]
        shown = [{name: value for name, value in one.items() if name not in hidden} for one in there]
        return sorted(shown, key=lambda one: float(one["ts"]))

    def _thread_of(self, parent: Json) -> Json:
        under = [one["ts"] for one in self._spoken_under(parent["ts"])]
        return {"reply_count": len(under), "latest_reply": max(under, key=float)} if under else {}

    def _spoken_under(self, stamp: str) -> list[Json]:
        return [one for one in self.messages + self.said if one.get("thread_ts") == stamp]
