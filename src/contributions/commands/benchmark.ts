import { onRow, takes, type CommandRow } from '../commandRow.ts';
import { all, CONNECTED, TRUSTED } from '../when.ts';

export const BENCHMARK_COMMANDS = {
  runBenchmark: {
    title: 'Run Benchmark…',
    icon: 'dashboard',
    enablement: all(TRUSTED, CONNECTED),
    menus: [onRow('benchmarks', 'inline@1'), onRow('benchmarks', '5_benchmark@1')],
  },
  compareBenchmarks: { title: 'Compare Benchmarks…', icon: 'diff', menus: [onRow('benchmarks', '5_benchmark@2')] },
  importBenchmark: {
    title: 'Import Benchmark Result…',
    icon: 'cloud-download',
    menus: [onRow('benchmarks', '5_benchmark@3')],
  },
  showBenchmark: { title: 'Show Benchmark', icon: 'open-preview', palette: false, takes: takes<[startedAt: string]>() },
} as const satisfies Readonly<Record<string, CommandRow>>;
