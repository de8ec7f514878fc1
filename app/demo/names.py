"""Names of people who do not exist: each ends in a word and a number that everybody sees as made up."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from app.people.types import Gender, NewPerson

# “Thử” means “for trial”.
MARKER = "Thử"

_FAMILIES = "Nguyễn,Trần,Lê,Phạm,Hoàng,Phan,Vũ,Đặng,Bùi,Đỗ,Hồ,Ngô,Dương,Lý,Đinh,Trịnh,Mai,Đoàn,Tô,Lâm"
_FEMALE = "Thị Hoa,Thị Lan,Thị Mai,Thu Hà,Thanh Hương,Thị Hạnh,Ngọc Ánh,Thị Thủy,Kim Oanh,Thị Ngân,Bích Ngọc,Thị Yến"
_MALE = "Văn Hùng,Đức Anh,Quang Minh,Văn Dũng,Hữu Phước,Xuân Trường,Văn Ước,Thanh Sơn,Quốc Ấn,Văn Đạt,Hoàng Long,Công Ý"


class Names:
    """Makes up one person after another; the same ones every time."""

    def __init__(self) -> None:
        self._chance = Random("people")  # noqa: S311 -- the same people every time, nothing secret
        self._number = 0

    def person(self, organisation_id: int, *, born: tuple[int, int] = (1966, 1988)) -> NewPerson:
        """Return the next person, at home in the organisation."""
        self._number += 1
        female = self._chance.random() < 0.47
        given = self._chance.choice((_FEMALE if female else _MALE).split(","))
        first, last = (date(year, 1, 1) for year in born)
        birth_date = first + timedelta(days=self._chance.randrange((last - first).days))
        return NewPerson(
            full_name=f"{self._chance.choice(_FAMILIES.split(','))} {given} {MARKER} {self._number:03d}",
            organisation_id=organisation_id,
            birth_date=birth_date,
            gender=Gender.FEMALE if female else Gender.MALE,
            email=f"thu{self._number:03d}@example.org",
        )

    def people(self, organisation_id: int, count: int) -> Iterator[NewPerson]:
        """Return so many more people of the organisation."""
        for _ in range(count):
            yield self.person(organisation_id)
