"""How a container died, of its state and of the one before: what to call it, and what a program's exit code mostly means."""

from dataclasses import dataclass

from lifeguard.cluster import Container

OUT_OF_MEMORY, LOOPS, COMPLETED = "OOMKilled", "CrashLoopBackOff", "Completed"
NOT_STARTED = frozenset({"StartError", "ContainerCannotRun"})
LOOPS_FROM_RESTARTS = 2
"""One restart may be all that it took."""
EXIT_CODES = {
    126: "its command may not be executed (exit code 126)",
    127: "its command was not found (exit code 127)",
    134: "it aborted itself (exit code 134, SIGABRT)",
    137: "it was killed (exit code 137, SIGKILL)",
    139: "it crashed in native code (exit code 139, SIGSEGV)",
    143: "it was told to end (exit code 143, SIGTERM)",
}
"""As shells and container runtimes have it: 128 and the number of the signal."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a container ended; `is_looping` where it is started again and again."""

    container: Container
    reason: str
    exit_code: int | None
    message: str = ""
    is_looping: bool = False

    @property
    def is_of_the_program(self) -> bool:
        """Whether the program ended itself with an error, which its own log explains, not the cluster."""
        return not self.is_looping and self.reason == "Error" and (self.exit_code or 0) < 126

    @property
    def says(self) -> str:
        """For a sentence."""
        name = f"container '{self.container.name}'"
        how = f"{name} dies again and again ({self.container.restarts} restarts)" if self.is_looping else f"{name} died"
        return f"{how}: {self._why}"

    @property
    def _why(self) -> str:
        if self.reason == OUT_OF_MEMORY:
            limit = self.container.limits.get("memory")
            return (
                f"out of memory, its limit is {limit}" if limit else "out of memory, that of its node: it has no limit"
            )
        if self.reason in NOT_STARTED:
            return "its command cannot be started"
        if self.exit_code is None:
            return self.reason or "Kubernetes tells no reason"
        return EXIT_CODES.get(self.exit_code, f"it ended with exit code {self.exit_code}")


def ending(container: Container, pod_has_failed: bool) -> Ending | None:
    """How a container died; None of one that lives, that ended well, or whose first end is no end of the pod."""
    restarts = container.restarts
    if container.state == "waiting" and container.reason == LOOPS:
        return Ending(container, container.last_reason, container.last_exit_code, is_looping=True)
    if container.state == "terminated" and _is_bad(container.reason, container.exit_code):
        is_final = pod_has_failed or container.is_init or restarts > 0
        is_looping = restarts >= LOOPS_FROM_RESTARTS and not pod_has_failed
        last = Ending(container, container.reason, container.exit_code, container.message, is_looping)
        return last if is_final else None
    if container.state == "running" and restarts >= LOOPS_FROM_RESTARTS:
        is_bad = _is_bad(container.last_reason, container.last_exit_code)
        return Ending(container, container.last_reason, container.last_exit_code, is_looping=True) if is_bad else None
    return None


def _is_bad(reason: str, exit_code: int | None) -> bool:
    return bool(exit_code) or (exit_code is None and reason not in ("", COMPLETED))
