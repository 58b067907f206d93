import { type Alert, TARGET, TEST_TARGET } from '../alert.ts';
import {
  IS_RECORDING,
  phaseSeries,
  RECORDER,
  RECORDER_LABELS,
  recorderSeries,
  WHILE_RECORDING,
} from './recorder-series.ts';

const level = (name: string) => `max by (${RECORDER}) (meetingbot_recorder_${name})`;
/** The recorder asks the page only while the recording is silent: so a sounding page is a fault by itself. */
const PAGE_SOUNDS = `${level('page_audio_rms_decibels')} > -60`;
/** Sound was lost a while ago, and nothing was heard since two minutes: what was tried did not bring it back. */
const NOT_MENDED = [
  `(max by (${RECORDER}) (increase(meetingbot_recorder_sound_faults_total[15m])) > 0.5`,
  `and ${level('since_sound_seconds')} > 120)`,
].join('\n  ');
const silentFor = (seconds: number) => `(${level('since_sound_seconds')} > ${seconds}\n  ${WHILE_RECORDING})`;

/** Alerts on picture and sound of recordings under way. */
export const mediaAlerts: Alert[] = [
  {
    name: 'SoundLost',
    severity: 'critical',
    expr: `(${PAGE_SOUNDS}\n  or ${NOT_MENDED})\n${WHILE_RECORDING}`,
    for: '1m',
    summary: 'The meeting in slot {{ $labels.slot }} has sound, and its recording has none.',
    meaning:
      'Opening its sound anew and joining again did not help. What is said there now is lost to everybody who was not in the meeting.',
    dashboard: 'recorders',
    fires: {
      series: {
        [recorderSeries('sound_faults_total')]: '0x3 1x20',
        [recorderSeries('since_sound_seconds')]: '1x3 0+60x20',
        [phaseSeries('Recording')]: '1x25',
      },
      at: '10m',
      labels: RECORDER_LABELS,
    },
    silent: {
      // One fault that was mended; people have been talking since.
      series: {
        [recorderSeries('sound_faults_total')]: '0x3 1x20',
        [recorderSeries('since_sound_seconds')]: '1x3 10 1x20',
        [recorderSeries('page_audio_rms_decibels')]: '_x3 -30 stale',
        [phaseSeries('Recording')]: '1x25',
      },
      at: '10m',
    },
  },
  {
    name: 'SoundFaultsRepeat',
    severity: 'warning',
    expr: `sum by (${TARGET}) (increase(meetingbot_recorder_sound_faults_total[1h])) > 2.5`,
    summary: 'Recordings lose their sound again and again.',
    meaning:
      'Each time its mending is begun within seconds, and the manifest lists what was lost. Something in our image or in a platform has changed.',
    dashboard: 'recorders',
    fires: { series: { [recorderSeries('sound_faults_total')]: '0x5 4x15' }, at: '15m', labels: [TEST_TARGET] },
    silent: { series: { [recorderSeries('sound_faults_total')]: '0x5 1x15' }, at: '15m' },
  },
  {
    name: 'RecordingSilent',
    severity: 'warning',
    expr: `${level('since_sound_seconds')} > 300\n${WHILE_RECORDING}`,
    for: '1m',
    summary: 'The recorder in slot {{ $labels.slot }} has heard nothing for five minutes.',
    meaning:
      'People may be silent; or the sound of this meeting is not reaching the recording, and nobody will hear it later.',
    dashboard: 'recorders',
    fires: {
      series: { [recorderSeries('since_sound_seconds')]: '0+60x15', [phaseSeries('Recording')]: '1x15' },
      at: '10m',
      labels: RECORDER_LABELS,
    },
    silent: {
      series: { [recorderSeries('since_sound_seconds')]: '0+60x15', [phaseSeries('Recording')]: '0x15' },
      at: '10m',
    },
  },
  {
    name: 'RecordingsSilent',
    severity: 'critical',
    expr: [
      `count by (${TARGET}) ${silentFor(180)} > 2.5`,
      `and count by (${TARGET}) ${silentFor(180)} / count by (${TARGET}) (${IS_RECORDING}) > 0.5`,
    ].join('\n'),
    for: '1m',
    summary: 'More than half of the recordings under way have no sound.',
    meaning: 'So many meetings are not silent at once: our sound is broken, perhaps since a deployment, for everybody.',
    dashboard: 'recorders',
    fires: {
      series: Object.fromEntries(
        ['1', '2', '3'].flatMap((slot) => [
          [recorderSeries('since_sound_seconds', slot), '0+60x15'],
          [phaseSeries('Recording', slot), '1x15'],
        ]),
      ),
      at: '8m',
      labels: [TEST_TARGET],
    },
    silent: {
      series: Object.fromEntries(
        ['1', '2', '3', '4', '5', '6'].flatMap((slot) => [
          [recorderSeries('since_sound_seconds', slot), Number(slot) > 3 ? '1x15' : '0+60x15'],
          [phaseSeries('Recording', slot), '1x15'],
        ]),
      ),
      at: '8m',
    },
  },
  {
    name: 'PictureFrozen',
    severity: 'warning',
    expr: [
      `${level('frozen_picture_seconds')} > 900`,
      `and on (${RECORDER}) ${level('since_sound_seconds')} < 60`,
      WHILE_RECORDING,
    ].join('\n'),
    for: '2m',
    summary: 'The picture of the recording in slot {{ $labels.slot }} has stood still for a quarter of an hour.',
    meaning:
      'People talk meanwhile. It may be one slide without anybody on video; or the page no longer draws, and the recording has sound only.',
    dashboard: 'recorders',
    fires: {
      series: {
        [recorderSeries('frozen_picture_seconds')]: '0+60x25',
        [recorderSeries('since_sound_seconds')]: '2x25',
        [phaseSeries('Recording')]: '1x25',
      },
      at: '20m',
      labels: RECORDER_LABELS,
    },
    silent: {
      // Nobody talks either: a break.
      series: {
        [recorderSeries('frozen_picture_seconds')]: '0+60x25',
        [recorderSeries('since_sound_seconds')]: '0+60x25',
        [phaseSeries('Recording')]: '1x25',
      },
      at: '20m',
    },
  },
  {
    name: 'FramesDropped',
    severity: 'warning',
    expr: `max by (${RECORDER}) (increase(meetingbot_recorder_dropped_frames_total[5m])) > 75`,
    for: '2m',
    summary: 'The recorder in slot {{ $labels.slot }} drops more than one frame in a hundred.',
    meaning: 'The picture stutters. Mostly the sign of too little CPU.',
    dashboard: 'recorders',
    fires: { series: { [recorderSeries('dropped_frames_total')]: '0+30x20' }, at: '12m', labels: RECORDER_LABELS },
    silent: { series: { [recorderSeries('dropped_frames_total')]: '0+2x20' }, at: '12m' },
  },
];
