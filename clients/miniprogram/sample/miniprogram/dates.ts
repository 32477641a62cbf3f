const WEEKDAYS = '日一二三四五六';

/** A day, such as `11月20日 周五`. `seconds` since 1970, as in WeRun data. */
export function dayOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${date.getMonth() + 1}月${date.getDate()}日 周${WEEKDAYS.charAt(date.getDay())}`;
}

/** A local time, such as `11月20日 08:05`. `time` is in RFC 3339. */
export function timeOf(time: string): string {
  const date = new Date(time);
  const clock = [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
  return `${date.getMonth() + 1}月${date.getDate()}日 ${clock}`;
}
