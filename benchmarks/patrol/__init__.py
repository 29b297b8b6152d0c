"""What a look costs the server, everybody else who uses it, and the machine that looks, beside other ways of looking."""
