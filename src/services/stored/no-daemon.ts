import { OperationError } from '../operations/operations.ts';

/** What only a running daemon can do. */
export const noDaemon = (consequence: string): OperationError =>
  new OperationError(
    'unavailable',
    `no daemon is running, so ${consequence}: start one with \`postern run\``,
  );
