"""A check of XML before it is parsed."""


def refuse_document_type(xml: bytes) -> None:
    """Refuse XML that could declare entities, which can grow without end; no spreadsheet program declares any.

    Raises:
        ValueError: it declares a document type, or has an encoding in which one could not be found.
    """
    if b"<!DOCTYPE" in xml or b"\0" in xml:
        raise ValueError("a document type")
