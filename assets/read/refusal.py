"""The reasons for which a file is refused, each as one clear line in Vietnamese and in English."""

from __future__ import annotations

from data.table import UnreadableError

__all__ = ["refuse"]

REASONS: dict[str, tuple[str, str]] = {
    "encrypted": (
        "tệp có mật khẩu; hãy bỏ mật khẩu (Tệp > Thông tin > Bảo vệ) rồi gửi lại",
        "the file is protected by a password; remove the password and send it again",
    ),
    "damaged": (
        "tệp bị hỏng, không mở được; hãy mở và lưu lại bằng phần mềm bảng tính rồi gửi lại",
        "the file is damaged and cannot be opened; open it, save it again and send that copy",
    ),
    "empty": ("tệp không có dữ liệu", "the file holds no data"),
    "not_a_table": (
        "tệp không phải là bảng dữ liệu; hãy gửi xlsx, xls, ods, csv, json hoặc parquet",
        "the file is not a table; send xlsx, xls, ods, csv, json or parquet",
    ),
    "too_large": ("tệp quá lớn; hãy chia nhỏ rồi gửi lại", "the file is too large; split it and send the parts"),
    "unknown_format": (
        "không nhận ra định dạng của tệp; hãy gửi xlsx, xls, ods, csv, json hoặc parquet",
        "the file's format is not known; send xlsx, xls, ods, csv, json or parquet",
    ),
    "timeout": (
        "đọc tệp quá lâu; hãy chia nhỏ rồi gửi lại",
        "reading took too long; split the file and send the parts",
    ),
    "many_files": (
        "tệp nén phải chứa đúng một bảng dữ liệu; hãy gửi từng tệp một",
        "an archive must hold exactly one table; send the files one by one",
    ),
}


def refuse(code: str, name: str, vi: str = "", en: str = "") -> UnreadableError:
    """Build the error for a file that cannot be read.

    `vi` and `en` say what was seen in this file, in a few words; the advice that belongs to `code` follows them.
    """
    reason_vi, reason_en = REASONS[code]
    shown = name.replace("\n", " ").replace("\r", " ")
    return UnreadableError(
        code,
        f"{shown}: {vi + ' – ' if vi else ''}{reason_vi}",
        f"{shown}: {en + ' – ' if en else ''}{reason_en}",
    )
