"""What a server has of our deployments and their runs."""

from typing import Any

from tests.patience import patient_client

Row = dict[str, Any]


class Rows:
    """Asks one server."""

    def __init__(self, api_url: str) -> None:
        self._http = patient_client(api_url)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def deployments(self) -> dict[str, Row]:
        """Every deployment by its name; two of one name are a mistake."""
        rows: list[Row] = self.post("deployments/filter", {})
        named = {row["name"]: row for row in rows}
        assert len(named) == len(rows)
        return named

    def runs(self, deployment_id: str, **filters: Any) -> list[Row]:
        """The runs of a deployment, newest first."""
        of_it = {"deployments": {"id": {"any_": [deployment_id]}}, "sort": "EXPECTED_START_TIME_DESC"}
        rows: list[Row] = self.post("flow_runs/filter", {**of_it, **({"flow_runs": filters} if filters else {})})
        return rows

    def run_now(self, deployment_id: str, **parameters: Any) -> str:
        """A run of a deployment that is due at once."""
        body = {"state": {"type": "SCHEDULED"}, "parameters": parameters}
        row: Row = self.post(f"deployments/{deployment_id}/create_flow_run", body)
        return str(row["id"])

    def take(self, run_id: str) -> None:
        """Make it Pending, as whoever starts a process or a container for it does."""
        answer: Row = self.post(f"flow_runs/{run_id}/set_state", {"state": {"type": "PENDING"}})
        assert answer["status"] == "ACCEPT", answer

    def run(self, run_id: str) -> Row:
        """A run."""
        row: Row = self._http.get(f"flow_runs/{run_id}").raise_for_status().json()
        return row

    def stop_schedules(self) -> None:
        """Let no schedule make runs any more."""
        for row in self.deployments().values():
            for schedule in row["schedules"]:
                path = f"deployments/{row['id']}/schedules/{schedule['id']}"
                self._http.patch(path, json={"active": False}).raise_for_status()

    def events(self, name: str) -> list[Row]:
        """The events of a name."""
        found: Row = self.post("events/filter", {"filter": {"event": {"name": [name]}}, "limit": 50})
        rows: list[Row] = found["events"]
        return rows

    def post(self, path: str, body: Row) -> Any:
        """An answer; SQLite under load answers some calls late."""
        return self._http.post(path, json=body).raise_for_status().json()
