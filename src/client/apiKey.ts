import type { ClientOptions } from './types';

/** What the value of a header can carry; anything else would throw in the transport and pass for a fault of the network. */
const printableAscii = /^[\x20-\x7e]+$/;

/** The provider of the key threw, or gave none that can be sent. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable';
}

/** @throws {KeyUnavailable} */
export async function getApiKey(apiKey: ClientOptions['apiKey'], credential?: string): Promise<string> {
  let key: string;
  try {
    key = typeof apiKey === 'string' ? apiKey : await apiKey(credential);
  } catch (cause) {
    throw new KeyUnavailable('Failed to get the key: its provider threw', { cause });
  }
  if (typeof key !== 'string' || key === '') throw new KeyUnavailable('Failed to get the key: its provider gave none');
  if (!printableAscii.test(key))
    throw new KeyUnavailable('Failed to send the key: it holds characters that no key has, such as a line break');
  return key;
}
