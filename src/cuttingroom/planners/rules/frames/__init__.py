"""Frames: one edit as people ask for it, by words that name it and typed slots that may stand in any order.

A frame accounts for every word of a clause. Words that nothing explains make a question, never a guess.

    Frame(
        "freeze_frame",
        says=("freeze [frame|picture|video]", "hold * [on] (frame|picture)"),
        slots={"at": "[at|on|from] POINT", "duration": "[for|lasting] LENGTH"},
        plan=plan_freeze,
    )

`says`: words in order; `a|b` either, `[x]` may be left out, `(x|y z)` groups, `*` a gap in which slots may
stand. Articles and fillers (please, just ...) are gone before. `slots`: words, then one chunk in capitals
(chunks.py lists them), or `<left|right>` for one of some words. A slot name that ends in `*` may be said
several times and is a tuple. A frame that says nothing is told by its slots alone. `plan(board, slots)` adds
items to the board or raises Unclear; `reading(slots)` gives a reading of the core instead."""
