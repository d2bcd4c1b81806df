"""Where each edition stands on a schematic map of China: one tile an edition, as DATA."""

# Rows from north to south, columns from west to east. 兵团 stands below 新疆, 总网 (the main site) apart.
_MAP = """
xj  .   .   .   .   .   hlj
bt  .   .   nmg .   bj  jl
.   gs  nx  sx  heb tj  ln
.   qh  shx ha  sd  .   .
.   sc  cq  hb  ah  js  .
.   yn  gz  hn  jx  zj  sh
.   .   gx  gd  fj  .   .
www .   hi  hk  .   .   .
"""

PLACES: dict[str, tuple[int, int]] = {
    code: (row, column)
    for row, line in enumerate(_MAP.split("\n")[1:-1], 1)
    for column, code in enumerate(line.split(), 1)
    if code != "."
}
"""Row and column of each edition, from 1."""
