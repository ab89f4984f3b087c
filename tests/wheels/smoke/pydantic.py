"""Models, validators, errors, JSON both ways, schema."""
from datetime import date
from typing import Annotated, Generic, Literal, TypeVar
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, computed_field, field_validator, model_validator

T = TypeVar("T")


class Address(BaseModel):
    city: str
    zip: Annotated[str, Field(pattern=r"^\d{5}$")]


class User(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    id: int
    name: str = Field(min_length=2)
    born: date | None = None
    tags: set[str] = set()
    kind: Literal["a", "b"] = "a"
    addresses: list[Address] = []

    @field_validator("name")
    @classmethod
    def title(cls, v):
        return v.title()

    @model_validator(mode="after")
    def check(self):
        if self.id == 13:
            raise ValueError("unlucky")
        return self

    @computed_field
    @property
    def label(self) -> str:
        return f"{self.id}:{self.name}"


class Page(BaseModel, Generic[T]):
    items: list[T]


user = User.model_validate({"id": "7", "name": " ann lee ", "born": "2001-02-03", "tags": ["x", "x"], "addresses": [{"city": "B", "zip": "12345"}]})
print(repr(user), user.model_dump(), user.model_dump_json(indent=1), User.model_validate_json(user.model_dump_json()) == user)
for bad in ({"id": "x", "name": "a", "kind": "c", "addresses": [{"zip": "1"}]}, {"id": 13, "name": "bob"}):
    try:
        User(**bad)
    except ValidationError as error:
        print(error, error.error_count(), error.json(include_url=False))
print(Page[int](items=["1", 2]), TypeAdapter(dict[str, tuple[int, float]]).validate_python({"a": ["1", "2"]}), User.model_json_schema())
