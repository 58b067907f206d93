import { type Alert, series, TARGET, TEST_TARGET } from '../alert.ts';

const dead = series('meetingbot_redis_jobs_total', { result: 'dead' });
const repeated = series('meetingbot_redis_jobs_total', { result: 'repeated' });
const isUp = (instance: string) => series('meetingbot_redis_up', { instance });

/**
 * On the old bot's list; without REDIS_CONSUMER_ENABLED there is nothing to look at.
 * @param window - how long a dead letter is told of
 */
export function redisAlerts(window: string): Alert[] {
  return [
    {
      name: 'RedisAway',
      severity: 'critical',
      expr: `max by (${TARGET}) (meetingbot_redis_up) == 0`,
      for: '5m',
      summary: 'No controller takes jobs from the old list in Redis.',
      meaning:
        'What is ordered over that list is not recorded meanwhile. Jobs wait in it, and are taken when Redis is back.',
      dashboard: 'controller',
      fires: { series: { [isUp('a:3000')]: '0x15', [isUp('b:3000')]: '0x15' }, at: '8m', labels: [TEST_TARGET] },
      silent: { series: { [isUp('a:3000')]: '0x15', [isUp('b:3000')]: '1x15' }, at: '8m' },
    },
    {
      name: 'RedisJobUnreadable',
      severity: 'warning',
      expr: `sum by (${TARGET}) (increase(meetingbot_redis_jobs_total{result="dead"}[${window}])) > 0.5`,
      summary: 'A job of the old list in Redis cannot be read: its meeting will not be recorded.',
      meaning:
        'Whoever writes the list sent something that is no order. It is kept, with the reason, and can be sent again.',
      dashboard: 'controller',
      fires: { series: { [dead]: '0x5 1x10' }, at: '7m', labels: [TEST_TARGET] },
      silent: { series: { [dead]: '1x20', [repeated]: '0x5 3x15' }, at: '7m' },
    },
  ];
}
