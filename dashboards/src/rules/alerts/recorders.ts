import { type Alert, series, TARGET, TEST_TARGET } from '../alert.ts';

const recorder = (name: string, slot = '1') =>
  series(`meetingbot_recorder_${name}`, { slot, namespace: 'default', platform: 'web' });
const phase = (name: string) =>
  series('meetingbot_recorder_phase', { slot: '1', namespace: 'default', platform: 'web', phase: name });
/** Labels that find the recorder: its Meeting has the slot in `status.attempts`. */
const RECORDER = `${TARGET}, slot, namespace, platform`;
const labels = [{ ...TEST_TARGET, slot: '1', namespace: 'default', platform: 'web' }];
const isRecording = `and on (${RECORDER}) max by (${RECORDER}) (meetingbot_recorder_phase{phase="Recording"}) == 1`;

/** Alerts on what single recorders say of themselves. */
export const recorderAlerts: Alert[] = [
  {
    name: 'RecordingSilent',
    severity: 'warning',
    expr: `max by (${RECORDER}) (meetingbot_recorder_since_sound_seconds) > 300\n${isRecording}`,
    for: '1m',
    summary: 'The recorder in slot {{ $labels.slot }} has heard nothing for five minutes.',
    meaning:
      'People may be silent; or the sound of this meeting is not reaching the recording, and nobody will hear it later.',
    dashboard: 'recorders',
    fires: {
      series: { [recorder('since_sound_seconds')]: '0+60x15', [phase('Recording')]: '1x15' },
      at: '10m',
      labels,
    },
    silent: { series: { [recorder('since_sound_seconds')]: '0+60x15', [phase('Recording')]: '0x15' }, at: '10m' },
  },
  {
    name: 'UploadLag',
    severity: 'critical',
    expr: `max by (${RECORDER}) (meetingbot_recorder_upload_lag_seconds) > 30`,
    for: '2m',
    summary: 'Media of the recorder in slot {{ $labels.slot }} is not getting to S3.',
    meaning: 'It is on the disk of the task only: if that dies, more than the promised 10 s are lost.',
    dashboard: 'recorders',
    fires: { series: { [recorder('upload_lag_seconds')]: '2 40x10' }, at: '5m', labels },
    silent: { series: { [recorder('upload_lag_seconds')]: '2 40 2x10' }, at: '5m' },
  },
  {
    name: 'EncoderTooSlow',
    severity: 'warning',
    expr: `min by (${RECORDER}) (meetingbot_recorder_encoder_speed_ratio) < 0.95\n${isRecording}`,
    for: '3m',
    summary: 'The encoder of the recorder in slot {{ $labels.slot }} does not keep up.',
    meaning: 'Frames are dropped and sound may drift: the task has too little CPU for this meeting.',
    dashboard: 'recorders',
    fires: { series: { [recorder('encoder_speed_ratio')]: '0.8x10', [phase('Recording')]: '1x10' }, at: '6m', labels },
    silent: { series: { [recorder('encoder_speed_ratio')]: '1x10', [phase('Recording')]: '1x10' }, at: '6m' },
  },
  {
    name: 'FramesDropped',
    severity: 'warning',
    expr: `max by (${RECORDER}) (increase(meetingbot_recorder_dropped_frames_total[5m])) > 75`,
    for: '2m',
    summary: 'The recorder in slot {{ $labels.slot }} drops more than one frame in a hundred.',
    meaning: 'The picture stutters. Mostly the sign of too little CPU.',
    dashboard: 'recorders',
    fires: { series: { [recorder('dropped_frames_total')]: '0+30x20' }, at: '12m', labels },
    silent: { series: { [recorder('dropped_frames_total')]: '0+2x20' }, at: '12m' },
  },
  {
    name: 'RecorderMemoryHigh',
    severity: 'warning',
    expr: `max by (${RECORDER}) (meetingbot_recorder_memory_bytes) > 1.7e9`,
    for: '5m',
    summary: 'The recorder in slot {{ $labels.slot }} uses more than 1.7 GB.',
    meaning: 'At 2 GiB the task is killed, and what follows is recorded by another with a gap of a minute.',
    dashboard: 'recorders',
    fires: { series: { [recorder('memory_bytes')]: '1.9e9x15' }, at: '10m', labels },
    silent: { series: { [recorder('memory_bytes')]: '0.6e9x15' }, at: '10m' },
  },
];
