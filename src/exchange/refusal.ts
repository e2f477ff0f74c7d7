/** The exchange's no: an HTTP status and the fields of its error envelope. */
export interface Refusal {
  readonly refused: true;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details?: string;
}

export const refuse = (status: number, code: string, message: string, details?: string): Refusal => ({
  refused: true,
  status,
  code,
  message,
  ...(details === undefined ? {} : { details }),
});

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refused' in value;

export const badParameters = (details: string): Refusal =>
  refuse(400, 'invalid_parameters', 'invalid parameters', details);
export const badOrder = (message: string, details?: string): Refusal =>
  refuse(400, 'invalid_order', message, details);
export const notFound = (what: string): Refusal => refuse(404, 'not_found', `${what} not found`);
export const marketInactive = (): Refusal => refuse(400, 'MARKET_INACTIVE', 'market is not active');
