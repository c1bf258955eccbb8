import Router from '@koa/router';
import { constantTimeEqual } from '../util/constantTimeEqual.ts';
import { bearerToken } from './bearer.ts';

export type MetricsOptions = {
  /** What Prometheus must show; null: nobody is told anything. */
  metricsToken: string | null;
  metrics: { render(): Promise<{ text: string; type: string }> };
};

/** `/metrics` for Prometheus, for who shows the token: how much goes on here is nobody else's business. */
export function metricsRouter({ metricsToken, metrics }: MetricsOptions): Router {
  const router = new Router();
  if (metricsToken === null) return router;
  return router.get('/metrics', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    if (!constantTimeEqual(bearerToken(ctx), metricsToken)) {
      ctx.status = 401;
      ctx.set('WWW-Authenticate', 'Bearer realm="metrics"');
      ctx.body = 'The metrics are for who shows metrics.token of the configuration as a bearer token.\n';
      return;
    }
    const { text, type } = await metrics.render();
    ctx.set('Content-Type', type);
    ctx.body = text;
  });
}
