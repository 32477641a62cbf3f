import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Fleet, MISCHIEFS, type Mischief, type Rates } from './plan.js';
import { WAY_NAMES, type WayName } from './ways.js';

interface Rate {
  /** The name of the option. */
  readonly option: string;
  readonly default: number;
  /** When it can happen, what happens, and why the default is what it is. */
  readonly text: string;
}

/** The rates. All are assumptions: modest where a phone has many such moments. */
export const RATES: Readonly<Record<Mischief, Rate>> = {
  oldKey: {
    option: 'old-keys',
    default: 0.2,
    text: 'phones with a session of an earlier day, so that the next wx.login replaces its session_key: one person in five looks around first, and registers on another day',
  },
  staleSession: {
    option: 'stale-sessions',
    default: 0.05,
    text: 'phones with a session of an earlier day, whose session_key WeChat has replaced since: fewer, for it takes another device or a long time',
  },
  keyTurn: {
    option: 'key-turns',
    default: 0.01,
    text: 'steps after which WeChat replaces the session_key, once a phone: WeChat gives no number, and a phone takes three to five steps',
  },
  otherDevice: {
    option: 'other-devices',
    default: 0.005,
    text: 'steps after which the person gets in on another device, once a phone: few have the app open on a tablet or computer at that moment',
  },
  doubleTap: {
    option: 'double-taps',
    default: 0.05,
    text: 'taps that are two: one person in twenty taps again before anything is to be seen',
  },
  lostAnswer: {
    option: 'lost-answers',
    default: 0.01,
    text: 'requests whose answer is lost when the server has dealt with them: a mobile network loses about one in a hundred',
  },
  expiredCode: {
    option: 'expired-codes',
    default: 0.005,
    text: 'codes that have expired when they reach WeChat, once a phone: the app was in the background meanwhile',
  },
  busyWeChat: {
    option: 'busy-wechat',
    default: 0.01,
    text: 'codes for which WeChat is busy (-1), one to three times in a row: one in a hundred at a busy hour',
  },
};

export interface Options {
  readonly fleet: Fleet;
  readonly ways: readonly WayName[];
  readonly atOnce: number;
  /** The file of the results, if they are to be kept. */
  readonly output: string | undefined;
  /** Whether to write the documentation. */
  readonly isWritten: boolean;
}

const ROOT = new URL('../../../', import.meta.url);

const PHONES = 100_000;
const SEED = 1;
const AT_ONCE = 64;

/** What `--help` prints. */
export function help(): string {
  const rates = Object.values(RATES).flatMap(({ option, default: rate, text }) =>
    described(`--${option} RATE`, `${text} [default: ${rate}]`),
  );
  return [
    'Sends simulated phones through four ways to log in, the same phones through each, and counts at which tap they',
    'got in. Runs the server of YAOSHI_BIN and its simulated WeChat. The counts follow from the seed.',
    '',
    'On two cores, 100,000 phones a way take 10 to 30 minutes in all, and 2,000 a way less than one.',
    '',
    `  --phones NUMBER          phones for each way [default: ${PHONES}]`,
    `  --seed NUMBER            what the plans of the phones follow from [default: ${SEED}]`,
    `  --way NAME               ${WAY_NAMES.join(', ')}; may be repeated [default: all]`,
    `  --at-once NUMBER         phones at the same time [default: ${AT_ONCE}]`,
    '  --output FILE            write the results as JSON, from the repository on; ways of the same fleet that the',
    '                           file has already stay',
    '  --write                  write the tables and pictures of the documentation, which needs all ways',
    '  --times FACTOR           multiplies all rates; 0 is a day without mischief [default: 1]',
    '',
    'Rates, from 0 to 1. All are assumptions, and the order of the ways does not depend on them:',
    '',
    ...rates,
  ].join('\n');
}

/** An option and what it does, in lines of at most 110 characters. */
function described(option: string, text: string): string[] {
  const lines = text.match(/.{1,82}(?: |$)/g) ?? [];
  return lines.map((line, index) => `  ${(index === 0 ? option : '').padEnd(24)} ${line.trimEnd()}`);
}

/**
 * Reads the arguments of the command.
 *
 * @throws if there is an unknown one or one without sense
 */
export function readOptions(args: readonly string[]): Options | 'help' {
  const rateOptions = Object.values(RATES).map(({ option }) => [option, { type: 'string' }] as const);
  const { values } = parseArgs({
    args: [...args],
    options: {
      phones: { type: 'string', default: String(PHONES) },
      seed: { type: 'string', default: String(SEED) },
      way: { type: 'string', multiple: true, default: [...WAY_NAMES] },
      'at-once': { type: 'string', default: String(AT_ONCE) },
      output: { type: 'string' },
      write: { type: 'boolean', default: false },
      times: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
      ...Object.fromEntries(rateOptions),
    },
  });
  if (values.help) {
    return 'help';
  }
  const given = values as Record<string, unknown>;
  return {
    fleet: {
      phones: number('phones', values.phones),
      seed: number('seed', values.seed),
      rates: readRates(given, number('times', values.times)),
    },
    ways: values.way.map(wayName),
    atOnce: number('at-once', values['at-once']),
    output: values.output && fileURLToPath(new URL(values.output, ROOT)),
    isWritten: values.write,
  };
}

/** The default rates, multiplied. */
export function defaultRates(times = 1): Rates {
  return readRates({}, times);
}

function readRates(given: Record<string, unknown>, times: number): Rates {
  const rates = MISCHIEFS.map((mischief) => {
    const { option, default: rate } = RATES[mischief];
    return [mischief, times * number(option, given[option] ?? rate)];
  });
  return Object.fromEntries(rates) as Rates;
}

function number(option: string, value: unknown): number {
  const number = Number(value);
  if (Number.isNaN(number) || number < 0) {
    throw new Error(`--${option} has to be a number that is not negative: ${value}`);
  }
  return number;
}

function wayName(name: string): WayName {
  const known = WAY_NAMES.find((way) => way === name);
  if (known === undefined) {
    throw new Error(`--way is one of ${WAY_NAMES.join(', ')}: ${name}`);
  }
  return known;
}
