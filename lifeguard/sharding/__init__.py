"""A patrol in parts: handing them out to runs of their own, what such a run does, and gathering what they saw."""
