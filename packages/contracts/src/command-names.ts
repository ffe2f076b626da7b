/** How a user types our programs, for texts that tell what to run. The published package has names of its own. */
export const commandNames = {
  proxy: 'proxy',
  loadtest: 'pnpm loadtest',
  monitor: 'pnpm monitor',
};
