"""Order histories: a shop's own export, read into one plain table with an account of what was taken and dropped."""
