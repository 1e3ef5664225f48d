"""The Teams app: its door and its voice, put together from the settings."""

from collections.abc import Callable

from bot.at_once import AtOnce
from bot.beside import Beside
from bot.chat_files import Looks
from bot.downloading import Downloads
from bot.oauth import Tokens
from bot.shown import ShownOf
from bot.teams_actions import ACTION
from bot.teams_activity import SUBMITS
from bot.teams_cloud import cloud_of
from bot.teams_connector import Connector
from bot.teams_door import TeamsDoor
from bot.teams_files import TeamsFiles
from bot.teams_form_door import FETCH, FETCH_ON_MESSAGE, FormDoor
from bot.teams_hosts import FileHosts, PictureHosts
from bot.teams_link import chat_link
from bot.teams_login import TeamsLogin
from bot.teams_offers import INVOKE, Offers
from bot.teams_presses import Presses
from bot.teams_settings import TeamsSettings
from bot.teams_voice import TeamsVoice
from store import Store
from store.clock import Clock
from store.keeping import Keeper
from templates.render import Place


class Teams:
    """The app in its tenants."""

    def __init__(self, settings: TeamsSettings, keeper: Keeper, clock: Clock) -> None:
        self.door = TeamsDoor(settings, keeper, clock)
        self.app_id, self.tokens = str(settings.teams_app_id), tokens_of(settings)
        self.connector = _connector(settings, self.tokens)
        self._cloud, self._tenants, self._keeper = cloud_of(settings), settings.teams_tenants, keeper
        self.own_chat = chat_link(self.app_id, self._cloud.client)
        self._beside = Beside()

    def take_worker(self, at_once: AtOnce, shown: ShownOf, place: Callable[[], Place]) -> None:
        """Answer presses and dialogs while Teams waits, too."""
        self.door.at_once = at_once
        self.door.answering[ACTION] = Presses(at_once, shown, place, self._beside, self.own_chat).answer
        forms = FormDoor(self.own_chat, at_once, place, self._beside)
        self.door.answering |= dict.fromkeys(SUBMITS, forms.answer)
        self.door.looking |= dict.fromkeys({FETCH, FETCH_ON_MESSAGE, *SUBMITS}, forms.look)
        offers = Offers(at_once, shown, self.connector, self._file_hosts(), self._beside)
        self.door.answering[INVOKE] = offers.answer

    def files(self, store: Store, looks: Looks, is_over: Callable[[], bool]) -> TeamsFiles:
        """Who fetches files; `is_over`: the service is about to end."""
        app, cloud = self.app_id, self._cloud
        ours = PictureHosts(cloud, lambda: self.tokens(app), lambda: self.tokens.forget(app))
        files = {
            tenant: Downloads(hosts, self._keeper, is_over) for tenant, hosts in self._file_hosts().items()
        }
        return TeamsFiles(files, Downloads(ours, self._keeper, is_over), store, looks)

    def _file_hosts(self) -> dict[str, FileHosts]:
        """Each tenant's."""
        return {one.id: FileHosts(self._cloud, one.sharepoint) for one in self._tenants}

    def voice(self, store: Store, shown: ShownOf) -> TeamsVoice:
        return TeamsVoice(self.connector, store, shown, self.own_chat)

    async def aclose(self) -> None:
        """Let what is being answered end: it needs the store."""
        await self._beside.aclose()
        await self.connector.aclose()


def tokens_of(settings: TeamsSettings) -> Tokens:
    """The app's token, kept until it is about to end."""
    cloud, secret = cloud_of(settings), settings.teams_app_secret
    assert settings.teams_app_id is not None
    assert secret is not None
    own = settings.teams_tenants[0].id
    return Tokens(TeamsLogin(cloud.login, own, settings.teams_app_id, secret.get_secret_value(), cloud.scope))


def _connector(settings: TeamsSettings, tokens: Tokens) -> Connector:
    app = str(settings.teams_app_id)
    return Connector(app, lambda: tokens(app), lambda: tokens.forget(app), cloud_of(settings))
