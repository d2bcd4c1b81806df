"""An article of several pages as one record."""

from dataclasses import replace

from scraper.models import Article


def join_pages(pages: list[Article]) -> Article:
    """The first page's record with the text, pictures and names of the others behind it.

    `pages` come in order, at least one of them. What the last page still
    points to stays in `next_page`.
    """
    whole = pages[0]
    for page in pages[1:]:
        shift = len(whole.body.split("\n\n")) if whole.body else 0
        whole = replace(
            whole,
            body="\n\n".join(part for part in (whole.body, page.body) if part),
            sections=whole.sections + tuple(replace(section, start=section.start + shift) for section in page.sections),
            images=whole.images + tuple(replace(image, position=image.position + shift) for image in page.images),
            authors=tuple(dict.fromkeys(whole.authors + page.authors)),
            contributors=tuple(dict.fromkeys(whole.contributors + page.contributors)),
            source=whole.source or page.source,
            editor=whole.editor or page.editor,
            disagreements=tuple(dict.fromkeys(whole.disagreements + page.disagreements)),
            replaced=whole.replaced + page.replaced,
        )
    return replace(whole, next_page=pages[-1].next_page, pages=len(pages))
