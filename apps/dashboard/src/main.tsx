import { render } from 'preact';
import { outcomes } from '@spillway/contracts';
render(<p>{Object.keys(outcomes).join()}</p>, document.body);
