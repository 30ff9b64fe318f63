"""How a Star file is refused."""

from collections.abc import Iterable

from star_tracker.starfile.rows import Fault


class StarFileError(Exception):
    """The whole file is refused, for itself or for what is recorded already; ``faults`` are all that is wrong."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults[:3]))

    @classmethod
    def of_file(cls, message: str) -> "StarFileError":
        """The file as a whole cannot be read; ``message`` says why and what to do."""
        return cls([Fault(0, "", "", message)])
