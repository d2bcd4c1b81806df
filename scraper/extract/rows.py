"""Table rows of several cells: one line each, the cells set apart by tabs."""

from dataclasses import replace

from scraper.extract.page import Element, Line, Page, Picture


def join_rows(page: Page, items: list[Line | Picture], first: int) -> list[Line | Picture]:
    """Cells of one table row become one line, set apart by tabs; layout tables stay as they are."""
    joined: list[Line | Picture] = []
    row_of_last = None
    for item in items:
        row = row_of(page, item, first) if isinstance(item, Line) else None
        last = joined[-1] if joined else None
        if row and row is row_of_last and isinstance(last, Line) and isinstance(item, Line):
            glue = "\t" if _cell(item, row) is not _cell(last, row) else " "
            # The page's own lines stay as they are: the other reader reads them, too.
            joined[-1] = replace(
                last,
                text=f"{last.text}{glue}{item.text}",
                size=last.size + item.size,
                link_size=last.link_size + item.link_size,
                bold=last.bold and item.bold,
                element=item.element,
            )
        else:
            joined.append(item)
        row_of_last = row
    return joined


def row_of(page: Page, line: Line, first: int) -> Element | None:
    """The table row a line stands in, if the row has several cells and lies in the span."""
    at: Element | None = line.element
    while at and at.first >= first:
        if at.tag == "tr":
            if at.is_data is None:
                at.is_data = _is_data(page, at)
            return at if at.is_data else None
        at = at.parent
    return None


def _is_data(page: Page, row: Element) -> bool:
    inside = [item for item in page.items[row.first : row.last] if isinstance(item, Line)]
    above = page.items[row.first - 1] if row.first else None
    if isinstance(above, Picture) and row.parent and above.element.is_within(row.parent):
        return False  # a row of captions below a row of pictures
    return len({_cell(item, row) for item in inside}) > 1 and all(item.size <= 120 for item in inside)


def _cell(line: Line, row: Element) -> Element | None:
    """The cell of this row that holds the line, whatever tables are nested in it."""
    at: Element | None = line.element
    cell = None
    while at and at is not row:
        cell = at if at.tag in ("td", "th") else cell
        at = at.parent
    return cell
