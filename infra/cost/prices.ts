import { FARGATE_PRICES } from '@meetingbot/crds-schema';

/**
 * What AWS asks for everything beside Fargate, in US dollars. Region and date are those of Fargate's prices, which are
 * among them: one table, two files, as the controller's cost metrics need only the other.
 * Sources: the pricing pages of each service; change a figure and the date in `fargate-prices.ts` together.
 */
export const PRICES = {
  fargate: FARGATE_PRICES,
  /** A month has 730 hours, as in AWS's own calculator. */
  hoursAMonth: 730,
  s3: {
    putPer1000: 0.005,
    getPer1000: 0.0004,
    standardGbMonth: 0.023,
    glacierIrGbMonth: 0.004,
    glacierIrTransitionPer1000: 0.02,
  },
  dynamodb: { writePerMillion: 0.625, readPerMillion: 0.125, pitrGbMonth: 0.2, storageGbMonth: 0.25 },
  nat: { hour: 0.045, gb: 0.045 },
  alb: { hour: 0.0225, lcuHour: 0.008 },
  prometheus: { samplesPer10Million: 0.9 },
  logs: { ingestGb: 0.5, storeGbMonth: 0.03 },
  kms: { keyMonth: 1, per10000: 0.03 },
  secretMonth: 0.4,
  alarmMonth: 0.1,
  sqsPerMillion: 0.4,
  ecrGbMonth: 0.1,
} as const;
