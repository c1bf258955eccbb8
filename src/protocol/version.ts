/** Raised with every change that an open page of the earlier version would not survive. */
export const PROTOCOL_VERSION = 4;

/** The WebSocket subprotocol that carries the version. */
export const subprotocol = `webinterview.v${PROTOCOL_VERSION}`;

/** The WebSocket subprotocol that carries a link's token. */
export const tokenSubprotocol = (token: string) => `token.${token}`;
