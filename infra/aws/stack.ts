import { DefaultStackSynthesizer, type IStackSynthesizer, Stack, Tags } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { Budget } from './budget.ts';
import type { StackConfig } from './config.ts';
import { ControllerService } from './controller-service.ts';
import { DataStores } from './data-stores.ts';
import { Images } from './images.ts';
import { Ingress } from './ingress.ts';
import { Network } from './network.ts';
import { outputsOf } from './outputs.ts';
import { Prometheus } from './prometheus.ts';
import { APP_TAG, RecorderTask } from './recorder-task.ts';
import { Secrets } from './secrets.ts';
import { TaskEvents } from './task-events.ts';

/**
 * Meeting Bot beside what is there already: one stack, one template, no assets, so that `aws cloudformation deploy`
 * takes it in an account that CDK has never seen.
 */
export class MeetingBotStack extends Stack {
  constructor(scope: Construct, config: StackConfig, rules: readonly { name: string; yaml: string }[]) {
    super(scope, config.name, {
      env: { account: config.account, region: config.region },
      description: 'Meeting Bot: controller, recorder tasks, and what they store',
      terminationProtection: true,
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    Tags.of(this).add(APP_TAG, config.name);
    for (const [key, value] of Object.entries(config.tags)) Tags.of(this).add(key, value);

    const apiUrl = apiUrlOf(config);
    const network = new Network(this, config);
    const data = new DataStores(this, config);
    const secrets = new Secrets(this, config, data.key);
    const images = new Images(this, config);
    const prometheus = new Prometheus(this, { config, key: data.key, rules });
    const events = new TaskEvents(this, config);
    const recorder = new RecorderTask(this, { config, data, images });
    const controller = new ControllerService(this, {
      config,
      network,
      data,
      secrets,
      images,
      prometheus,
      events,
      recorder,
      controllerUrl: apiUrl,
    });
    const ingress = new Ingress(this, {
      config,
      network,
      logs: data.accessLogs as IBucket,
      service: controller.service,
    });
    new Alarms(this, { config, topic: prometheus.topic, data, events, prometheus, controller, ingress });
    new Budget(this, config, prometheus.topic);
    outputsOf(this, { apiUrl, data, secrets, images, prometheus, controller, recorder, ingress });
  }
}

/** Where clients and recorders find the API. */
function apiUrlOf({ ingress }: StackConfig): string {
  switch (ingress.kind) {
    case 'alb':
      return `https://${ingress.hostName}`;
    case 'cloud-map':
      return `http://meeting-bot.${ingress.namespaceName}:3000`;
    default:
      return ingress satisfies never;
  }
}
