import { commandNames } from '@spillway/contracts';
export const simulateHelp = `
Examples:
  ${commandNames.proxy} simulate --workers 20 --service lognormal:50ms --rate 800
  ${commandNames.proxy} simulate --preset balanced --workers 8 --service lognormal:2s --rate 5
  ${commandNames.proxy} simulate --sweep max-concurrent-requests=10,20,40,80
  ${commandNames.proxy} simulate --compare protection=none --compare max-queue-size=20
  ${commandNames.proxy} simulate --rate 300 --phase 20s-30s:load=4 --resends 2
  ${commandNames.proxy} simulate --group web:rate=300 --group batch:rate=20,service=fixed:2s
  ${commandNames.proxy} simulate --compare max-concurrent-requests=auto
  ${commandNames.proxy} simulate --workers 8 --service lognormal:2s --rate 5 --optimize
  ${commandNames.proxy} simulate --priority-class high=20% --group web:rate=300,class=high

The proxy's options are read as it reads them: flags, SPILLWAY_ variables,
proxy_config.json, presets. Those that a simulation cannot show are accepted
and change nothing. docs/simulate.md says what the model leaves out.`;
