import { expect, it } from 'vitest';
import { cachedResolver } from './cached-resolver.ts';

function counted(answer: () => Promise<string[]>) {
  const asked: string[] = [];
  let time = 0;
  const resolve = (hostname: string) => {
    asked.push(hostname);
    return answer();
  };
  const clock = { monotonic: () => time };
  return { asked, resolver: cachedResolver({ resolve }, clock), pass: (ms: number) => (time += ms) };
}

it('asks once for a host, and again when the answer is old', async () => {
  const { asked, resolver, pass } = counted(async () => ['93.184.215.14']);

  await Promise.all([resolver.resolve('a.example'), resolver.resolve('a.example'), resolver.resolve('b.example')]);
  pass(29_999);
  await resolver.resolve('a.example');
  expect(asked).toEqual(['a.example', 'b.example']);

  pass(1);
  expect(await resolver.resolve('a.example')).toEqual(['93.184.215.14']);
  expect(asked).toEqual(['a.example', 'b.example', 'a.example']);
});

it('remembers that there was no answer', async () => {
  const { asked, resolver } = counted(() => Promise.reject(new Error('away')));

  await expect(resolver.resolve('a.example')).rejects.toThrow('away');
  await expect(resolver.resolve('a.example')).rejects.toThrow('away');

  expect(asked).toHaveLength(1);
});

it('needs no more memory for more hosts', async () => {
  const { asked, resolver } = counted(async () => []);

  for (let index = 0; index < 1500; index++) await resolver.resolve(`${index}.example`);
  await resolver.resolve('1499.example');
  await resolver.resolve('0.example');

  expect(asked).toHaveLength(1501);
});
