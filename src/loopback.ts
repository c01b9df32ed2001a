/** Whether a host is this machine and no other, as a URL or a socket names it. */
export const isLoopback = (host: string): boolean =>
  /^(?:(?:.+\.)?localhost|::1|\[::1\]|127(?:\.\d{1,3}){3})$/.test(host);
