"""The cycle of plan, do, check, act about a course, chained to the previous and the next turn."""
