import { describe, it } from 'vitest';
import { ERROR_SCENARIOS, LOSS_SCENARIOS, playErrors, playLoss } from './scenarios/breaker-scenarios.ts';

describe('the daily-loss breaker', () => {
  it.each(LOSS_SCENARIOS)('$name', (scenario) => playLoss(scenario));
});

describe('a breaker that counts errors', () => {
  it.each(ERROR_SCENARIOS)('$name', (scenario) => playErrors(scenario));
});
