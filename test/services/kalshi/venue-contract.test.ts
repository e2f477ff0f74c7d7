import { describeVenue } from '../venue-contract.ts';
import { openKalshiRig } from './kalshi-rig.ts';

describeVenue('Kalshi over the practice exchange, polling', () => openKalshiRig(false));
describeVenue('Kalshi over the practice exchange, streaming', () => openKalshiRig(true));
