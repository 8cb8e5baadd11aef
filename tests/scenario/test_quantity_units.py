"""Numbers with a unit are the numbers that they are without."""

from __future__ import annotations

import pytest

from corridorsim.scenario.quantity import read_number


@pytest.mark.parametrize("hundredths", range(101))
def test_per_cent_is_its_share_to_the_last_digit(hundredths: int) -> None:
    assert read_number(f"{hundredths} %", "load_factor") == hundredths / 100


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [("90 min", "load_h", 1.5), ("3700 kg", "tare_t", 3.7), ("4.5 kt", "tare_t", 4500), ("100 m", "length_km", 0.1),
     ("2 d", "load_h", 48), ("10 m/s", "freight_speed_kmh", 36)],
)  # fmt: skip
def test_units_of_a_kind_are_one(text: str, field: str, value: float) -> None:
    assert read_number(text, field) == pytest.approx(value, rel=1e-15)
