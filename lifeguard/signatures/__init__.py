"""What the lines of logs mean: known signatures, how they are found, and what is safe to show of a line. Pure."""
