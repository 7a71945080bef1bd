"""Text from other people's systems: trimmed, freed of control characters, and no longer than it may be."""

from decimal import Decimal

from xxhash import xxh3_64_hexdigest

ID_LIMIT = 200
TEXT_LIMIT = 255


def clean(value: object, limit: int = TEXT_LIMIT) -> tuple[str | None, bool]:
    """A value as text, None where it says nothing; and whether more than blanks at its ends had to go."""
    if value is None:
        return None, False
    text, cleaned = (value, False) if isinstance(value, str) else _as_text(value)
    text = text.strip()
    if not text.isprintable():
        whole = text
        text = "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in text).strip()
        cleaned = cleaned or text != whole
    if len(text) > limit:
        return text[:limit].rstrip(), True
    return text or None, cleaned


def clean_id(value: object) -> tuple[str | None, bool]:
    """An id as trimmed text. One too long is cut and ends in a hash of the whole, so that two stay two."""
    text, cleaned = clean(value, limit=1_000_000)
    if text is None or len(text) <= ID_LIMIT:
        return text, cleaned
    return f"{text[: ID_LIMIT - 17]}~{xxh3_64_hexdigest(text.encode(errors='surrogatepass'))}", True


def shape(value: object) -> str:
    """How a value looks, and nothing of what it says: letters as A or a, digits as 9, at most 40 signs."""
    if value is None:
        return "empty"
    text = _as_text(value)[0] if not isinstance(value, str) else value
    return "".join(map(_stand_in, text.strip()[:40])) or "empty"


def _stand_in(sign: str) -> str:
    if sign.isalpha():
        return "A" if sign.isupper() else "a"
    if sign.isnumeric():
        return "9"
    return sign if sign in " -/:.,;+()'\"@_#&*{}[]|" else "?"


def _as_text(value: object) -> tuple[str, bool]:
    """Numbers without a needless fraction (a spreadsheet's 10234.0 is the id 10234); bytes as UTF-8."""
    match value:
        case float() if value.is_integer():
            return str(int(value)), False
        case Decimal() if value.is_finite() and abs(value.adjusted()) < ID_LIMIT:
            whole = value.to_integral_value()
            return (str(int(whole)) if value == whole else format(value, "f")), False
        case bytes() | bytearray() | memoryview():
            raw = bytes(value)
            try:
                return raw.decode(), False
            except UnicodeDecodeError:
                return raw.decode(errors="backslashreplace"), True
        case _:
            return str(value), False
