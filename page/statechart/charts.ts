import { signal } from '@preact/signals';
import type { Chart } from '../../src/services/inspect/chart.ts';
import { Problem, read } from '../live/api.ts';
import { buildModel, type ChartModel } from './chart-model.ts';

/** Every machine by its id; null before they were read. */
export const charts = signal<ReadonlyMap<string, ChartModel> | null>(null);
/** Why they could not be read. */
export const chartsProblem = signal<Problem | null>(null);

let isAsked = false;

/** Reads the machines once: their definitions don't change while a daemon runs. */
export async function readCharts(): Promise<void> {
  if (isAsked) return;
  isAsked = true;
  try {
    const said = await read<Chart[]>('/api/v1/machines');
    charts.value = new Map(said.map((chart) => [chart.id, buildModel(chart)]));
    chartsProblem.value = null;
  } catch (error) {
    chartsProblem.value = error instanceof Problem ? error : new Problem('internal', 0, String(error));
    isAsked = false;
  }
}
