import { Hono } from 'hono';
import type { MethodOperations } from '../method-operations.ts';
import { HttpProblem } from './problem.ts';

/** `/methods`: what there is, what one says, and what differs between two. */
export function methodRoutes(methods: MethodOperations): Hono {
  const routes = new Hono();
  routes.get('/', async (context) => context.json(await methods.list()));
  routes.get('/diff', async (context) => {
    const { from, to } = context.req.query();
    if (!from || !to) throw new HttpProblem(400, 'invalid', 'from and to: must name two methods');
    return context.json(await methods.diff(from, to));
  });
  routes.get('/:reference', async (context) =>
    context.json(await methods.show(context.req.param('reference'))),
  );
  return routes;
}
