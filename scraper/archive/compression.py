"""zstd, with and without a dictionary; the only module that knows the library. Pure."""

import sys
from collections.abc import Sequence
from functools import lru_cache

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from scraper.errors import ArchiveDamaged

LEVEL = 9
"""For what a crawl stores: of real pages of 48 kB four thousandths more than level 12 leaves, in half the time."""
HIGHEST = 17
"""For what is compressed again at leisure: twelve times as slow; level 19 would take twice as long for two thousandths."""


def compress(data: bytes, dictionary: bytes | None = None, *, level: int = LEVEL) -> bytes:
    """One zstd frame, with a checksum of its own, so that damage is an error and not other bytes."""
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: level,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    if dictionary is None:
        return bytes(zstd.compress(data, options=options))
    # Without its number in every frame: the body's row names the dictionary.
    options[zstd.CompressionParameter.dict_id_flag] = 0
    return bytes(zstd.compress(data, options=options, zstd_dict=_prepared(dictionary).as_digested_dict))


def decompress(data: bytes, dictionary: bytes | None = None) -> bytes:
    """What was compressed. Raises `ArchiveDamaged` when the frame is not whole."""
    try:
        return bytes(zstd.decompress(data, zstd_dict=_prepared(dictionary) if dictionary else None))
    except (zstd.ZstdError, ValueError, EOFError) as error:
        raise ArchiveDamaged(f"stored bytes can't be decompressed ({error})") from error


def finalize(content: bytes, samples: Sequence[bytes], size: int) -> bytes:
    """Content as a zstd dictionary with tables of how often the samples use what; just the content if that fails."""
    try:
        raw = zstd.ZstdDict(content, is_raw=True)
        return bytes(zstd.finalize_dict(raw, samples, size, LEVEL).dict_content)
    except zstd.ZstdError:
        return content


# A dictionary is parsed once and not for each page. 33 editions crawl side by side.
@lru_cache(maxsize=40)
def _prepared(dictionary: bytes) -> zstd.ZstdDict:
    return zstd.ZstdDict(dictionary, is_raw=not dictionary.startswith(_MAGIC))


_MAGIC = b"\x37\xa4\x30\xec"
