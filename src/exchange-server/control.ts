import { z } from 'zod';
import { actionSchema } from './action-schema.ts';
import { ActError, type ExchangeHost } from './host.ts';
import type { RequestLog } from './request-log.ts';

interface ControlAnswer {
  status: number;
  body: unknown;
}

export interface Control {
  host: ExchangeHost;
  /** What arrived to change something, and whether its sender got the answer. */
  requests: RequestLog;
  /** What `about` says of this program. */
  about(): object;
  /** Asks the program to stop. */
  stop(): void;
}

type Route = (control: Control, body: string) => ControlAnswer;

const ROUTES: Record<string, Route> = {
  'POST /control/act': act,
  'GET /control/truth': ({ host }) => ({ status: 200, body: host.truth() }),
  'GET /control/requests': ({ requests }) => ({ status: 200, body: { requests: requests.list() } }),
  'GET /control/about': ({ about }) => ({ status: 200, body: about() }),
  'POST /control/stop': ({ stop }) => {
    stop();
    return { status: 202, body: { stopping: true } };
  },
};

/** Answers a request to the control port; problems say what is allowed. */
export function answerControl(control: Control, method: string, path: string, body: string): ControlAnswer {
  const route = ROUTES[`${method} ${path}`];
  if (route) return route(control, body);
  return problem(404, `there is no ${method} ${path}: must be ${Object.keys(ROUTES).join(', ')}`);
}

const problem = (status: number, ...problems: string[]): ControlAnswer => ({ status, body: { problems } });

/** One action answers `{result}`, a list `{results}`. */
function act({ host }: Control, body: string): ControlAnswer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return problem(400, 'the body is no JSON: must be an action ({"type": …}) or a list of actions');
  }
  const isList = Array.isArray(parsed);
  const actions = z.array(actionSchema).safeParse(isList ? parsed : [parsed]);
  if (!actions.success) return problem(400, ...actions.error.issues.map((issue) => describe(issue, isList)));
  try {
    const results = host.act(actions.data);
    return { status: 200, body: isList ? { results } : { result: results[0] } };
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    const where = isList ? `action ${error.index}: ` : '';
    return { status: 400, body: { problems: [`${where}${error.message}`], results: error.done } };
  }
}

function describe({ path, message }: z.core.$ZodIssue, isList: boolean): string {
  const [index, ...rest] = path;
  const where = [...(isList ? [`[${String(index)}]`] : []), ...rest.map(String)].join('.');
  return where === '' ? message : `${where}: ${message}`;
}
