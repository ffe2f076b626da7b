// Loaded into every process of the demo: none outlives it, however it ends, SIGKILL included.
process.on('disconnect', () => process.exit());
// The channel alone keeps nobody alive.
process.channel?.unref();
