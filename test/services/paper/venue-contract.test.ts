import { describeVenue } from '../venue-contract.ts';
import { openPaperRig } from './paper-rig.ts';

describeVenue('the paper venue', openPaperRig);
