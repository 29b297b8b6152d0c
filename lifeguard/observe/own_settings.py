"""Prefect's settings in the process that Lifeguard runs in, and which variables of its environment set them."""

import inspect
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from pydantic import AliasChoices, BaseModel

from lifeguard.observe.connection import Connection
from lifeguard.observe.told_settings import flat
from lifeguard.settings import OwnSettings, Settings, variable


def own_settings(connection: Connection, environment: Mapping[str, str]) -> OwnSettings:
    """What Prefect makes of this environment and its profile; secrets stay masked."""
    from prefect.settings import get_current_settings

    names = dict(variables())
    given = {name.upper() for name, value in environment.items() if value}
    parts = urlsplit(connection.api_url)
    return OwnSettings(
        Settings(flat(get_current_settings().model_dump(mode="json"))),
        {path: variable(path) for path, known in names.items() if given & {variable(path), *known}},
        {old: variable(path) for path, known in names.items() for old in known if old in given},
        parts.hostname or "",
        parts.port or {"http": 80, "https": 443}.get(parts.scheme),
    )


def variables() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every setting of the Prefect that is installed, with the older names of its variable."""
    from prefect.settings import Settings as PrefectSettings

    return _variables(PrefectSettings, "")


def _variables(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, field in model.model_fields.items():
        path, kind, alias = prefix + name, field.annotation, field.validation_alias
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            yield from _variables(kind, f"{path}.")
        else:
            names = alias.choices if isinstance(alias, AliasChoices) else ()
            yield (
                path,
                tuple(each.upper() for each in names if isinstance(each, str) and each.upper() != variable(path)),
            )
