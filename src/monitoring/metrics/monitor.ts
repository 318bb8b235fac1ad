import { unknown } from '../../common/measured.ts';
import { exactly } from './read.ts';
import type { MetricRow } from './metric.ts';

export const MONITOR_METRICS = [
  {
    id: 'monitor.serverMs',
    group: 'monitor',
    label: 'Server time per reading',
    inTree: 'Server time',
    unit: 'milliseconds',
    what: 'Mean server time of the last light readings.',
    source: 'Server’s clock at the start and the end of the statement',
    advice: 'A few milliseconds at most. If it grows, the monitor counts less and estimates more by itself.',
    read: (s) =>
      s.monitor.readings === 0
        ? unknown('There was no reading yet.')
        : exactly(s.monitor.meanServerMs, s.at, 'Mean of the last light readings'),
  },
  {
    id: 'monitor.roundTripMs',
    group: 'monitor',
    label: 'Round trip',
    unit: 'milliseconds',
    toldWith: 'monitor.serverMs',
    what: 'Time from sending the last light reading to its answer: server time and network together.',
    source: 'This machine’s clock',
    advice: 'Much more than the server time: the network or a pooler is slow.',
    read: (s) => exactly(s.metrics.cost.roundTripMs, s.metrics.at),
  },
  {
    id: 'monitor.statements',
    group: 'monitor',
    label: 'Statements per reading',
    unit: 'count',
    toldWith: 'monitor.serverMs',
    what: 'Statements that the last light reading sent.',
    source: 'Counted by the monitor',
    advice: 'One. Through a pooler in transaction mode a few more for SET LOCAL.',
    read: (s) => exactly(s.metrics.cost.statements, s.metrics.at),
  },
  {
    id: 'monitor.coreShare',
    group: 'monitor',
    label: 'Share of a core',
    unit: 'share',
    what: 'Server time of all readings, exact ones included, ÷ time that passed: what watching costs.',
    source: 'Sum of the server times of all readings',
    advice: 'Lengthen the intervals in the settings if it is more than you like.',
    read: (s) =>
      s.monitor.readings === 0
        ? unknown('There was no reading yet.')
        : exactly(s.monitor.coreShare, s.at, 'Since the monitor started'),
  },
  {
    id: 'monitor.interval',
    group: 'monitor',
    label: 'Interval',
    unit: 'seconds',
    what: 'Time between light readings at present. It is longer while nothing of this is visible, or when readings are slow.',
    source: 'The settings for the intervals of this extension',
    advice: 'Shorter shows changes sooner and costs more.',
    read: (s) => exactly(s.monitor.intervalSeconds, s.at),
  },
  {
    id: 'monitor.readings',
    group: 'monitor',
    label: 'Readings',
    unit: 'count',
    toldWith: 'monitor.interval',
    what: 'Readings of all kinds since the monitor started.',
    source: 'Counted by the monitor',
    advice: 'None needed.',
    read: (s) => exactly(s.monitor.readings, s.at),
  },
] as const satisfies readonly MetricRow[];
