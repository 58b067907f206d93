import { spawnSync } from 'node:child_process';
import { runbookExports, runbooks } from '@meetingbot/dashboards';
import { expect, it } from 'vitest';
import { StackConfig } from './config.ts';
import { synthesized } from './synthesized.fixture.ts';

const { json, named } = synthesized();

/** What the runbooks' `export` lines leave in a shell; of a call to AWS its text. */
function exported(): Record<string, string> {
  const script = ['set -e', 'aws() { echo "$*"; }', ...runbookExports(), 'env'].join('\n');
  const { stdout, status, stderr } = spawnSync('sh', ['-c', script], {
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return Object.fromEntries(stdout.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
}

it('gives its parts the names that the runbooks call them by', () => {
  const names = exported();
  expect(named('AWS::ECS::Service', 'Controller').Properties).toMatchObject({
    ServiceName: names['CONTROLLER_SERVICE'],
    Cluster: names['ECS_CLUSTER'],
  });
  expect(named('AWS::ECS::TaskDefinition', 'Recorder').Properties.Family).toBe(names['RECORDER_FAMILY']);
  expect(named('AWS::Logs::LogGroup', 'Controller').Properties.LogGroupName).toBe(names['LOG_GROUP']);
  expect(named('AWS::Logs::LogGroup', 'Recorder').Properties.LogGroupName).toBe(names['RECORDER_LOG_GROUP']);
  expect(named('AWS::DynamoDB::Table', 'DataTable').Properties.TableName).toBe(names['DYNAMODB_TABLE']);
  expect(named('AWS::SecretsManager::Secret', 'SecretsWebhook').Properties.Name).toBe(
    `${names['STACK']}/webhook-secret`,
  );
  const [, output = ''] = /OutputKey==`(\w+)`/.exec(names['S3_BUCKET_NAME'] ?? '') ?? [];
  expect((json as unknown as { Outputs: Record<string, unknown> }).Outputs).toHaveProperty(output);
});

it('has every field of its configuration that the runbooks speak of', () => {
  const { properties } = StackConfig.properties.recorder;
  const spoken = runbooks().flatMap(({ text }) =>
    [...text.matchAll(/`recorder\.(\w+)`/g)].map(([, field = '']) => field),
  );
  expect(spoken.length).toBeGreaterThan(5);
  expect(spoken.filter((field) => !(field in properties))).toEqual([]);
});
