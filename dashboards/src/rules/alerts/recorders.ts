import type { Alert } from '../alert.ts';
import { phaseSeries, RECORDER, RECORDER_LABELS, recorderSeries, WHILE_RECORDING } from './recorder-series.ts';

/** Alerts on what single recorders say of themselves; of picture and sound see `media.ts`. */
export const recorderAlerts: Alert[] = [
  {
    name: 'UploadLag',
    severity: 'critical',
    expr: `max by (${RECORDER}) (meetingbot_recorder_upload_lag_seconds) > 30`,
    for: '2m',
    summary: 'Media of the recorder in slot {{ $labels.slot }} is not getting to S3.',
    meaning: 'It is on the disk of the task only: if that dies, more than the promised 10 s are lost.',
    dashboard: 'recorders',
    fires: { series: { [recorderSeries('upload_lag_seconds')]: '2 40x10' }, at: '5m', labels: RECORDER_LABELS },
    silent: { series: { [recorderSeries('upload_lag_seconds')]: '2 40 2x10' }, at: '5m' },
  },
  {
    name: 'EncoderTooSlow',
    severity: 'warning',
    expr: `min by (${RECORDER}) (meetingbot_recorder_encoder_speed_ratio) < 0.95\n${WHILE_RECORDING}`,
    for: '3m',
    summary: 'The encoder of the recorder in slot {{ $labels.slot }} does not keep up.',
    meaning: 'Frames are dropped and sound may drift: the task has too little CPU for this meeting.',
    dashboard: 'recorders',
    fires: {
      series: { [recorderSeries('encoder_speed_ratio')]: '0.8x10', [phaseSeries('Recording')]: '1x10' },
      at: '6m',
      labels: RECORDER_LABELS,
    },
    silent: {
      series: { [recorderSeries('encoder_speed_ratio')]: '1x10', [phaseSeries('Recording')]: '1x10' },
      at: '6m',
    },
  },
  {
    name: 'RecorderMemoryHigh',
    severity: 'warning',
    expr: `max by (${RECORDER}) (meetingbot_recorder_memory_bytes) > 1.7e9`,
    for: '5m',
    summary: 'The recorder in slot {{ $labels.slot }} uses more than 1.7 GB.',
    meaning: 'At 2 GiB the task is killed, and what follows is recorded by another with a gap of a minute.',
    dashboard: 'recorders',
    fires: { series: { [recorderSeries('memory_bytes')]: '1.9e9x15' }, at: '10m', labels: RECORDER_LABELS },
    silent: { series: { [recorderSeries('memory_bytes')]: '0.6e9x15' }, at: '10m' },
  },
];
