/** Whether a host name or address, in brackets or not, is this machine itself, which nobody else reaches by it (RFC 6761). */
export function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host);
}
