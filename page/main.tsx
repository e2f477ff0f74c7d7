import './style.css';
import { render } from 'preact';
import { followLinks } from './route.ts';
import { Shell } from './shell.tsx';

followLinks();
render(<Shell />, document.getElementById('page')!);
