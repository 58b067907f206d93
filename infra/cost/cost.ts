import { type FargateKind, fargateHourly } from '@meetingbot/crds-schema';
import figures from '../scale/figures.json' with { type: 'json' };
import { PRICES } from './prices.ts';

/** What is to be paid for. */
export interface Usage {
  meetingsPerMonth: number;
  /** Recorded minutes of a meeting. */
  minutes: number;
  recorder: { vcpu: number; memoryGb: number; storageGb: number };
  controller: { vcpu: number; memoryGb: number; replicas: number };
  /** Minutes that a task is paid for beyond the recording: pulled, joining, in the lobby, finishing. */
  overheadMinutes: number;
  /** Of a recording's file, sound and picture. */
  megabitsPerSecond: number;
  /** Days in S3 Standard, and then in Glacier Instant Retrieval until `keepDays`. */
  standardDays: number;
  keepDays: number;
  /** Zones with a NAT gateway that exists for this; 0 where the VPC has them anyway. */
  natGateways: number;
  /** What a meeting sends to a recorder, through NAT. */
  mediaMegabitsPerSecond: number;
  imageGb: number;
}

/** A line of the bill, the same for every processor but those of Fargate. */
export interface CostLine {
  what: string;
  /** How it comes about. */
  how: string;
  dollars: number;
}

export interface Bill {
  kind: FargateKind;
  lines: CostLine[];
  total: number;
  /** All of it, for one meeting. */
  perMeeting: number;
}

/** Of a Meeting's whole life, as measured. */
const { dynamodbReads: READS_A_MEETING, dynamodbWrites: WRITES_A_MEETING } = figures.aMeeting;
/** Units of a write: the item (a few kilobytes, its history in it) and the two indexes. */
const UNITS_A_WRITE = 8;
/** A segment about every four seconds, and parts of the two files. */
const PUTS_A_MINUTE = 15 + 3;
const SERIES = 2_500;
const SCRAPES_A_MONTH = (PRICES.hoursAMonth * 3600) / 30;
const LOG_KB_A_MINUTE = 4;
/** Of each replica; an index is read eventually consistent, so a query is half a unit. */
const QUERY_UNITS_A_MONTH = (PRICES.hoursAMonth * 3600 * figures.steady.dynamodbQueriesPerSecond) / 2;

/** The bill of a month. */
export function billOf(kind: FargateKind, usage: Usage): Bill {
  const { controller, meetingsPerMonth, minutes, recorder } = usage;
  const hours = (meetingsPerMonth * minutes) / 60;
  const taskHours = (meetingsPerMonth * (minutes + usage.overheadMinutes)) / 60;
  const gb = (hours * 3600 * usage.megabitsPerSecond) / 8 / 1000;
  const mediaGb = (hours * 3600 * usage.mediaMegabitsPerSecond) / 8 / 1000;
  // The controller is never on Spot: it is what starts the others again.
  const steady = kind === 'arm' || kind === 'armSpot' ? 'arm' : 'x86';
  const month = PRICES.hoursAMonth;
  const lines: CostLine[] = [
    line(
      'recorders',
      `${round(taskHours)} task hours of ${recorder.vcpu} vCPU, ${recorder.memoryGb} GB`,
      taskHours * fargateHourly(kind, recorder),
    ),
    line(
      'recorders’ disk',
      `${recorder.storageGb - 20} GB above the 20 that are free`,
      taskHours * Math.max(0, recorder.storageGb - 20) * PRICES.fargate.storageGbHour,
    ),
    line(
      'controller',
      `${controller.replicas} × ${controller.vcpu} vCPU, ${controller.memoryGb} GB, always`,
      controller.replicas * month * fargateHourly(steady, controller),
    ),
    line('load balancer', '1, and one LCU', month * (PRICES.alb.hour + PRICES.alb.lcuHour)),
    line(
      'NAT gateways',
      `${usage.natGateways}, if they are made for this`,
      usage.natGateways * month * PRICES.nat.hour,
    ),
    line('NAT traffic', `${round(mediaGb)} GB of meetings to recorders`, mediaGb * PRICES.nat.gb),
    line('S3 writes', `${PUTS_A_MINUTE} a recorded minute`, (hours * 60 * PUTS_A_MINUTE * PRICES.s3.putPer1000) / 1000),
    line(
      'S3 Standard',
      `${round(gb)} GB a month, for ${usage.standardDays} days`,
      gb * (Math.min(usage.standardDays, usage.keepDays) / 30) * PRICES.s3.standardGbMonth,
    ),
    line('S3 Glacier IR', `from then to day ${usage.keepDays}`, archive(gb, meetingsPerMonth, usage)),
    line(
      'DynamoDB',
      `${WRITES_A_MEETING} writes, ${READS_A_MEETING} reads a meeting, idle polling`,
      table(meetingsPerMonth, controller.replicas),
    ),
    line(
      'Managed Prometheus',
      `${SERIES} series of ${controller.replicas} controllers, every 30 s`,
      (controller.replicas * SERIES * SCRAPES_A_MONTH * PRICES.prometheus.samplesPer10Million) / 1e7,
    ),
    line(
      'logs',
      `${LOG_KB_A_MINUTE} KB a task minute`,
      ((taskHours * 60 * LOG_KB_A_MINUTE) / 1e6) * (PRICES.logs.ingestGb + 3 * PRICES.logs.storeGbMonth),
    ),
    line(
      'keys, secrets, alarms',
      '1 key, 2 secrets, 10 alarms',
      PRICES.kms.keyMonth +
        2 * PRICES.secretMonth +
        10 * PRICES.alarmMonth +
        (hours * 60 * PRICES.kms.per10000) / 10_000,
    ),
    line(
      'queue of hints',
      '10 a meeting, long polling',
      ((meetingsPerMonth * 30 + month * 180) * PRICES.sqsPerMillion) / 1e6,
    ),
    line('images', `${usage.imageGb} GB × 10 kept`, usage.imageGb * 10 * PRICES.ecrGbMonth),
  ];
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  return { kind, lines, total, perMeeting: total / meetingsPerMonth };
}

function line(what: string, how: string, dollars: number): CostLine {
  return { what, how, dollars };
}

function round(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** In the steady state: what is there at any time, and the two files of each meeting moved once. */
function archive(gb: number, meetings: number, { keepDays, standardDays }: Usage): number {
  const days = Math.max(0, keepDays - standardDays);
  if (days === 0) return 0;
  return gb * (days / 30) * PRICES.s3.glacierIrGbMonth + (meetings * 2 * PRICES.s3.glacierIrTransitionPer1000) / 1000;
}

function table(meetings: number, replicas: number): number {
  const { readPerMillion, writePerMillion } = PRICES.dynamodb;
  const writes = meetings * WRITES_A_MEETING * UNITS_A_WRITE * writePerMillion;
  const reads = (meetings * READS_A_MEETING + replicas * QUERY_UNITS_A_MONTH) * readPerMillion;
  // The lease is renewed every two seconds.
  const lease = (PRICES.hoursAMonth * 3600) / 2;
  return (writes + reads + lease * writePerMillion) / 1e6;
}
