"""`make bench`: how much mail a second, beside baselines of the same run. Start with `__main__`."""
