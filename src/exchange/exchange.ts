/** A practice exchange that speaks Kalshi's API: a pure core without network, clock or randomness. */
import type { Action, ActResult } from './actions.ts';
import { perform } from './acts/perform.ts';
import { advanceWorld, nextTime } from './advance.ts';
import { buildWorld } from './build-world.ts';
import type { ExchangeRequest, ExchangeResponse, OutgoingFrame, Reply } from './messages.ts';
import { processRequest } from './pipeline.ts';
import type { ExchangeOptions } from './specs.ts';
import { receiveCommand } from './stream/commands.ts';
import { forgetConnection, openConnection } from './stream/connections.ts';
import { takeDueFrames } from './stream/outbox.ts';
import { publish } from './stream/publish.ts';
import { type Truth, truthOf } from './truth.ts';
import type { World } from './world.ts';

export type { Action, ActResult } from './actions.ts';
export type { ExchangeRequest, ExchangeResponse, OutgoingFrame, Reply } from './messages.ts';
export type { AccountSpec, ExchangeOptions, HoldingSpec, LevelSpec, MarketSpec } from './specs.ts';
export type { AccountTruth, OrderTruth, Truth } from './truth.ts';

/** Times are ms since the epoch, and never run backwards. */
export class Exchange {
  #world: World;

  /** Throws a RangeError when the options contradict themselves. */
  constructor(options: ExchangeOptions) {
    this.#world = buildWorld(options);
  }

  /** One REST request. */
  handle(request: ExchangeRequest, at: number): Reply {
    this.advance(at);
    const reply = processRequest(this.#world, request, this.#world.at);
    publish(this.#world, this.#world.at);
    return reply;
  }

  /** The upgrade request of a stream. A response is the refusal. */
  connect(request: ExchangeRequest, at: number): { connectionId: number } | ExchangeResponse {
    this.advance(at);
    return openConnection(this.#world, request, this.#world.at);
  }

  /** A text message from the client. */
  receive(connectionId: number, text: string, at: number): void {
    this.advance(at);
    receiveCommand(this.#world, connectionId, text, this.#world.at);
  }

  /** The client is gone. */
  disconnect(connectionId: number): void {
    forgetConnection(this.#world, connectionId);
  }

  /** The frames that are due by `at`, in the order to send them. */
  takeFrames(at: number): OutgoingFrame[] {
    this.advance(at);
    return takeDueFrames(this.#world, this.#world.at);
  }

  /** Everything that time alone does. */
  advance(at: number): void {
    advanceWorld(this.#world, at);
  }

  /** When `advance` or `takeFrames` next has something to do; null when never. */
  nextEventAt(): number | null {
    return nextTime(this.#world);
  }

  /** The world acts. Throws a RangeError when the action names what does not exist or cannot happen. */
  act(action: Action, at: number): ActResult {
    this.advance(at);
    const result = perform(this.#world, action, this.#world.at);
    publish(this.#world, this.#world.at);
    return result;
  }

  /** What really is, whatever the answers say. */
  truth(): Truth {
    return truthOf(this.#world);
  }

  /** All of the exchange as JSON. */
  snapshot(): unknown {
    return structuredClone(this.#world);
  }

  /** An exchange that goes on from a snapshot as the original would have. */
  static restore(snapshot: unknown): Exchange {
    const exchange = new Exchange({ at: 0, markets: [], accounts: [] });
    exchange.#world = structuredClone(snapshot) as World;
    return exchange;
  }
}
