/** Light and dark by the reader's choice; the plots take their colours from here too. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --background: #f6f7f9; --card: #ffffff; --text: #1b2430; --text-dim: #5a6675; --line: #e1e5ea;
  --plot-sent: #3b6fd4; --plot-good: #14866d; --plot-warm: #c77700; --plot-failed: #c8324a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #12161c; --card: #1b212a; --text: #e6eaf0; --text-dim: #9aa7b8; --line: #2c3542;
    --plot-sent: #7aa5f8; --plot-good: #3fc7a4; --plot-warm: #f0a94a; --plot-failed: #f2708a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 24px; max-width: 1400px; background: var(--background); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums;
}
h1 { margin: 0; font-size: 22px; overflow-wrap: anywhere; }
h2 { margin: 0 0 8px; font-size: 15px; font-weight: 600; }
header p { margin: 4px 0 20px; color: var(--text-dim); }
.verdict { display: inline-block; padding: 1px 10px; border-radius: 999px; font-weight: 600; color: #fff; background: #b3263c; }
.verdict.passed { background: #0f7059; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); gap: 12px; margin-bottom: 12px; }
.tile, section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.tile { padding: 10px 14px; }
.tile b { display: block; font-size: 20px; }
.tile span { color: var(--text-dim); font-size: 13px; }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; }
section { padding: 14px; min-width: 0; }
.wide { grid-column: 1 / -1; }
@media (max-width: 900px) { .grid { grid-template-columns: minmax(0, 1fr); } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 4px 10px; text-align: right; border-bottom: 1px solid var(--line); }
th { color: var(--text-dim); font-weight: 500; font-size: 13px; }
th:first-child, td:first-child { text-align: left; }
table.words :is(th, td) { text-align: left; }
tr:last-child td { border-bottom: 0; }
ul { margin: 0; padding-left: 20px; }
code { display: block; padding: 10px; overflow-x: auto; background: var(--background); border-radius: 6px; }
.warnings { margin-bottom: 12px; border-color: var(--plot-warm); }
.uplot, .u-legend { color: var(--text); font-family: inherit; }
.u-legend { text-align: left; font-size: 13px; }
table.u-legend th, table.u-legend td { padding: 2px 4px; border: 0; color: var(--text); }
.u-inline.u-live th::after { content: ''; }
.plot { min-height: 310px; }
`;
