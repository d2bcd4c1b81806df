"""What a contact is: where the sites that are crawled can reach the one who crawls."""

import re

_PLAIN = r"[!#-&*-;=?-\[\]-~]"
"""What may stand in a User-Agent's comment: printable ASCII without blank, quotes, brackets, backslash."""
CONTACT = rf"https?://{_PLAIN}*|{_PLAIN}(?=[^@]*@.){_PLAIN}+"
WANTED = "a mail address or an https:// page"


def is_contact(text: str) -> bool:
    """
    >>> is_contact("desk@example.org"), is_contact("https://example.org/bot"), is_contact("desk")
    (True, True, False)
    """
    return re.fullmatch(CONTACT, text) is not None
