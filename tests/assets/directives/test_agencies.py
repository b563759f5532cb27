"""Agencies in running text: registered ones, collectives, and lists of both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.directives.agencies import finder
from data.units import load_units

REGISTERED = [u.name for u in load_units("56") if u.kind in {"so", "board", "office", "police"}]
MEMBERS = ["sở", "ban", "ngành", "cơ quan", "đơn vị", "địa phương"]


@given(st.lists(st.sampled_from(REGISTERED), min_size=1, max_size=4, unique=True), st.sampled_from([", ", "; "]))
def test_a_list_of_agencies_is_taken_apart_whatever_commas_their_names_hold(names: list[str], sign: str) -> None:
    written = sign.join(names[:-1]) + (" và " if len(names) > 1 else "") + names[-1]
    found = finder("56").list_at(f"{written} rà soát các quy định.", 0)
    assert [named.name for named in found] == names
    assert all(len(named.units) == 1 for named in found)


@given(st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=4, unique=True), st.sampled_from(["", " liên quan"]))
def test_a_collective_stands_as_written_and_stands_for_units(members: list[str], tail: str) -> None:
    written = "các " + ", ".join(members) + tail
    found = finder("56").at(f"{written} triển khai thực hiện", 0)
    assert found is not None and found.collective and found.name == written and found.units


@pytest.mark.parametrize(
    ("text", "code"),
    [("Sở KH&CN chủ trì", "56-SKHCN"), ("VP UBND tỉnh theo dõi", "56-VPUB"), ("Công an tỉnh phối hợp", "56-CA")],
)
def test_short_forms_are_known(text: str, code: str) -> None:
    found = finder("56").at(text, 0)
    assert found is not None and found.units == (code,)


def test_an_agency_that_no_register_has_is_taken_by_its_form_and_said_to_be_uncertain() -> None:
    found = finder("56").at("Viện Nghiên cứu Đại dương Quốc tế chủ trì nghiên cứu", 0)
    assert found is not None and found.name == "Viện Nghiên cứu Đại dương Quốc tế" and found.units == ()
    assert found.confidence < 1


@pytest.mark.parametrize("text", ["nâng cao nhận thức", "Tổ chức hội nghị hướng dẫn", "các nhiệm vụ được giao"])
def test_plain_words_are_no_agency(text: str) -> None:
    assert finder("56").at(text, 0) is None
