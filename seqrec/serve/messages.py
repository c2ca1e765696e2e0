"""What is asked of the service and what it answers: the schema that OpenAPI shows."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from seqrec.recommend.engine import MAX_LIST

MAX_EVENTS = 10_000
MAX_REQUESTS = 256
_Key = Annotated[str, Field(max_length=10_000)]


class Ask(BaseModel):
    """One history, or a user whose history the bundle has."""

    model_config = ConfigDict(extra="forbid", strict=True)

    user: _Key | None = Field(None, description="Id of a user of the log. Not beside `history`.")
    history: list[_Key] | None = Field(
        None, max_length=MAX_EVENTS, description="Item ids, oldest first. Not beside `user`."
    )
    model: str | None = Field(None, description="Whose scores count; the trained one by default.")
    k: int = Field(10, ge=1, le=MAX_LIST, description="Items wanted.")
    exclude_seen: bool | None = Field(
        None, description="Leave out items of the history; as in the evaluation by default."
    )


class AskMany(BaseModel):
    """Several at once."""

    model_config = ConfigDict(extra="forbid", strict=True)

    requests: list[Ask] = Field(min_length=1, max_length=MAX_REQUESTS)


class Item(BaseModel):
    """A place of a list."""

    rank: int = Field(description="From 1.")
    item: str = Field(description="The log's own id.")
    title: str
    score: float
    seen: bool = Field(description="Whether it is in the history.")


class Answer(BaseModel):
    """A list and what is to be known of it."""

    model: str
    items: list[Item] = Field(description="Best first; fewer than k where there are no more.")
    basis: str = Field(description="'history', or 'popularity' where nothing of it is known.")
    n_known_events: int = Field(description="Events of the history that the model knows.")
    unknown_user: str | None = Field(None, description="The user, where the log has none such.")
    unknown_items: list[str] = Field(description="Items that the model has never seen.")
    n_withheld: int = Field(description="Of the best k by score, those that the rules kept out.")
    unmet: dict[str, int] = Field(description="Items that the rules ask for and that are missing.")
    seqrec: str = Field(description="Version of the program.")
    fingerprint: str = Field(description="Of the log that was learned from.")


class AnswerMany(BaseModel):
    """A list for each request, in their order."""

    answers: list[Answer]


class Health(BaseModel):
    """That it lives, and what it serves."""

    status: str
    seqrec: str
    fingerprint: str
    models: list[str]
    n_items: int
    n_users: int = Field(description="Users who can be asked for by id.")


class Fault(BaseModel):
    """Why there is no answer."""

    detail: str
