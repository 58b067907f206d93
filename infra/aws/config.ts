import { causesOf, IDENTITY_NAME, PLATFORMS } from '@meetingbot/crds-schema';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { crossChecks } from './config-checks.ts';

/**
 * What the stack is told of the place it is put into. Everything that exists already is named by its attributes, so that
 * the template is written without an account and without a network: nothing is looked up.
 */
const only = { additionalProperties: false };
const matching = (pattern: string, description: string) => Type.String({ pattern, description });
const whole = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });
const withDefault = (byDefault: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: byDefault, minimum, maximum, description });
const flag = (byDefault: boolean, description: string) => Type.Boolean({ default: byDefault, description });
const securityGroup = (of: string) => matching('^sg-[0-9a-f]{8,17}$', `Security group of ${of}.`);

const Network = Type.Object(
  {
    vpcId: matching('^vpc-[0-9a-f]{8,17}$', 'The existing VPC.'),
    vpcCidr: matching('^[0-9.]+/[0-9]+$', 'Its IPv4 range; recorders may not reach into it.'),
    subnets: Type.Array(
      Type.Object(
        {
          subnetId: matching('^subnet-[0-9a-f]{8,17}$', 'A private subnet with a way out (NAT).'),
          availabilityZone: matching('^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$', 'Its zone, as us-east-1a.'),
          routeTableId: matching('^rtb-[0-9a-f]{8,17}$', 'Its route table: the gateway endpoints go in there.'),
          cidr: matching('^[0-9.]+/[0-9]+$', 'Its IPv4 range: a recorder takes one address.'),
        },
        only,
      ),
      { minItems: 2, description: 'In two zones or more: capacity is a matter of zones.' },
    ),
    gatewayEndpoints: Type.Array(Type.Enum(['s3', 'dynamodb'], { type: 'string' }), {
      default: ['s3', 'dynamodb'],
      uniqueItems: true,
      description: 'Which to make. Leave out one that the route tables have already: a second route is refused.',
    }),
    endpointSecurityGroups: Type.Array(securityGroup('an interface endpoint'), {
      default: [],
      description:
        'Of interface endpoints (ECR, Logs …) that the VPC has: with private DNS they are the only way there.',
    }),
  },
  only,
);

const Alb = Type.Object(
  {
    kind: Type.Literal('alb'),
    hostName: matching('^[a-z0-9-]+(\\.[a-z0-9-]+)+$', 'Name of the API, as meeting-bot.internal.example.com.'),
    certificateArn: matching('^arn:aws[a-z-]*:acm:', 'ACM certificate for that name.'),
    privateHostedZone: Type.Optional(
      Type.Object(
        {
          id: matching('^Z[A-Z0-9]+$', 'Route 53 private hosted zone; absent: make the alias record yourself.'),
          name: matching('^[a-z0-9-]+(\\.[a-z0-9-]+)+$', 'Its name.'),
        },
        only,
      ),
    ),
  },
  only,
);

const CloudMap = Type.Object(
  {
    kind: Type.Literal('cloud-map'),
    namespaceId: matching('^ns-[a-z0-9]+$', 'Existing private DNS namespace.'),
    namespaceArn: matching('^arn:aws[a-z-]*:servicediscovery:', 'Its ARN.'),
    namespaceName: matching('^[a-z0-9-]+(\\.[a-z0-9-]+)*$', 'Its name: the API is http://meeting-bot.<name>:3000.'),
  },
  only,
);

const Spot = Type.Object(
  {
    spotWeight: whole(1, 1000, 'Share of recorders on FARGATE_SPOT.'),
    onDemandWeight: whole(0, 1000, 'Share of recorders on FARGATE.'),
    associate: flag(
      false,
      'Let the stack associate FARGATE and FARGATE_SPOT with the cluster. It replaces what is associated: only where nothing else is.',
    ),
  },
  only,
);

const secret = (description: string) =>
  matching('^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^:\\s,]+$', description);

const Identity = Type.Object(
  {
    name: matching(IDENTITY_NAME, 'What Meetings call it in spec.identity.'),
    platform: Type.Enum([...PLATFORMS], { type: 'string', description: 'Where its account is.' }),
    secretArn: secret('Its profile, made by npm run sign-in: the whole ARN of the secret, with the six characters.'),
  },
  only,
);

const TeamsBot = Type.Object(
  {
    tenantId: matching('^[A-Za-z0-9.-]{1,255}$', 'TEAMS_BOT_TENANT_ID.'),
    clientId: matching('^[A-Za-z0-9-]{1,64}$', 'TEAMS_BOT_CLIENT_ID.'),
    secretArn: secret('The client secret, as a text: the whole ARN of the secret, with the six characters.'),
  },
  { ...only, description: 'The app that is registered with Microsoft as a meeting bot.' },
);

export const StackConfig = Type.Object(
  {
    name: Type.String({
      default: 'meetingbot',
      pattern: '^[a-z][a-z0-9-]{1,20}$',
      description: 'Begins every name the stack gives; another one for a second installation.',
    }),
    account: matching('^[0-9]{12}$', 'AWS account.'),
    region: matching('^[a-z]{2}(-[a-z]+)+-[0-9]$', 'AWS region.'),
    network: Network,
    cluster: Type.String({
      default: 'helloworld3-cluster',
      pattern: '^[A-Za-z0-9_-]{1,255}$',
      description: 'The existing ECS cluster.',
    }),
    clients: Type.Array(
      Type.Object(
        { name: matching('^[A-Za-z0-9 _-]{1,40}$', 'Who that is.'), securityGroup: securityGroup('the client') },
        only,
      ),
      { minItems: 1, description: 'Who may reach the API: the Streamlit service, the MAF API service.' },
    ),
    ingress: Type.Union([Alb, CloudMap], { description: 'How they reach it.' }),
    webhook: Type.Object(
      {
        url: matching('^https?://', 'NOTIFY_WEBHOOK_URL.'),
        failures: flag(false, 'NOTIFY_WEBHOOK_FAILURES.'),
        mafApi: Type.Optional(
          Type.Object(
            {
              securityGroup: securityGroup('the MAF API service or its load balancer'),
              port: whole(1, 65_535, 'Where it listens, as 8001.'),
            },
            {
              ...only,
              description:
                'Where the URL is a private address: lets the controller in there, and out of its own group.',
            },
          ),
        ),
      },
      only,
    ),
    controller: Type.Object(
      {
        replicas: withDefault(2, 2, 10, 'All serve the API, one leads; two for a deployment without a gap.'),
        cpu: withDefault(512, 256, 16_384, 'CPU units of a replica, 1024 a vCPU.'),
        memory: withDefault(1024, 512, 122_880, 'MiB of a replica.'),
        allowAnonymousJoin: flag(false, 'ALLOW_ANONYMOUS_JOIN: the old UI sends no token.'),
      },
      { ...only, default: {} },
    ),
    recorder: Type.Object(
      {
        cpu: withDefault(1024, 256, 16_384, 'CPU units of a recorder.'),
        memory: withDefault(2048, 512, 122_880, 'MiB of a recorder; its /tmp is among it.'),
        architecture: Type.Enum(['X86_64', 'ARM64'], {
          type: 'string',
          default: 'X86_64',
          description: 'Of both images; ARM64 costs a fifth less.',
        }),
        tmpMiB: withDefault(768, 256, 61_440, 'Size of /tmp, in memory: browser profile, media that S3 does not take.'),
        ephemeralStorageGiB: withDefault(21, 21, 200, 'Disk; the image lies on it, packed and unpacked.'),
        maxConcurrent: withDefault(100, 1, 100_000, 'MAX_CONCURRENT_MEETINGS.'),
        vcpuQuota: withDefault(
          6,
          1,
          1_000_000,
          "FARGATE_VCPU_QUOTA: the account's vCPUs on Fargate; an alert comes before they are used up.",
        ),
        launchLeadSeconds: withDefault(
          180,
          0,
          3600,
          'LAUNCH_LEAD_SECONDS: a task pulls its image anew, a minute or two.',
        ),
        webHosts: Type.Array(Type.String({ minLength: 1 }), {
          default: [],
          description: 'WEB_HOSTS: hosts that platform web may open.',
        }),
        identities: Type.Array(Identity, {
          default: [],
          description: 'BROWSER_IDENTITIES: accounts that recorders can be signed in as.',
        }),
        teamsBot: Type.Optional(TeamsBot),
        secretKeyArns: Type.Array(matching('^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/', 'A KMS key.'), {
          default: [],
          description: "Keys of these secrets, where they are not under AWS's own key.",
        }),
        spot: Type.Optional(Spot),
      },
      { ...only, default: {} },
    ),
    retention: Type.Object(
      {
        recordingDays: whole(1, 3650, 'Days that a recording is kept at most. No default: it is a decision.'),
        archiveAfterDays: Type.Optional(whole(1, 3650, 'Days after which it moves to Glacier Instant Retrieval.')),
        overwrittenDays: withDefault(30, 1, 365, 'Days that a deleted or replaced object can be brought back.'),
        classes: Type.Array(
          Type.Object(
            {
              namespace: matching('^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$', 'Namespace of the Meetings.'),
              days: whole(1, 3650, 'Days; S3 applies the shortest rule, so at most recordingDays.'),
            },
            only,
          ),
          { default: [], description: 'Namespaces whose recordings go sooner.' },
        ),
        logDays: Type.Enum([7, 14, 30, 60, 90, 180, 365, 731], {
          type: 'integer',
          default: 90,
          description: 'Days that logs are kept, as CloudWatch allows.',
        }),
      },
      only,
    ),
    alerts: Type.Object(
      {
        emails: Type.Array(Type.String({ pattern: '^[^@ ]+@[^@ ]+$' }), {
          minItems: 1,
          maxItems: 10,
          description: 'Who hears of alarms.',
        }),
        monthlyBudgetUsd: whole(1, 10_000_000, 'Alarm at 80 % of it, and when it is forecast to be exceeded.'),
      },
      only,
    ),
    collectorImage: Type.String({
      default: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.47.0',
      pattern: '^[^:@ ]+(:[^:@ ]+)?[:@][^ ]+$',
      description: 'AWS distro of the OpenTelemetry collector, by tag or digest.',
    }),
    tags: Type.Record(Type.String(), Type.String(), { default: {}, description: 'Tags for everything in the stack.' }),
  },
  only,
);
export type StackConfig = Static<typeof StackConfig>;

/** The configuration is wrong. One line that names each field. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Fills in defaults and checks. @throws ConfigError */
export function readConfig(value: unknown): StackConfig {
  const filled: unknown = Value.Default(StackConfig, structuredClone(value));
  const causes = causesOf(StackConfig, filled).map(({ field, message }) => `${field}: ${message}`);
  const problems = causes.length > 0 ? causes : crossChecks(filled as StackConfig);
  if (problems.length > 0) throw new ConfigError(`config: ${problems.join('; ')}`);
  return filled as StackConfig;
}
