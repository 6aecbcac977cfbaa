// Preloaded into a measured process: writes the most memory it had resident, in bytes, to a file as it ends.
const { writeFileSync } = require('node:fs');

process.on('exit', () => writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS * 1024)));
