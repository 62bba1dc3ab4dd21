"""The answers of operations, and bodies with every `Ref` replaced by the value that is now known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bulkportal.plan.operations import Operation, Ref, Slot, Value
from bulkportal.portal.parsing import PositionAnswer
from bulkportal.portal.remote import Credits, Json


class Unresolved(Exception):
    """A value that is needed is not known, because the operation that would return it failed."""

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self.identity = identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A success. `answer` holds what later operations may refer to; `positions` a batch's own answers.

    `credits` is the charge that the platform states, None where it states none.
    """

    answer: Mapping[str, Json]
    credits: Credits | None = None
    request_id: str | None = None
    replayed: bool = False
    positions: Mapping[int, PositionAnswer] = field(default_factory=dict)


class Answers:
    """The answers of the operations done so far, by identity."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, Json]] = {}

    def tell(self, identity: str, answer: Mapping[str, Json]) -> None:
        """Keep the answer of an operation that is done."""
        self._known[identity] = answer

    def resolve(self, value: Value) -> Json:
        """The value with every `Ref` replaced. Raises Unresolved."""
        if isinstance(value, Ref):
            found = self._known.get(value.identity, {}).get(value.field)
            # A done operation may lack the value as well: an answer without an id is of no use to what waits for it.
            if found is None:
                raise Unresolved(value.identity)
            return found
        # A text is a sequence of texts too.
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self.resolve(item) for item in value]
        return value

    def body(self, body: Mapping[str, Value]) -> dict[str, Json]:
        """A whole body, resolved. Raises Unresolved."""
        return {name: self.resolve(value) for name, value in body.items()}

    def bundle_id(self, operation: Operation) -> str:
        """The id of the operation's bundle; nothing for one that creates it. Raises Unresolved."""
        return str(self.resolve(operation.bundle_id))


def resolve_slots(slots: tuple[Slot, ...], answers: Answers) -> tuple[list[dict[str, Json]], dict[int, str]]:
    """The bodies of the slots whose values are all known, and the positions whose values are missing, with the operation that failed."""
    bodies: list[dict[str, Json]] = []
    missing: dict[int, str] = {}
    for slot in slots:
        try:
            bodies.append(answers.body(slot.body))
        except Unresolved as unresolved:
            missing[slot.position] = unresolved.identity
    return bodies, missing
