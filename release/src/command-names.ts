/** As in the workspace, but for those who have the package and type the name of its one command. */
export const commandNames = {
  proxy: 'spillway',
  loadtest: 'spillway loadtest',
  monitor: 'spillway monitor',
};
