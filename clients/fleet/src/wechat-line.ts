import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';

/** What happens to one code when a server exchanges it. */
export interface CodePlan {
  /** Whether it has expired. */
  isExpired: boolean;
  /** How many exchanges WeChat is too busy for. */
  busyAnswers: number;
  /** Called at each exchange. */
  onExchange(): void;
}

const EXCHANGE = /^GET \/sns\/jscode2session\?(?:\S*&)?js_code=(\w+)/;

/**
 * The line between the servers and the simulated WeChat. It passes everything on, but answers for WeChat where a code
 * has expired or WeChat is busy: the simulator's own faults are an endpoint's, and these are one phone's.
 */
export class WeChatLine {
  private readonly plans = new Map<string, CodePlan>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly wechat: URL,
    private readonly server: Server,
  ) {}

  static async open(wechat: string): Promise<WeChatLine> {
    const server = createServer({ noDelay: true });
    const line = new WeChatLine(new URL(wechat), server);
    server.on('connection', (socket) => line.connect(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return line;
  }

  /** The URL, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Decides what becomes of a code. */
  expect(code: string, plan: CodePlan): void {
    this.plans.set(code, plan);
  }

  /** Forgets a code. */
  forget(code: string): void {
    this.plans.delete(code);
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) {
      socket.destroy();
    }
  }

  /** Each connection has one of its own to WeChat. The head of an exchange is short and arrives in one piece. */
  private connect(socket: Socket): void {
    const onward = createConnection({
      host: this.wechat.hostname,
      port: Number(this.wechat.port),
      noDelay: true,
    });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      this.sockets.add(one);
      one.once('error', () => other.destroy());
      one.once('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    onward.on('data', (chunk) => socket.write(chunk));
    socket.on('data', (chunk) => {
      const answer = this.answerFor(chunk);
      if (answer === undefined) {
        onward.write(chunk);
      } else {
        socket.write(answer);
      }
    });
  }

  /** What the line answers by itself, if it does. */
  private answerFor(request: Buffer): string | undefined {
    const code = EXCHANGE.exec(request.toString('latin1'))?.[1];
    const plan = code === undefined ? undefined : this.plans.get(code);
    plan?.onExchange();
    if (plan && plan.busyAnswers > 0) {
      plan.busyAnswers--;
      return errorAnswer(-1, 'system error');
    }
    return plan?.isExpired ? errorAnswer(40029, 'invalid code') : undefined;
  }
}

/** An error as WeChat sends it: with status 200. */
function errorAnswer(errcode: number, errmsg: string): string {
  const body = JSON.stringify({ errcode, errmsg });
  return `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
