import { api } from '../api/client.ts';
import { words } from '../text/language.ts';
import { Icon } from './icons.tsx';
import { useAnswer } from './use-answer.ts';

/** One tap calls the person beside the pump. Who may not know the patient sees nothing of it. */
export function CaregiverCall({ patient }: { patient: string }) {
  const [loaded] = useAnswer(`identity ${patient}`, () => api.identityOf(patient));
  const t = words.value.caregiver;
  if (loaded.kind !== 'known') return null;
  const { name, caregiver, caregiverPhone: phone } = loaded.body.record;
  if (phone === null || phone === undefined) return <p class="quiet caregiver">{t.none(name)}</p>;
  return (
    <p class="caregiver">
      <a class="button tonal call-button" href={`tel:${phone}`}>
        <Icon name="phone" />
        <span>{t.call(caregiver ?? name)}</span>
        <span class="phone-number">{phone}</span>
      </a>
      <span class="quiet">{caregiver === null || caregiver === undefined ? t.patient : t.caregiverOf(name)}</span>
    </p>
  );
}
