import { networkOf, trustOf } from '../../src/middlewares/address';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8::/64'],
  ['2001:db8:1:2:3:4:5::', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['::1', '::/64'],
  ['64:ff9b::cb00:7107', '64:ff9b::/64'],
  ['203.0.113.7:40001', '203.0.113.7'],
  ['[2001:db8:1:2::7]:40001', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::7]', '2001:db8:1:2::/64'],
  ['1', '1'],
  ['', ''],
  ['not an address', 'not an address'],
])('%j counts as %j', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each([
  [['10.0.0.0/8'], '10.0.0.5:3333', true],
  [['10.0.0.0/8'], '10.0.0.5', true],
  [['loopback'], '[::1]:443', true],
  [['10.0.0.0/8'], '203.0.113.7:3333', false],
])('with TRUST_PROXY=%j, whether %s is believed: %s', (trusted, address, isTrusted) => {
  expect(trustOf(trusted)(address, 1)).toBe(isTrusted);
});
