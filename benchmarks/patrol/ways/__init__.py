"""Ways of looking at a whole server: a module each, imported before its look is measured, with one function `see`."""
