import { Duration, RemovalPolicy, Size, Tags, Validations } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';
import type { DataStores } from './data-stores.ts';
import { executionRole } from './execution-role.ts';
import { identitySecrets } from './identities.ts';
import type { Images } from './images.ts';
import { acknowledgeWildcards, below } from './wildcards.ts';

/** The setting ECS_CONTAINER_NAME's own default. */
export const RECORDER_CONTAINER = 'recorder';
/** Of both images: `meetingbot`. */
export const IMAGE_USER = '10001';
/** The tag that says what belongs to this system: cost allocation and the budget go by it. */
export const APP_TAG = 'app';
/** A task of ours, among others of the cluster: tasks get it from their definition, StopTask is allowed by it. */
export const ROLE_TAG = { key: 'meetingbot:role', value: 'recorder' };

/**
 * What a container has by default (Docker's list), without SETUID and SETGID: by these the image's setpriv makes the browser
 * a user of its own. The recorder itself is no root, and has none.
 */
const ALL_BUT_CHANGING_USERS = [
  ...[ecs.Capability.AUDIT_WRITE, ecs.Capability.CHOWN, ecs.Capability.DAC_OVERRIDE, ecs.Capability.FOWNER],
  ...[ecs.Capability.FSETID, ecs.Capability.KILL, ecs.Capability.MKNOD, ecs.Capability.NET_BIND_SERVICE],
  ...[ecs.Capability.NET_RAW, ecs.Capability.SETFCAP, ecs.Capability.SETPCAP, ecs.Capability.SYS_CHROOT],
];

export const recorderFamily = ({ name }: StackConfig) => `${name}-recorder`;

/** What RunTask starts, once a meeting. */
export class RecorderTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;
  readonly executionRole: iam.Role;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, options: { config: StackConfig; data: DataStores; images: Images }) {
    super(scope, 'Recorder');
    const { config, data, images } = options;
    const { recorder } = config;
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/${config.name}/recorder`,
      retention: config.retention.logDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.executionRole = executionRole(this, [images.recorder.repository], [this.logGroup]);
    this.definition = new ecs.FargateTaskDefinition(this, 'Task', {
      family: recorderFamily(config),
      cpu: recorder.cpu,
      memoryLimitMiB: recorder.memory,
      // 20 GiB are there anyway; asking for them is refused.
      ephemeralStorageGiB: recorder.ephemeralStorageGiB,
      runtimePlatform: {
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
        cpuArchitecture: ecs.CpuArchitecture.of(recorder.architecture),
      },
      executionRole: this.executionRole,
    });
    // Attempts pin a revision; those under way start theirs after a later one is registered, too.
    this.definition.applyRemovalPolicy(RemovalPolicy.RETAIN);
    Tags.of(this.definition).add(ROLE_TAG.key, ROLE_TAG.value);

    // Not sharedMemorySize: Fargate refuses it. Chromium's shared memory is in /tmp.
    const linux = new ecs.LinuxParameters(this, 'Linux');
    linux.addTmpfs({ containerPath: '/tmp', size: recorder.tmpMiB });
    linux.dropCapabilities(...ALL_BUT_CHANGING_USERS);
    this.definition.addContainer(RECORDER_CONTAINER, {
      image: ecs.ContainerImage.fromRegistry(images.recorder.uri),
      essential: true,
      user: IMAGE_USER,
      readonlyRootFilesystem: true,
      linuxParameters: linux,
      // The most that Fargate gives; the recorder is gone within 100 s.
      stopTimeout: Duration.seconds(120),
      // All else comes with RunTask: the controller tells a recorder its Meeting, bucket and API.
      environment: { STORAGE_PROVIDER: 's3' },
      logging: ecs.LogDrivers.awsLogs({
        logGroup: this.logGroup,
        streamPrefix: 'recorder',
        // A log that can't be written must not stop a recording.
        mode: ecs.AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(10),
      }),
    });
    this.#allow(data);
    this.#allowIdentities(recorder);
    Validations.of(this.definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The one variable is no secret; the token of a Meeting comes with RunTask and opens that Meeting only.',
    });
  }

  /** The profiles that recorders are signed in with, and what identifies them to Teams: these secrets, to read. */
  #allowIdentities(recorder: StackConfig['recorder']): void {
    const secrets = identitySecrets(recorder);
    if (secrets.length === 0) return;
    const role = this.definition.taskRole;
    const allow = (actions: string[], resources: string[]) =>
      role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources }));
    allow(['secretsmanager:GetSecretValue'], secrets);
    if (recorder.secretKeyArns.length > 0) allow(['kms:Decrypt'], recorder.secretKeyArns);
  }

  /** Recordings only. It can't delete or list other than what a take needs, and has no way to DynamoDB or ECS. */
  #allow({ key, recordings }: DataStores): void {
    const role = this.definition.taskRole;
    const allow = (actions: string[], resources: string[]) =>
      role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources }));
    allow(['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], [recordings.arnForObjects('meetings/*')]);
    allow(['s3:DeleteObject'], [recordings.arnForObjects('meetings/*/attempts/*')]);
    // Without ListBucket S3 answers 403, not 404, for what is not there. No condition on the prefix: HeadObject has none.
    allow(['s3:ListBucket', 's3:ListBucketMultipartUploads'], [recordings.bucketArn]);
    // Decrypt too: completing a multipart upload reads the parts.
    allow(['kms:GenerateDataKey', 'kms:Decrypt'], [key.keyArn]);
    acknowledgeWildcards(role, {
      [below(recordings, '/meetings/*')]: 'One role for all recorders: nothing outside meetings/.',
      [below(recordings, '/meetings/*/attempts/*')]:
        'Segments that a final file holds by now, and the claims of who finishes; nothing else is deleted.',
    });
  }
}
