"""Why one table was found where it was: what spoke for its header, what is a title, and where its data end."""

from __future__ import annotations

from assets.read.said import Said, rows_said
from assets.read.shape.assemble import Found
from assets.read.shape.extent import is_numbered
from assets.read.shape.header import Header, best_header
from assets.read.shape.lines import closes_table, is_form_line, is_unit_row, measure_unit
from assets.read.shape.profile import Profile, is_name, is_series
from assets.read.shape.view import View
from data.table import Table, cell_address, column_letters

__all__ = ["explain_table"]

_SHOWN = 3


def explain_table(table: Table, view: View, found: Found) -> list[Said]:
    """Sentences on one table: its place, its header, what stands over it, where it ends and what is left out."""
    said = [_place(table)]
    said.append(_header(table, view, found))
    said += _titles(view, found)
    said += _left_out(table)
    said.append(_end(view, found))
    said += _roles(table)
    if table.hidden_rows or table.hidden_columns:
        rows, columns = len(table.hidden_rows), len(table.hidden_columns)
        said.append(
            Said(
                f"Trang có {rows} dòng ẩn, {columns} cột ẩn: vẫn giữ",
                f"The sheet has {rows} hidden rows and {columns} hidden columns: they are kept",
            )
        )
    return said


def _place(table: Table) -> Said:
    height, width = table.frame.height, len(table.columns)
    if not height or not width:
        return Said("Biểu trống: có tiêu đề, chưa có dữ liệu", "An empty form: a header without data")
    columns = f"{column_letters(table.columns[0])}–{column_letters(table.columns[-1])}"
    vi, en = rows_said(table.rows[0], table.rows[-1])
    return Said(
        f"Dữ liệu: {vi}, cột {columns} ({height} dòng, {width} cột)",
        f"Data: {en}, columns {columns} ({height} rows, {width} columns)",
    )


def _header(table: Table, view: View, found: Found) -> Said:
    header = found.header
    if view.grid.header_known:
        return Said("Tiêu đề: định dạng tệp tự đặt tên cho các cột", "Header: the format itself names its columns")
    if header is None:
        return _no_header(view, found)
    numbers = view.grid.row_numbers
    vi, en = rows_said(numbers[header.first], numbers[header.last])
    named = len([name for name in table.header if name.strip()])
    points = [
        Said(
            f"có tên cho {named} trên {len(table.columns)} cột, nằm trên giá trị của các cột ấy",
            f"it names {named} of {len(table.columns)} columns, above their values",
        ),
        *_words_over_numbers(view, found, header),
        *_merges(view, header),
    ]
    if is_numbered(view, header.last):
        at = numbers[header.last + 1]
        points.append(
            Said(
                f"dòng {at} ngay dưới đánh số cột, nên tiêu đề hết ở đây",
                f"row {at} right below numbers the columns: a header ends there",
            )
        )
    if header.last > header.first:
        points += _joined(table, view, header)
    points += _runner_up(view, found, header)
    return Said(f"Lấy {vi} làm tiêu đề, vì", f"Taken for the header {en}, since", tuple(points))


def _no_header(view: View, found: Found) -> Said:
    first = next((row for row in range(found.begin, found.end) if view.filled(row)), None)
    if first is None:
        return Said("Không có tiêu đề", "There is no header")
    number, figures = view.grid.row_numbers[first], view.numbers(first)
    if figures:
        example = view.text(first, figures[0])
        return Said(
            f"Không có tiêu đề: dòng đầu ({number}) đã có số (“{example}”) như các dòng dưới",
            f"There is no header: the first row ({number}) has figures (“{example}”) like those below it",
        )
    return Said(
        "Không có tiêu đề: không dòng nào có chữ đặt tên cho cột ở trên các giá trị khác loại",
        "There is no header: no row names the columns in words above values of another kind",
    )


def _words_over_numbers(view: View, found: Found, header: Header) -> list[Said]:
    rows = [row for row in range(header.first, found.stop) if view.filled(row)]
    numeric = sorted(Profile(view, rows).numeric_below(header.last))
    cells = {
        c: next(
            (cell for r in range(header.last, header.first - 1, -1) if view.text(*(cell := view.master(r, c)))), None
        )
        for c in numeric
    }
    worded = [c for c, cell in cells.items() if cell and (is_name(view, *cell) or is_series(view, cell[0]))]
    if not worded:
        return []
    names = ", ".join(column_letters(c + view.grid.first_column) for c in worded[:8]) + ("…" if len(worded) > 8 else "")
    return [
        Said(
            f"có chữ ở trên, số ở dưới tại {len(worded)} trên {len(numeric)} cột số ({names})",
            f"words stand over figures in {len(worded)} of {len(numeric)} columns of figures ({names})",
        )
    ]


def _merges(view: View, header: Header) -> list[Said]:
    grid = view.grid
    seen = {m for r in range(header.first, header.last + 1) for c in view.columns if (m := view.covered.get((r, c)))}
    said = []
    across = sorted((m for m in seen if m.right > m.left), key=lambda m: (m.top, m.left))
    down = [m for m in seen if m.bottom > m.top]
    if across:
        shown = []
        for m in across[:_SHOWN]:
            top, bottom = grid.row_numbers[m.top], grid.row_numbers[m.bottom]
            place = (
                f"{cell_address(top, m.left + grid.first_column)}:{cell_address(bottom, m.right + grid.first_column)}"
            )
            shown.append(f"{place} “{_short(view.text(m.top, m.left))}”")
        text = ", ".join(shown) + ("…" if len(across) > _SHOWN else "")
        said.append(
            Said(
                f"{len(across)} ô gộp ngang trùm lên các cột con: {text}",
                f"{len(across)} merged cells span columns of a group: {text}",
            )
        )
    if down:
        said.append(
            Said(
                f"{len(down)} ô gộp dọc nối các dòng tiêu đề làm một",
                f"{len(down)} cells merged downwards tie its rows together",
            )
        )
    units = [
        row
        for row in range(header.first, header.last + 1)
        if is_unit_row([view.text(row, c) for c in view.filled(row)])
    ]
    for row in units:
        said.append(
            Said(
                f"dòng {grid.row_numbers[row]} ghi đơn vị của từng cột",
                f"row {grid.row_numbers[row]} gives the columns' units",
            )
        )
    return said


def _joined(table: Table, view: View, header: Header) -> list[Said]:
    """An example of how the words of several header rows make one name."""
    for place, column in enumerate(table.columns):
        at = column - view.grid.first_column
        cells = dict.fromkeys(view.master(r, at) for r in range(header.first, header.last + 1))
        parts = [text for cell in cells if (text := view.text(*cell).strip())]
        if len(parts) > 1:
            joined = " + ".join(f"“{_short(part)}”" for part in parts)
            name = f"{column_letters(column)} = “{_short(table.header[place])}”"
            return [
                Said(
                    f"tên cột ghép từ trên xuống: {joined} → {name}",
                    f"names are joined from the top down: {joined} → {name}",
                )
            ]
    return []


def _runner_up(view: View, found: Found, header: Header) -> list[Said]:
    """The next best row for a header, and by how much it falls short."""
    others = []
    for row in range(found.top, min(header.last + 4, found.stop)):
        if view.filled(row) and not header.first <= row <= header.last:
            other = best_header(view, found.top, found.stop, candidates=[row])
            if (other is not None and other.last < header.first) or (other is not None and other.first > header.last):
                others.append(other)
    if not others:
        return [Said("không dòng nào khác đủ điểm làm tiêu đề", "no other row reaches the score of a header")]
    best = max(others, key=lambda other: other.score)
    at = view.grid.row_numbers[best.first]
    marks = f"{best.score:.2f} < {header.score:.2f}"
    return [Said(f"dòng {at} kém hơn ({marks} điểm)", f"row {at} fits less well (score {marks})")]


def _titles(view: View, found: Found) -> list[Said]:
    until = found.header.first if found.header else found.begin
    said = []
    for row in range(found.top, until):
        cells = sorted({view.master(row, c) for c in view.filled(row)})
        if cells:
            texts = [view.text(*cell) for cell in cells]
            vi, en = _title_kind(view, texts, max(view.span(*cell) for cell in cells))
            shown = " | ".join(_short(text) for text in texts[:_SHOWN])
            at = view.grid.row_numbers[row]
            said.append(Said(f"dòng {at} “{shown}”: {vi}", f"row {at} “{shown}”: {en}"))
    if not said:
        return []
    rest = len(said) - 8
    if rest > 0:
        said = [*said[:8], Said(f"… và {rest} dòng nữa", f"… and {rest} rows more")]
    return [Said("Phía trên bảng, không tính vào dữ liệu:", "Over the table, not counted as data:", tuple(said))]


def _title_kind(view: View, texts: list[str], span: int) -> tuple[str, str]:
    if any(measure_unit(text) for text in (*texts, " ".join(texts))):
        return "đơn vị tính của cả bảng", "the unit of measure of the whole table"
    if any(is_form_line(text) for text in texts):
        return "số hiệu biểu hoặc văn bản kèm theo", "the form's number or the paper that it goes with"
    if len(texts) == 1 and span > 1:
        return "một ô gộp ngang bảng: tên báo cáo", "one cell across the table: the report's title"
    if len(texts) == 1:
        return "chỉ có một ô: tên báo cáo hoặc ghi chú đầu", "one cell only: a title or a note"
    return "ít ô, không đặt tên cho các cột", "few cells, that do not name the columns"


def _left_out(table: Table) -> list[Said]:
    why = {
        "column numbers": (
            "chỉ đánh số cột (A, B, 1, 2, 3=1+2)",
            "a row that only numbers the columns (A, B, 1, 2, 3=1+2)",
        ),
        "repeated header": ("lặp lại tiêu đề, như ở đầu trang in", "the header again, as a printed page repeats it"),
        "repeated column numbers": ("lặp lại dòng đánh số cột", "the column numbers again, under a repeated header"),
    }
    said = []
    for span in table.ignored:
        if span.why in why:
            vi, en = rows_said(span.first, span.last)
            said.append(Said(f"Bỏ {vi}: {why[span.why][0]}", f"Left out {en}: {why[span.why][1]}"))
    return said


def _end(view: View, found: Found) -> Said:
    grid = view.grid
    notes = [row for row in range(found.end, found.stop) if view.filled(row)]
    if not notes:
        if found.stop < view.height:
            at = grid.row_numbers[found.stop]
            return Said(
                f"Bảng hết trước dòng {at}, nơi bảng sau bắt đầu",
                f"It ends before row {at}, where the next table begins",
            )
        return Said(
            "Bảng hết ở dòng cuối của trang, bên dưới không còn gì",
            "It ends with the sheet's last row; nothing stands below",
        )
    at = grid.row_numbers[notes[0]]
    text = _short(view.text(notes[0], view.filled(notes[0])[0]))
    closing = any(closes_table(view.text(notes[0], c)) for c in view.filled(notes[0]))
    vi, en = (
        ("là ghi chú, nguồn, ngày ký hoặc người ký", "is a note, a source, a date of signing or a signer")
        if closing
        else (
            "đứng sau dòng trống và từ đó chỉ còn chữ trong ít ô",
            "stands under a gap, with words in few cells from there on",
        )
    )
    last = grid.row_numbers[notes[-1]]
    span_vi, span_en = rows_said(at, last)
    return Said(
        f"Bảng hết trước dòng {at}: “{text}” {vi}; {span_vi} không phải dữ liệu",
        f"It ends before row {at}: “{text}” {en}; left out {span_en}: notes",
    )


def _roles(table: Table) -> list[Said]:
    words = {
        "total": ("dòng tổng (nhận ra ở chữ “Tổng”, “Cộng”)", "totals (by the word: Tổng, Cộng, total)"),
        "subtotal": ("dòng cộng từng phần", "subtotals"),
        "note": ("dòng chữ chạy ngang bảng", "lines of words across the table"),
    }
    said = []
    for role, (vi, en) in words.items():
        rows = [int(n) for n, r in zip(table.rows, table.row_roles, strict=True) if r == role]
        if rows:
            shown = ", ".join(map(str, rows[:10])) + ("…" if len(rows) > 10 else "")
            said.append(Said(f"{len(rows)} {vi}: {shown}", f"{len(rows)} {en}: {shown}"))
    if table.measure_unit:
        said.append(Said(f"Đơn vị tính của bảng: {table.measure_unit}", f"Unit of measure: {table.measure_unit}"))
    return said


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 44 else text[:43] + "…"
