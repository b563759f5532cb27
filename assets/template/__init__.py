"""The workbook that the hub hands out to be filled in, and the hidden stamp by which it is known when it returns."""

from assets.template.stamp import Stamp, stamp_of
from assets.template.write import write_template

__all__ = ["Stamp", "stamp_of", "write_template"]
