import { html } from './dom.js';
import { languageTag } from './language/language.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A number with the language's separators. */
export function number(value: number): string {
  return new Intl.NumberFormat(languageTag()).format(value);
}

/** A share of a whole, such as `97 %`; a dash where there is no whole. */
export function share(part: number, whole: number): string {
  if (whole === 0) {
    return '–';
  }
  const options = { style: 'percent', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(languageTag(), options).format(part / whole);
}

function moment(at: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    return at;
  }
  return new Intl.DateTimeFormat(languageTag(), { hourCycle: 'h23', ...options }).format(date);
}

/** A date and a time to the second, in the browser's time zone; the year only if it is not this one. */
export function dateTime(at: string): string {
  const isThisYear = new Date(at).getFullYear() === new Date().getFullYear();
  return moment(at, {
    ...(!isThisYear && { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

/** Only the hour, such as `14:00`. */
export function hour(at: string): string {
  return moment(at, { hour: '2-digit', minute: '2-digit' });
}

/** A date and an hour, without seconds. */
export function dateHour(at: string): string {
  return moment(at, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
}

/** The time as an element, with the exact time in UTC as its tooltip. */
export function time(at: string): HTMLElement {
  return html('time', { datetime: at, title: at }, dateTime(at));
}

/** The time as an element that may go on in the next line, for tables with many columns. */
export function when(at: string): HTMLElement {
  return html('span', { class: 'when' }, time(at));
}

/** A length of time in its two largest units, such as `2 hr 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [size, unit] = unitOf(whole);
  const parts = [measured(Math.floor(whole / size), unit)];
  const rest = whole % size;
  const [smaller, smallerUnit] = unitBelow(unit);
  if (Math.floor(rest / smaller) > 0 && size > 1) {
    parts.push(measured(Math.floor(rest / smaller), smallerUnit));
  }
  return parts.join(' ');
}

type Unit = 'second' | 'minute' | 'hour' | 'day';

function unitOf(seconds: number): [number, Unit] {
  if (seconds >= DAY) {
    return [DAY, 'day'];
  }
  if (seconds >= HOUR) {
    return [HOUR, 'hour'];
  }
  return seconds >= MINUTE ? [MINUTE, 'minute'] : [1, 'second'];
}

function unitBelow(unit: Unit): [number, Unit] {
  if (unit === 'day') {
    return [HOUR, 'hour'];
  }
  return unit === 'hour' ? [MINUTE, 'minute'] : [1, 'second'];
}

function measured(value: number, unit: Unit): string {
  return new Intl.NumberFormat(languageTag(), { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}
