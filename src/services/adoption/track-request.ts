import type { Adopted } from '../../actors/account/discovery.ts';
import { adoptPosition } from '../../domain/adoption.ts';
import type { Method } from '../../domain/method.ts';
import { amount, formatPrice, formatQuantity, ONE_DOLLAR, WHOLE } from '../../domain/money.ts';
import { refuseWord } from '../config/nearest-word.ts';
import type { Config } from '../config/schema.ts';
import { OperationError, type TrackRequest } from '../operations/operations.ts';
import { adopted } from './adopted.ts';
import { methodNameFor } from './method-rules.ts';

export interface TrackContext {
  /** The latest version of each. */
  methods: readonly Method[];
  adoption: Config['adoption'];
  at: number;
}

/** Makes a position of a request. Throws an OperationError `invalid` with all that is wrong with it. */
export function adoptRequest(id: string, request: TrackRequest, context: TrackContext): Adopted {
  const { methods, adoption, at } = context;
  const name = request.method ?? methodNameFor(request.market, adoption);
  const method = methods.find((known) => known.name === name);
  const problems = [...problemsOf(request, at)];
  if (!method)
    problems.push(
      `method: ${refuseWord(
        name,
        methods.map((known) => known.name),
      )}`,
    );
  if (problems.length > 0 || !method) throw new OperationError('invalid', problems.join('; '));
  const { market, side, quantity, entryPrice } = request;
  const position = adoptPosition({
    id,
    market,
    side,
    quantity,
    cost: amount(entryPrice, quantity),
    entryFees: 0,
    openedAt: request.openedAt ?? at,
    confidence: request.confidence ?? adoption.confidence,
    modelProbability: request.modelProbability,
    modelAt: null,
    method,
    at,
  });
  const what = `${formatQuantity(quantity)} ${side.toUpperCase()} ${market} at $${formatPrice(entryPrice)}`;
  return adopted(position, `adopted ${what}, method ${method.name} version ${method.version}`);
}

function* problemsOf(request: TrackRequest, at: number): Generator<string> {
  const { quantity, entryPrice, modelProbability, openedAt } = request;
  if (!Number.isSafeInteger(quantity) || quantity <= 0) yield 'quantity: must be above 0';
  if (!Number.isSafeInteger(entryPrice) || entryPrice <= 0 || entryPrice >= ONE_DOLLAR)
    yield 'entry_price: must lie between 0 and 1';
  if (modelProbability !== null && (modelProbability < 0 || modelProbability > WHOLE))
    yield 'model_probability: must be at least 0 and at most 1';
  if (openedAt !== null && openedAt > at) yield 'opened_at: must not lie in the future';
}
