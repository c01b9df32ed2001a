export default { test: { setupFiles: ["./fake-timers.mjs"] } };
