import { CfnCondition, CfnParameter, Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';

/** In an image's parameter until there is one. */
export const NO_IMAGE = 'none';

/**
 * Where images go, and which are in use. The latter is in two SSM parameters that DeployBot.ps1 writes, so that a later
 * deployment of this stack goes on with the images that run, whatever has been deployed since the last one.
 */
export class Images extends Construct {
  readonly controller: { repository: ecr.Repository; uri: string };
  readonly recorder: { repository: ecr.Repository; uri: string };
  /** Holds once there is an image of the controller. */
  readonly exist: CfnCondition;

  constructor(scope: Construct, { name }: StackConfig) {
    super(scope, 'Images');
    this.controller = this.#image('Controller', `${name}-controller`, `/${name}/controller-image`);
    this.recorder = this.#image('Recorder', `${name}-recorder`, `/${name}/recorder-image`);
    this.exist = new CfnCondition(this, 'Exist', {
      expression: Fn.conditionNot(Fn.conditionEquals(this.controller.uri, NO_IMAGE)),
    });
  }

  #image(id: string, repositoryName: string, parameterName: string): Images['controller'] {
    const repository = new ecr.Repository(this, id, {
      repositoryName,
      imageScanOnPush: true,
      // A tag is a commit: what it names never changes.
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      encryption: ecr.RepositoryEncryption.AES_256,
      lifecycleRules: [
        {
          rulePriority: 1,
          description: 'left over from builds',
          tagStatus: ecr.TagStatus.UNTAGGED,
          maxImageAge: Duration.days(14),
        },
        { rulePriority: 2, description: 'enough to go back', tagStatus: ecr.TagStatus.ANY, maxImageCount: 50 },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const parameter = new CfnParameter(this, `${id}Image`, {
      type: 'AWS::SSM::Parameter::Value<String>',
      default: parameterName,
      description: `SSM parameter with the image in use, or ${NO_IMAGE}`,
    });
    return { repository, uri: parameter.valueAsString };
  }
}
