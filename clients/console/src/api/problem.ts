/** A failure as the API describes it (RFC 9457). */
export interface ProblemBody {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly recover: string;
  readonly request_id: string;
  readonly field?: string;
  readonly errors?: readonly { readonly field: string; readonly detail: string }[];
}

/** A request that failed. */
export class RequestError extends Error {
  /** What the server said; `undefined` where it did not answer, or not as Yaoshi does. */
  readonly problem: ProblemBody | undefined;
  /** The HTTP status; 0 where there was no response. */
  readonly status: number;
  /** How long to wait before trying again, in seconds, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem?: ProblemBody, retryAfter?: number) {
    super(problem?.code ?? `status ${status}`);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** Reads the failure from a response. */
export async function failureOf(response: Response): Promise<RequestError> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  const body: unknown = await response.json().catch(() => undefined);
  return new RequestError(response.status, isProblem(body) ? body : undefined, retryAfter);
}

function isProblem(body: unknown): body is ProblemBody {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
}
