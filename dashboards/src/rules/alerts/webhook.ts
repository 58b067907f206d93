import { type Alert, series, TARGET, TEST_TARGET } from '../alert.ts';

const age = (phase: string) => series('meetingbot_meeting_oldest_age_seconds', { phase });

/** @param window - how long a final failure is told of */
export function webhookAlerts(window: string): Alert[] {
  return [
    {
      name: 'WebhookBacklog',
      severity: 'warning',
      expr: `max by (${TARGET}) (meetingbot_meeting_oldest_age_seconds{phase="Notifying"}) > 600`,
      for: '2m',
      summary: 'MAF has not taken a webhook for more than ten minutes.',
      meaning: 'Recordings are safe in S3, but their users do not see them. It is tried for 24 h.',
      dashboard: 'controller',
      fires: { series: { [age('Notifying')]: '0+60x20' }, at: '15m', labels: [TEST_TARGET] },
      silent: { series: { [age('Notifying')]: '0+10x20', [age('Recording')]: '0+60x20' }, at: '15m' },
    },
    {
      name: 'WebhookGivenUp',
      severity: 'critical',
      expr: `sum by (${TARGET}) (increase(meetingbot_webhooks_given_up_total[${window}])) > 0.5`,
      summary: 'A recording was made, and MAF will never hear of it by itself.',
      meaning:
        'The webhook was refused for good, or for 24 h. The recording is in S3; it has to be sent again by hand.',
      dashboard: 'controller',
      fires: {
        series: { [series('meetingbot_webhooks_given_up_total')]: '0x5 1x10' },
        at: '7m',
        labels: [TEST_TARGET],
      },
      silent: { series: { [series('meetingbot_webhooks_given_up_total')]: '1x20' }, at: '7m' },
    },
    {
      name: 'WebhookRefused',
      severity: 'warning',
      expr: [
        `sum by (${TARGET}) (increase(meetingbot_webhook_tries_total{outcome="failed"}[15m]))`,
        `/ sum by (${TARGET}) (increase(meetingbot_webhook_tries_total[15m])) > 0.5`,
      ].join('\n'),
      for: '5m',
      summary: 'More than half of the webhooks to MAF are refused.',
      meaning: 'MAF is down, its address or secret is wrong, or something between us refuses.',
      dashboard: 'controller',
      fires: {
        series: {
          [series('meetingbot_webhook_tries_total', { outcome: 'failed' })]: '0+3x30',
          [series('meetingbot_webhook_tries_total', { outcome: 'delivered' })]: '0+1x30',
        },
        at: '25m',
        labels: [TEST_TARGET],
      },
      silent: {
        series: {
          [series('meetingbot_webhook_tries_total', { outcome: 'failed' })]: '0+1x30',
          [series('meetingbot_webhook_tries_total', { outcome: 'delivered' })]: '0+3x30',
        },
        at: '25m',
      },
    },
  ];
}
