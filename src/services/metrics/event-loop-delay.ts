import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.99, 1];

/** Watches how late the event loop is; returns how to stop. */
export function gaugeEventLoopDelay(registry: Registry): () => void {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  new Gauge({
    name: 'postern_event_loop_delay_seconds',
    help: 'Real seconds by which the event loop was late since the last scrape, by quantile; 1 is the longest',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      // What is recorded is the time between two ticks, which are the resolution apart when nothing is late.
      for (const quantile of QUANTILES) {
        const ns = histogram.count === 0 ? 0 : histogram.percentile(quantile * 100);
        this.set({ quantile: String(quantile) }, Math.max(0, ns / 1e9 - RESOLUTION_MS / 1000));
      }
      histogram.reset();
    },
  });
  return () => histogram.disable();
}
