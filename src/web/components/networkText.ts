import type { NetworkNeed } from '../../protocol/network.ts';
import { page } from '../browser/page.ts';
import { words } from '../i18n/language.ts';
import { networkNeeds } from '../models/network.ts';

/** e.g. UDP 40000-40999（203.0.113.7） */
export const needText = ({ protocol, ports, address }: NetworkNeed): string =>
  words.value.network.need(protocol.toUpperCase(), ports, address === 'any' ? page.hostname() : address);

/** All that one's network has to let out, in one line; where the server has not said it, where to find out. */
export function needsText(): string {
  const { together, unknown } = words.value.network;
  const needs = networkNeeds.value;
  return needs ? together(needs.map(needText)) : unknown;
}

/** What UDP needs; empty where the server has not said it. */
export function udpText(): string {
  const needs = networkNeeds.value ?? [];
  const udp = needs.filter(({ carries, protocol }) => carries === 'media' && protocol === 'udp');
  return words.value.network.together(udp.map(needText));
}
