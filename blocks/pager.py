"""The block `pager`: whom Lifeguard pages, about which severities and pools. Save one for each place to page."""

from prefect.blocks.core import Block
from pydantic import ConfigDict, HttpUrl

from lifeguard.page.pager_settings import BLOCK_TYPE_SLUG, PagerSettings


class Pager(PagerSettings, Block):
    """One pager. Its block's name is the pager's; `lifeguard arm` makes the server page through all that are saved."""

    _block_type_name = "Pager"
    _block_type_slug = BLOCK_TYPE_SLUG
    _description = "Whom prefect-lifeguard pages: a notification block, with the severities and work pools it is for."
    _documentation_url = HttpUrl("https://github.com/example/prefect-lifeguard")
    _logo_url = HttpUrl("https://raw.githubusercontent.com/example/prefect-lifeguard/main/docs/logos/pager.png")

    model_config = ConfigDict(extra="ignore")
