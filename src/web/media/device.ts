import { Device, detectDevice, type types } from 'mediasoup-client';
import type { JoinResult } from '../../protocol/messages.ts';

/**
 * How mediasoup-client drives this browser. It refuses Firefox before 120, which the manual has from 118 on and which does all
 * that is asked of it, and names that it does not know: by the engine then, as a session that cannot begin would be tried again
 * for ever.
 */
export function handlerFor(userAgent: string): types.BuiltinHandlerName {
  return detectDevice(userAgent) ?? (/\bGecko\/\d/.test(userAgent) ? 'Firefox120' : 'Chrome111');
}

/**
 * This browser, as far as it and the server's router understand each other: loaded once, and what failed is tried again.
 * @throws {UnsupportedError} mediasoup-client's, by the function that is returned
 */
export function deviceLoader(rtpCapabilities: JoinResult['rtpCapabilities']): () => Promise<Device> {
  let loading: Promise<Device> | null = null;
  return () => {
    loading ??= load(rtpCapabilities).catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}

async function load(rtpCapabilities: JoinResult['rtpCapabilities']): Promise<Device> {
  const device = await Device.factory({ handlerName: handlerFor(navigator.userAgent) });
  // The server's library knows more header extensions by name than the page's; they are text to both.
  await device.load({ routerRtpCapabilities: rtpCapabilities as types.RtpCapabilities });
  return device;
}
