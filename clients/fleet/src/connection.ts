import { createConnection, type Socket } from 'node:net';

/** A response whose body is complete. */
export interface Reply {
  status: number;
  headers: Map<string, string>;
  body: string;
}

const HEAD_END = '\r\n\r\n';

/** A kept-alive connection to a server that gives the length of each body. Carries one request at a time. */
export class Connection {
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private resolve: ((reply: Reply) => void) | undefined;
  private reject: ((error: Error) => void) | undefined;

  constructor(
    host: string,
    port: number,
    private readonly onClose: () => void,
  ) {
    this.socket = createConnection({ host, port, noDelay: true });
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.once('error', (error) => this.reject?.(error));
    this.socket.once('close', () => {
      this.onClose();
      this.reject?.(new Error('the server closed the connection'));
    });
  }

  send(request: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd === -1) {
      return;
    }
    const [statusLine = '', ...lines] = this.received.toString('latin1', 0, headEnd).split('\r\n');
    const headers = new Map(lines.map(headerOf));
    const bodyStart = headEnd + HEAD_END.length;
    const bodyEnd = bodyStart + Number(headers.get('content-length') ?? 0);
    if (this.received.length < bodyEnd) {
      return;
    }
    const body = this.received.toString('utf8', bodyStart, bodyEnd);
    this.received = Buffer.alloc(0);
    this.resolve?.({ status: Number(statusLine.split(' ')[1]), headers, body });
  }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
