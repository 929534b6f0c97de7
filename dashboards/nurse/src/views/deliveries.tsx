import type { Delivery } from '../../../../gateway/model/paging.ts';
import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime } from '../text/time.ts';

/** Each message to each person and how far it got, by person. */
export function Deliveries({ deliveries, asked }: { deliveries: readonly Delivery[]; asked: boolean }) {
  const t = words.value;
  if (!asked) return null;
  const people = Map.groupBy(deliveries, ({ recipient }) => recipient);
  return (
    <section class="block">
      <h3>{t.deliveries.title}</h3>
      {people.size === 0 && <p class="quiet">{t.deliveries.none}</p>}
      <ul class="deliveries">
        {[...people].map(([person, messages]) => (
          <li key={person}>
            <strong>{person}</strong>
            <ul>
              {messages.map((message) => (
                <li key={message.key} data-state={message.state}>
                  <span>
                    {t.deliveries.kinds[message.kind]}, {t.deliveries.step(message.step)},{' '}
                    {t.onCall.channels[message.channel] ?? message.channel}
                  </span>
                  <span class="delivery-state">
                    {t.deliveries.states[message.state]} {clockTime(message.changedAt, now.value)}
                  </span>
                  {message.problem !== null && (
                    <span class="quiet" lang="en">
                      {message.problem}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}
