import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Patient } from '../api/wire.ts';
import type { PageName } from '../state/pages.ts';
import { go } from '../state/route.ts';
import { words } from '../text/language.ts';

export interface NamedPatient extends Patient {
  readonly name: string | null;
}

type Found =
  | { readonly kind: 'asking' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'known'; readonly patients: readonly NamedPatient[] };

/** The patients of the registry, by name where this person may see names. */
export function usePatients(): Found {
  const [found, setFound] = useState<Found>({ kind: 'asking' });
  useEffect(() => {
    let over = false;
    const ask = async () => {
      const answer = await api.patients();
      if (answer.result !== 'ok') {
        const why = answer.result === 'problem' ? answer.problem.title : words.value.detail.noAnswer;
        if (!over) setFound({ kind: 'failed', why });
        return;
      }
      const patients = await Promise.all(
        answer.body.records.map(async ({ record }) => {
          const identity = await api.identityOf(record.id);
          return { ...record, name: identity.result === 'ok' ? identity.body.record.name : null };
        }),
      );
      if (!over) setFound({ kind: 'known', patients });
    };
    void ask();
    return () => {
      over = true;
    };
  }, []);
  return found;
}

const label = ({ id, name }: NamedPatient): string => (name === null ? id : `${name} (${id})`);

/** Chooses whose page is shown; the choice stands in the address. */
export function PatientPicker(props: { page: PageName; id: string | null; patients: readonly NamedPatient[] }) {
  const { page, id, patients } = props;
  const t = words.value;
  return (
    <label class="field picker">
      <span>{t.patient}</span>
      <select
        value={id ?? ''}
        onChange={(event) => go({ view: 'page', page, id: event.currentTarget.value || null }, true)}
      >
        <option value="">{t.pickPatient}</option>
        {patients.map((patient) => (
          <option key={patient.id} value={patient.id}>
            {label(patient)}
          </option>
        ))}
      </select>
    </label>
  );
}
