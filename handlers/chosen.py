"""What was chosen in a form: it stands there by its whole name, review and all, so that nothing is asked."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.wishes import Wish

if TYPE_CHECKING:
    from handlers.targets import Target


def chosen_in(wish: Wish, targets: Sequence["Target"]) -> list["Target"]:
    """Everything that a form's words name: two reviews may share a code, and a file may be for an item and a
    form. Nothing, where it is no form, or a code in it is of none of them."""
    found = [one for one in targets if wish.chosen and _stands_in(one.name, wish.words)]
    keys = {one.item.key for one in found if one.item}
    return found if all(mention.code.key in keys for mention in wish.mentions) else []


def pages_of(wish: Wish, targets: Sequence["Target"]) -> dict[str, str]:
    """The pages that stand behind their codes, by the items' names."""
    said = {mention.code.key: mention.pages for mention in wish.mentions}
    return {one.name: pages for one in targets if one.item and (pages := said.get(one.item.key))}


def _stands_in(name: str, words: str) -> bool:
    """As a whole: `sv-fpm/I-EL 02` is not in `sv-fpm/I-EL 02.1`."""
    return re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w./-])", words) is not None
