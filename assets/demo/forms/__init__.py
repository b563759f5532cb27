"""Writing a document in the formats that departments use."""

from assets.demo.forms.write import extension, write_form

__all__ = ["extension", "write_form"]
