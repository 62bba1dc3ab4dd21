"""A value that must not be seen: it shows itself only when asked by name."""

from __future__ import annotations

from typing import NoReturn

from bulkportal import redaction


class Secret:
    """An API key. `reveal` is the only way to its text; printing, formatting and pickling do not show it."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text
        redaction.remember(text)

    def reveal(self) -> str:
        """The text itself, for the one header that needs it."""
        return self.__text

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.__text == self.__text

    def __hash__(self) -> int:
        return hash((Secret, self.__text))

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __str__(self) -> str:
        return "(hidden)"

    def __format__(self, spec: str) -> str:
        return format("(hidden)", spec)

    # A pickle would hold the key in clear, wherever it is stored or sent.
    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied to disk")
