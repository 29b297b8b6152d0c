"""The error that refuses a wrong configuration. Apart from the policy, so that the command line can refuse without it."""


class ConfigurationError(Exception):
    """The configuration is wrong; the message is one sentence that names the value, the place and the way out."""
