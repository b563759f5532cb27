"""Components: what they say without colour, what they escape, and what they draw at the edges of their values."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.components.alerts import alert_list
from dashboard.components.commune_map import commune_map, load_shapes, scale_class
from dashboard.components.filters import Choice, filters
from dashboard.components.findings import findings
from dashboard.components.markup import Safe, el
from dashboard.components.matrix import matrix
from dashboard.components.principle import principle_rows
from dashboard.components.ranking import ranking
from dashboard.components.sheet import MASK, sheet
from dashboard.components.spark import bullet, sparkline
from dashboard.components.status import score_status, shape
from dashboard.components.ticker import ticker
from dashboard.components.tile import tile
from dashboard.components.trend import ticks, trend
from dashboard.language import language
from dashboard.models import (
    Alert,
    Arrival,
    CellMark,
    CommuneValue,
    FindingGroup,
    IndicatorTile,
    MatrixCell,
    MatrixRow,
    Point,
    PrincipleScore,
    RankedUnit,
    SheetRow,
    SheetWindow,
)

VI, EN = language("vi"), language("en")


def parsed(markup: Safe) -> ElementTree.Element:
    """The markup as a tree: it is well formed, so no browser has to guess."""
    return ElementTree.fromstring(markup.replace("<br>", "<br/>").replace("&nbsp;", " "))


def test_text_is_escaped_and_markup_is_not() -> None:
    evil = '<script>alert("x")</script>'
    assert el("p", evil, title=evil) == (
        '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;">&lt;script&gt;alert("x")&lt;/script&gt;</p>'
    )
    assert el("p", el("b", 1), None, ["a", 2.5]) == "<p><b>1</b>a2.5</p>"


@given(st.text(max_size=40))
@settings(max_examples=60)
def test_no_text_breaks_out_of_its_element(text: str) -> None:
    assert "<script" not in el("p", text + "<script>", title=text + '"<script>')


def test_every_status_has_a_shape_and_a_word() -> None:
    said = [shape(status, VI) for status in ("green", "amber", "red", "none")]
    assert [s.partition(">")[2][0] for s in said] == ["●", "▲", "■", "–"]
    assert all("aria-label" in s for s in said)


def test_thresholds_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    from data.settings import settings as chosen

    assert [score_status(v) for v in (90.0, 89.9, 70.0, 69.9, None)] == ["green", "amber", "amber", "red", "none"]
    monkeypatch.setenv("HUB_GREEN_FROM", "95")
    chosen.cache_clear()
    try:
        assert score_status(90.0) == "amber"
    finally:
        monkeypatch.undo()
        chosen.cache_clear()


def test_a_tile_stands_with_its_unit_its_age_its_target_and_its_outlook() -> None:
    shown = tile(
        IndicatorTile(
            "digital_economy_share", "Kinh tế số / GRDP", 17.8, "%", "amber", "2026-09",
            series=tuple(Point(f"2026-{m:02d}", float(m)) for m in range(1, 9)), share=0.58, forecast_share=0.9,
            target=30, target_sign="≥", target_when="2030", forecast=27.9,
        ),
        VI,
    )  # fmt: skip
    for said in ("17,8", "%", "≥ 30 % (2030) · T9/26", "dự báo 27,9 % – hụt 2,1", "có nguy cơ", "bar-forecast"):
        assert said in shown
    assert "chưa đủ số liệu" in tile(IndicatorTile("x", "X", 1.0, "%", "none", target=2.0), VI)
    assert "—" in tile(IndicatorTile("x", "X", None, "%", "none"), VI)


def test_a_sparkline_keeps_its_gaps_and_needs_two_values() -> None:
    assert sparkline([1.0]) == "" == sparkline([None, 2.0])
    assert sparkline([1.0, None, 2.0, 3.0]).count("M") == 2
    parsed(sparkline([5.0, 5.0, 5.0]))


@pytest.mark.parametrize("share", [None, -1.0, 0.0, 0.5, 1.0, 7.0])
def test_a_bullet_bar_stays_within_its_track(share: float | None) -> None:
    widths = [float(w) for w in re.findall(r"width:([\d.]+)%", bullet(share, "green", forecast=2.0))]
    assert sum(widths) == pytest.approx(98.0)


@given(st.lists(st.integers(-(10**10), 10**10).map(lambda n: n / 100), min_size=2, max_size=2))
@settings(max_examples=60)
def test_axis_ticks_cover_the_values_and_are_few(values: list[float]) -> None:
    low, high = sorted(values)
    axis = ticks(low, high)
    assert axis[0] <= low + abs(low) * 1e-9 and axis[-1] >= high - abs(high) * 1e-9 and 2 <= len(axis) <= 9


def test_a_trend_has_a_vietnamese_axis_and_nothing_from_nothing() -> None:
    assert trend([Point("2026-01", None)], VI) == ""
    drawn = trend([Point("2026-01", 1000.0), Point("2026-02", 1500.0)], VI, unit="lượt", title="Khách")
    assert "1.500" in drawn and "T2/26" in drawn and "tháng 2/2026: 1.500 lượt" in drawn
    parsed(drawn)


def test_principle_rows_show_the_dash_where_nothing_is_to_be_judged() -> None:
    shown = principle_rows(
        (PrincipleScore("dung", 97.2, 0.3, 10, "green"), PrincipleScore("sach", None, None, 0, "none")), VI
    )
    assert "97,2" in shown and "tăng 0,3 điểm" in shown and "—" in shown


def test_the_matrix_says_each_state_in_words() -> None:
    cells = tuple(MatrixCell("2026-09", s) for s in ("on_time", "late", "missing", "pending", "rejected", "none"))  # type: ignore[arg-type]
    shown = matrix((MatrixRow("Sở Tư pháp", cells, 31),), tuple(["2026-09"] * 6), VI)
    for said in ("đúng hạn", "trễ", "chưa nộp", "chưa đến hạn", "bị trả lại", "không phải nộp", "31 ngày"):
        assert said in shown
    parsed(shown)


def test_a_row_of_all_communes_shows_shares() -> None:
    row = MatrixRow("communes", (MatrixCell("2026-09", "none", share=83.0),), None, count=65, places_late=11)
    shown = matrix((row,), ("2026-09",), VI)
    assert "65 xã, phường, đặc khu" in shown and ">83<" in shown and "11 nơi trễ" in shown


def square(code: str, lon: float, lat: float) -> dict[str, object]:
    ring = [[lon, lat], [lon + 0.1, lat], [lon + 0.1, lat + 0.1], [lon, lat]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"Xã {code}"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_the_far_islands_get_an_inset_and_the_line_on_sovereignty(tmp_path: Path) -> None:
    path = tmp_path / "communes.geojson"
    features = [square("1", 109.0, 12.0), square("2", 109.2, 12.2), square("3", 109.1, 11.9), square("9", 114.0, 9.0)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    shapes = load_shapes(path)
    assert shapes is not None and set(shapes.paths) == {"1", "2", "3"} and set(shapes.inset) == {"9"}
    shown = commune_map(shapes, (CommuneValue("1", "Xã Một", 100.0), CommuneValue("9", "Đặc khu Chín", None)), VI)
    assert "Hoàng Sa: quần đảo của Việt Nam, thuộc thành phố Đà Nẵng" in shown
    assert "Xã Một: 100 %" in shown and "Đặc khu Chín" in shown and "commune c5" in shown
    parsed(shown)


def test_a_map_without_its_file_leaves_the_rest() -> None:
    assert load_shapes(Path("/nowhere.geojson")) is None
    assert "bên" in commune_map(None, (), VI, side="bên")


def test_the_map_s_classes_follow_the_thresholds() -> None:
    assert [scale_class(v) for v in (None, 0.0, 69.9, 70.0, 90.0, 100.0)] == ["none", "c0", "c2", "c3", "c5", "c5"]


def test_the_sheet_shows_addresses_marks_and_masks_personal_columns() -> None:
    window = SheetWindow(
        sheet="T10", filename="a.xlsx", columns=(2, 6), numeric=frozenset({6}), masked=frozenset({2}),
        rows=(
            SheetRow(6, ((2, "Họ tên"), (6, "Phòng")), "header"),
            SheetRow(27, ((2, "Nguyễn Văn A"), (6, "1.537.600"))),
        ),
        marks=(CellMark(27, 6, "error", "lớn quá", selected=True),),
    )  # fmt: skip
    shown = sheet(window, VI)
    assert "Nguyễn" not in shown and MASK in shown and "Họ tên" in shown
    assert 'id="cell-F27"' in shown and "cell-error number" in shown and ">27<" in shown and ">F<" in shown


def test_lists_render_in_both_languages() -> None:
    at = datetime(2026, 10, 23, 7, 31, tzinfo=UTC)
    arrival = Arrival("r", at, "P. Nha Trang", "Khách lưu trú", "2026-10", "partly_accepted", 86, 3, "/submissions/r")
    alert = Alert("red", "overdue", (("days", 31), ("dataset", "X")), at.date(), "Sở", "/reporting")
    group = FindingGroup("r", "Số phòng", "error", "dung", 5, ("F27", "F28", "F29", "F30", "F31"), "sai", selected=True)
    assert "14:31" in ticker((arrival,), VI) and "nhận 86, chờ sửa 3" in ticker((arrival,), VI)
    assert "86 accepted, 3 to correct" in ticker((arrival,), EN)
    assert "Chưa có lần nộp nào" in ticker((), VI)
    assert "Quá hạn 31 ngày: X" in alert_list((alert,), VI) and "từ 23/10" in alert_list((alert,), VI)
    assert "F27, F28, F29, F30 …" in findings((group,), VI) and 'aria-current="true"' in findings((group,), VI)
    assert "17 %" in ranking((RankedUnit("X. Khánh Sơn", 17.0, "red"),), VI, unit="%", largest=100)


def test_filters_are_a_form_that_keeps_what_is_not_asked() -> None:
    form = filters(
        "/reporting", [Choice("kind", "Loại", (("so", "Sở"),), "so", "Tất cả")], VI, kept=(("unit", "56-X"),)
    )
    assert 'method="get"' in form and 'value="56-X"' in form and 'value="so" selected' in form
