/** Runs one attack and tells what it did: `attacker.child NAME URL SECONDS`. */
import { ATTACKS } from './attacks';

async function main(): Promise<void> {
  const [, , name = '', url = '', seconds = '0'] = process.argv;
  const attack = ATTACKS[name];
  if (attack === undefined) throw new Error(`there is no attack ${name}`);
  console.log(await attack({ url, signal: AbortSignal.timeout(Number(seconds) * 1_000) }));
  process.exit();
}

void main();
