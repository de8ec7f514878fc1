"""Files that come in and go out: what may be taken from them, and in which form they are given.

A *sheet* is a table with one row of headings, whatever file it came from. A file that cannot be read says
where the trouble is and what to do about it; nothing of it is ever used in part.
"""
