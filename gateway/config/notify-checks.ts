import { isLoopback } from './loopback.ts';
import type { Config, ConfigProblem } from './schema.ts';

/** Rules of the settings by which people are reached. */
export function notifyChecks({ notify, watchdog }: Config): ConfigProblem[] {
  const { publicUrl, smtp, phone } = notify;
  const problems: ConfigProblem[] = [];
  const say = (where: string, problem: string, mend: string) => problems.push({ where, problem, mend });
  if (publicUrl !== undefined && !isHttp(publicUrl)) {
    say('INFUSION_PUBLIC_URL', 'not an HTTP address', 'Write https://gateway.example, as people reach it.');
  } else if (publicUrl?.startsWith('http:') && !isLoopback(new URL(publicUrl).hostname)) {
    say('INFUSION_PUBLIC_URL', 'links to it would not be encrypted', 'Write https://….');
  }
  if (smtp.url !== undefined && !/^smtps?:$/.test(protocolOf(smtp.url))) {
    say('INFUSION_SMTP_URL', 'not a mail server', 'Write smtp://user:password@host:587 or smtps://….');
  }
  if ((smtp.url === undefined) !== (smtp.from === undefined)) {
    say(
      'INFUSION_SMTP_URL',
      'a mail server and a sender go together',
      'Set both INFUSION_SMTP_URL and INFUSION_SMTP_FROM.',
    );
  }
  const dkim = [smtp.dkimDomain, smtp.dkimSelector, smtp.dkimKey].filter((one) => one !== undefined).length;
  if (dkim !== 0 && dkim !== 3) {
    say('INFUSION_SMTP_DKIM_DOMAIN', 'DKIM needs a domain, a selector and a key', 'Set all three or none.');
  }
  const set = [phone.url, phone.account, phone.token, phone.from].filter((one) => one !== undefined).length;
  if (set !== 0 && set !== 4) {
    say('INFUSION_PHONE_URL', 'texts and calls need all of _URL, _ACCOUNT, _TOKEN and _FROM', 'Set the missing ones.');
  }
  if (phone.url !== undefined && !isHttp(phone.url)) {
    say('INFUSION_PHONE_URL', 'not an HTTP address', 'Write https://api.twilio.com or that of another such provider.');
  }
  if (phone.url !== undefined && publicUrl === undefined) {
    say('INFUSION_PUBLIC_URL', 'missing: receipts of texts and keys of calls come to it', 'Set it.');
  }
  if (watchdog.to === undefined && (watchdog.url === undefined) !== (watchdog.secret === undefined)) {
    say('INFUSION_WATCHDOG_URL', 'the address of the watchdog and its secret go together', 'Set both or neither.');
  }
  if (watchdog.canaryMqttUrl !== undefined && watchdog.canaryHub === undefined) {
    const problem = 'there is no hub for the synthetic alarm';
    say('INFUSION_WATCHDOG_CANARY_HUB', problem, 'Name it, here and in the configuration of the gateway.');
  }
  if (watchdog.secret !== undefined && watchdog.secret.length < 32) {
    say('INFUSION_WATCHDOG_SECRET', 'too short', 'Use at least 32 characters: openssl rand -hex 32.');
  }
  return problems;
}

const protocolOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : '');
const isHttp = (text: string): boolean => /^https?:$/.test(protocolOf(text));
