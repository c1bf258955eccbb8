import { createTransport, type SendMailOptions } from 'nodemailer';
import { UserError } from '../errors.ts';
import { isLoopback } from '../loopback.ts';

/** Milliseconds that the mail server has to take the connection, to greet, and to answer afterwards. */
const CONNECT_MS = 10_000;
const ANSWER_MS = 30_000;

/** Hands mails to a server, one after the other. */
export type Mailer = {
  /**
   * @returns its Message-ID
   * @throws {UserError} in one line, without the password: what the server refused, and what to do; unavailable: it is
   *   the server that is amiss, or who sends, not this mail
   */
  send(mail: SendMailOptions): Promise<string>;
  close(): void;
};

/**
 * All mails go over one connection to the server at `smtpUrl` (smtp:// or smtps://), which is made with the first, and anew
 * when it was lost. A mail of which the server has read nothing then goes over the new one; any other has failed.
 */
export function openMailer(smtpUrl: string): Mailer {
  const url = new URL(smtpUrl);
  const transport = transportTo(url);
  return {
    async send(mail) {
      try {
        return (await transport.sendMail(mail)).messageId;
      } catch (error) {
        throw mailError(error as SmtpError, url);
      }
    },
    close: () => transport.close(),
  };
}

/**
 * Connects and logs in as for a mail, and sends none.
 * @throws {UserError} as `Mailer.send`
 */
export async function verifyMailServer(smtpUrl: string): Promise<void> {
  const url = new URL(smtpUrl);
  const transport = transportTo(url);
  try {
    await transport.verify();
  } catch (error) {
    throw mailError(error as SmtpError, url);
  } finally {
    transport.close();
  }
}

function transportTo(url: URL) {
  const isSecure = url.protocol === 'smtps:';
  return createTransport({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (isSecure ? 465 : 587),
    secure: isSecure,
    // A password goes over a net in the clear never; on this machine it may.
    requireTLS: url.username !== '' && !isLoopback(url.hostname),
    ...(url.username !== '' && { auth: { user: decoded(url.username), pass: decoded(url.password) } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    pool: true,
    maxConnections: 1,
    maxRequeues: 1,
  });
}

/** Hands over one mail alone, as `Mailer.send` does. */
export async function sendBySmtp(smtpUrl: string, mail: SendMailOptions): Promise<string> {
  const mailer = openMailer(smtpUrl);
  try {
    return await mailer.send(mail);
  } finally {
    mailer.close();
  }
}

type SmtpError = Error & {
  code?: string;
  /** What it was of Node: nodemailer puts its own code, as ESOCKET, in its place. */
  originalCode?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  rejected?: string[];
};

/** The sender is the same of every mail. 421 ends the connection, whatever it answers (RFC 5321 section 3.8). */
const isOfMail = ({ code, command, responseCode }: SmtpError) =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') && command !== 'MAIL FROM' && responseCode !== 421;

function mailError(error: SmtpError, url: URL): UserError {
  const { what, remedy } = problem(error, url);
  return new UserError(`The mail server ${url.host} ${what}`, {
    cause: error,
    code: isOfMail(error) ? 'failed' : 'unavailable',
    ...(remedy !== undefined && { remedy }),
  });
}

/** `what` goes on after the server's name. */
type Problem = { what: string; remedy?: string };

function problem(error: SmtpError, url: URL): Problem {
  const said = error.response ? ` (${shortened(error.response)})` : '';
  const because = error.response ? said : ` (${shortened(withoutAdvice(error.message))})`;
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH') {
    return { what: `refused the user name or password${because}`, remedy: 'check mail.smtpUrl.' };
  }
  if (isTls(error)) {
    return {
      what: `offers no TLS connection that can be trusted${because}`,
      remedy: "check its certificate; an authority of one's own is given by NODE_EXTRA_CA_CERTS.",
    };
  }
  if (error.code === 'EENVELOPE' && error.command === 'MAIL FROM') {
    return { what: `refused the sender${said}`, remedy: 'check mail.from or --from-address.' };
  }
  if (error.code === 'EENVELOPE') {
    return {
      what: `refused the recipient ${error.rejected?.join(', ') ?? ''}${said}`,
      remedy: 'check the address.',
    };
  }
  if (error.response) return { what: `refused the ${isOfConnection(error) ? 'connection' : 'mail'}${said}.` };
  return unreachable(error, url, because);
}

/** No mail was begun with: the server wants nobody, or not this machine. */
const isOfConnection = ({ command = '' }: SmtpError) => /^(CONN|EHLO|HELO|LHLO)/.test(command);

/** Nothing was said by the server, as far as it is one. */
function unreachable({ code, originalCode = '' }: SmtpError, { protocol }: URL, because: string): Problem {
  if (code === 'EDNS') return { what: `is not found${because}`, remedy: 'check the name in mail.smtpUrl.' };
  if (originalCode === 'ECONNREFUSED') {
    return {
      what: `refuses the connection${because}`,
      remedy: 'check the port in mail.smtpUrl, and that the server is up.',
    };
  }
  if (protocol === 'smtps:' && cutOff.has(originalCode)) {
    return {
      what: `takes the connection, but not TLS${because}`,
      remedy: 'check mail.smtpUrl; where TLS begins with STARTTLS it is smtp://.',
    };
  }
  return {
    what: `cannot be reached${because}`,
    remedy: 'check mail.smtpUrl, that the server is up, and that no firewall is in between.',
  };
}

/** Node's codes for a connection that the other end closes, here in the middle of the TLS handshake. */
const cutOff = new Set(['ECONNRESET', 'EPIPE']);

// A certificate that is refused after the connection stands comes as a fault of the socket.
function isTls({ code, originalCode = '' }: SmtpError): boolean {
  return code === 'ETLS' || originalCode === 'EPROTO' || ofTls.test(originalCode);
}

/** Node's codes for a connection that is not TLS, and OpenSSL's names for why a certificate is refused. */
const ofTls =
  /^ERR_(TLS|SSL)_|_CERT(_|$)|^(CERT|CRL|UNABLE_TO)_|^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/;

/** A part of an address as it was meant; a lone % is itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Node's advice about certificates is for those who write programs. */
const withoutAdvice = (text: string) => text.replace(/; if the root CA is installed locally.*/s, '');

const shortened = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 200);
