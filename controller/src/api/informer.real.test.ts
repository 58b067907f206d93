import { CustomObjectsApi, KubeConfig, type KubernetesObject, makeInformer } from '@kubernetes/client-node';
import { GROUP, PLURAL, systemClock, VERSION } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS } from './api-under-test.ts';
import { eventually, listen } from './watch-client.fixture.ts';

const api = new ApiUnderTest({}, { clock: systemClock });
const kubeConfig = new KubeConfig();

beforeAll(async () => {
  const server = await listen(api.app);
  kubeConfig.loadFromClusterAndUser({ name: 'here', server, skipTLSVerify: true }, { name: 'nobody' });
});
afterAll(() => api.app.close());

it("keeps the cache of @kubernetes/client-node's informer as the store is, over a cut connection too", async () => {
  const customObjects = kubeConfig.makeApiClient(CustomObjectsApi);
  const told: string[] = [];
  const list = () =>
    customObjects.listNamespacedCustomObject({ group: GROUP, version: VERSION, namespace: 'default', plural: PLURAL });
  const informer = makeInformer<KubernetesObject>(kubeConfig, MEETINGS, list);
  for (const verb of ['add', 'update', 'delete'] as const) {
    informer.on(verb, ({ metadata }) => told.push(`${verb} ${metadata?.name}`));
  }
  const again = () => void informer.start();
  informer.on('error', again);
  const until = (text: string) =>
    eventually(
      () => told.at(-1) === text,
      () => `${text}, got ${told.join(', ')}`,
    );
  await api.create('a');

  await informer.start();
  await until('add a');
  await eventually(
    () => api.feed.listeners === 1,
    () => 'its watch',
  );
  const { metadata } = await api.create('b');
  await until('add b');
  await api.patch(`${MEETINGS}/a`, { spec: { stop: true } });
  await until('update a');
  // As a load balancer or a restart does.
  api.app.server.closeAllConnections();
  await eventually(
    () => api.feed.listeners === 0,
    () => 'the cut',
  );
  await api.delete(`${MEETINGS}/a`);
  await api.create('c');
  await eventually(
    () => told.includes('add c') && told.includes('delete a'),
    () => told.join(', '),
  );

  expect(
    informer
      .list()
      .map((object) => object.metadata?.name)
      .sort(),
  ).toEqual(['b', 'c']);
  expect(informer.get('b', 'default')?.metadata?.resourceVersion).toBe(metadata.resourceVersion);
  expect(told.filter((one) => one === 'add b' || one === 'update b')).toEqual(['add b']);
  informer.off('error', again);
  await informer.stop();
  await eventually(
    () => api.feed.listeners === 0 && !api.watches.poller.isRunning,
    () => 'nothing to be left',
  );
});
