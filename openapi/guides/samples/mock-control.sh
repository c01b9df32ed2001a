curl -sS -o /dev/null -X PUT "$BINANCE_BASE_URL/__mock/state" -d '{ "scenario": "marginCall" }'
curl -sS -o /dev/null -X POST "$BINANCE_BASE_URL/__mock/faults" -d '{ "fault": "error", "example": "overloaded", "times": 2 }'
curl -sS "$BINANCE_BASE_URL/__mock/faults"
