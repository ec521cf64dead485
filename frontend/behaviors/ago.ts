const EVERY = 30_000; // milliseconds
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const times = new Set<HTMLElement>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Relative times grow older with the page, in the words of `wording.py`. */
export default function ago(element: HTMLElement): () => void {
  times.add(element);
  timer ??= setInterval(() => times.forEach(renew), EVERY);
  return () => {
    times.delete(element);
    if (times.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function renew(element: HTMLElement): void {
  const moment = (element as HTMLTimeElement).dateTime;
  const words = relative(moment, new Date(), document.documentElement.lang || "en");
  if (element.textContent !== words) element.textContent = words;
}

/** `moment` in ISO form with its offset: days begin where its reader is, not where the browser is. */
export function relative(moment: string, now: Date, language: string): string {
  const shift = offset(moment);
  const here = new Date(new Date(moment).getTime() + shift);
  const today = new Date(now.getTime() + shift);
  const passed = Math.floor((today.getTime() - here.getTime()) / 1000);
  const days =
    Math.floor(today.getTime() / (DAY * 1000)) - Math.floor(here.getTime() / (DAY * 1000));
  if (passed < MINUTE) return named(language, 0, "second");
  if (passed < HOUR) return amount(language, Math.floor(passed / MINUTE), "minute");
  if (days === 0) return amount(language, Math.floor(passed / HOUR), "hour");
  if (days === 1) return named(language, -1, "day");
  if (days < 7) return part(language, here, { weekday: "short" }, "weekday");
  return date(language, here, here.getUTCFullYear() !== today.getUTCFullYear());
}

function offset(moment: string): number {
  const found = /([+-])(\d\d):(\d\d)$/.exec(moment);
  if (!found) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return (found[1] === "-" ? -minutes : minutes) * 60_000;
}

/** "now", "yesterday". */
function named(language: string, value: number, unit: "second" | "day"): string {
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(value, unit);
}

function amount(language: string, value: number, unit: "minute" | "hour"): string {
  const form = { style: "unit", unit, unitDisplay: "short" } as const;
  return new Intl.NumberFormat(language, form).format(value).replace(" ", "\u00a0");
}

function date(language: string, here: Date, withYear: boolean): string {
  const month = part(language, here, { day: "numeric", month: "short" }, "month");
  return `${here.getUTCDate()} ${month}${withYear ? ` ${here.getUTCFullYear()}` : ""}`;
}

function part(
  language: string,
  here: Date,
  form: Intl.DateTimeFormatOptions,
  type: Intl.DateTimeFormatPartTypes,
): string {
  const parts = new Intl.DateTimeFormat(language, { ...form, timeZone: "UTC" }).formatToParts(here);
  return parts.find((each) => each.type === type)?.value ?? "";
}
