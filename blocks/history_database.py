"""The block `history-database`: where Lifeguard keeps what its patrols found, saved on the Prefect server as a secret."""

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, HttpUrl, SecretStr, field_validator

from lifeguard.configuration import ConfigurationError
from lifeguard.record.database import database_at
from lifeguard.record.place import BLOCK_TYPE_SLUG, PLACE


class HistoryDatabase(Block):
    """The database of the history. Saved under the name `lifeguard`, it is used by every patrol."""

    _block_type_name = "History Database"
    _block_type_slug = BLOCK_TYPE_SLUG
    _description = (
        "Where prefect-lifeguard remembers incidents and the state of the pools: a PostgreSQL, or a SQLite file."
    )
    _documentation_url = HttpUrl("https://github.com/example/prefect-lifeguard")
    _logo_url = HttpUrl(
        "https://raw.githubusercontent.com/example/prefect-lifeguard/main/docs/logos/history_database.png"
    )

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    url: SecretStr = Field(
        description="postgresql://USER:PASSWORD@HOST/DATABASE, or sqlite:///PATH for one machine.", title="URL"
    )

    @field_validator("url")
    @classmethod
    def _is_usable(cls, url: SecretStr) -> SecretStr:
        """Refuse what no patrol could use while somebody is there to mend it."""
        try:
            database_at(url.get_secret_value(), PLACE)
        except ConfigurationError as error:
            raise ValueError(str(error)) from None
        return url
