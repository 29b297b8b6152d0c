"""Every metric that there is."""

from lifeguard.metrics.patrol_metrics import PATROL_METRICS
from lifeguard.metrics.pool_metrics import POOL_METRICS

CATALOGUE = (*POOL_METRICS, *PATROL_METRICS)
