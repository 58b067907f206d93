import { series, TARGET, TEST_TARGET } from '../alert.ts';

/** Labels that find the recorder: its Meeting has the slot in `status.attempts`. */
export const RECORDER = `${TARGET}, slot, namespace, platform`;
/** Recorders whose gauge `phase` says that they record. */
export const IS_RECORDING = `max by (${RECORDER}) (meetingbot_recorder_phase{phase="Recording"}) == 1`;
/** Narrows an expression by {@link RECORDER} to those. */
export const WHILE_RECORDING = `and on (${RECORDER}) ${IS_RECORDING}`;

/** Of the tests: a metric of one recorder. */
export const recorderSeries = (name: string, slot = '1') =>
  series(`meetingbot_recorder_${name}`, { slot, namespace: 'default', platform: 'web' });

/** Of the tests: the gauge of one of its phases. */
export const phaseSeries = (phase: string, slot = '1') =>
  series('meetingbot_recorder_phase', { slot, namespace: 'default', platform: 'web', phase });

/** Of the tests: the labels of an alert on the recorder in slot 1. */
export const RECORDER_LABELS = [{ ...TEST_TARGET, slot: '1', namespace: 'default', platform: 'web' }];
