import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/controls.css';
import './style/masthead.css';
import './style/findings.css';
import './style/tiles.css';
import './style/tables.css';
import './style/plots.css';
import './style/story.css';
import './style/layout.css';
import { render } from 'preact';
import { Page } from './page.tsx';

render(<Page />, document.getElementById('page') as HTMLElement);
