import { describe, expect, it } from 'vitest';
import { PrivateHosts } from './private-hosts.ts';

describe('hosts of one’s own network', () => {
  it.each([
    ...['127.0.0.1', '127.8.9.1', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1'],
    ...['224.0.0.1', '255.255.255.255', '198.18.0.1', '::', '::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', 'fec0::1'],
    ...['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a00:1', '::127.0.0.1', '64:ff9b::10.0.0.1', '2002:a00:1::'],
    ...['::ffff:0:10.0.0.1', '::7f00:1', '192.0.2.1', '2001:db8::1', '64:ff9b:1::808:808', '2002:808:808::'],
  ])('refuse the private address %s by default', (address) => {
    expect(new PrivateHosts(undefined).permitsAddress(address, address)).toBe(false);
  });

  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])(
    'permit the public address %s',
    (address) => {
      expect(new PrivateHosts(undefined).permitsAddress(address, address)).toBe(true);
    },
  );

  it.each(['169.254.169.254', '169.254.170.2', 'fe80::1', 'fe80::1%eth0', '::ffff:169.254.170.2', 'fd00:ec2::254'])(
    'refuse the link-local address %s whatever is allowed',
    (address) => {
      const rules = new PrivateHosts(`0.0.0.0/0, ::/0, ${address}, metadata.test`);
      expect(rules.permitsAddress('metadata.test', address)).toBe(false);
    },
  );

  it('permit a private block and nothing beside it', () => {
    const rules = new PrivateHosts('127.0.0.0/8, fd12::/16');
    expect(rules.permitsAddress('localhost', '127.0.0.1')).toBe(true);
    expect(rules.permitsAddress('localhost', '::ffff:127.0.0.1')).toBe(true);
    expect(rules.permitsAddress('x', 'fd12::1')).toBe(true);
    expect(rules.permitsAddress('x', '10.0.0.1')).toBe(false);
    expect(rules.permitsAddress('localhost', '::1')).toBe(false);
  });

  it('permit a private host by its name, wherever it is', () => {
    const rules = new PrivateHosts('Meet.Corp.Example');
    expect(rules.permitsAddress('meet.corp.example.', '10.0.0.1')).toBe(true);
    expect(rules.permitsAddress('other.corp.example', '10.0.0.1')).toBe(false);
  });

  it.each(['', 'localhost', '1.2.3', '1.2.3.4.5', 'zz::1'])('refuse %j, which is no address', (address) => {
    expect(new PrivateHosts('0.0.0.0/0').permitsAddress('x', address)).toBe(false);
  });
});
