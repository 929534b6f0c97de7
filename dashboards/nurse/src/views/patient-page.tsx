import type { ComponentChildren } from 'preact';
import type { PageName } from '../state/pages.ts';
import { words } from '../text/language.ts';
import { type NamedPatient, PatientPicker, usePatients } from './patient-picker.tsx';

/** The frame of a page about one patient: title, intent, whose it is, and what is shown of them. */
export function PatientPage(props: {
  page: PageName;
  id: string | null;
  title: string;
  intro: string;
  show: (patient: NamedPatient) => ComponentChildren;
}) {
  const { page, id, title, intro, show } = props;
  const found = usePatients();
  const t = words.value;
  const patients = found.kind === 'known' ? found.patients : [];
  const chosen = patients.find((patient) => patient.id === id) ?? (patients.length === 1 ? patients[0] : undefined);
  return (
    <section aria-labelledby="page-title">
      <h1 id="page-title" class="page-title">
        {title}
      </h1>
      <p class="page-intro">{intro}</p>
      {found.kind === 'asking' && <p class="nothing">{t.detail.askingShort}</p>}
      {found.kind === 'failed' && <p class="nothing">{found.why}</p>}
      {found.kind === 'known' && patients.length === 0 && <p class="nothing">{t.noPatients}</p>}
      {patients.length > 0 && <PatientPicker page={page} id={chosen?.id ?? null} patients={patients} />}
      {chosen !== undefined && show(chosen)}
    </section>
  );
}
