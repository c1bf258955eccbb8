/** One thing that a person's own network has to let out, so that they can hold an interview on this server. */
export type NetworkNeed = {
  /** page: the page and its WebSocket. media: picture and sound. relay: the same, through the relay (TURN). */
  carries: 'page' | 'media' | 'relay';
  protocol: 'tcp' | 'udp';
  /** e.g. 443, or 40000-40999. */
  ports: string;
  /** Names or IP addresses, with commas between them; any: those of the page's own host. */
  address: string;
};
