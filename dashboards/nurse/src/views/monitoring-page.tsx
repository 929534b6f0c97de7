import { useState } from 'preact/hooks';
import type { ServiceView } from '../../../../gateway/model/service-view.ts';
import { api } from '../api/client.ts';
import { isClinical } from '../state/pages.ts';
import { hashOf } from '../state/route.ts';
import { me, now, session } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime, span } from '../text/time.ts';
import { CorrectionDialog } from './correction-dialog.tsx';
import { PatientPage } from './patient-page.tsx';
import type { NamedPatient } from './patient-picker.tsx';
import { TableHead } from './table-head.tsx';
import { useAnswer, whyNot } from './use-answer.ts';

function Sign({ patient, service, onDone }: { patient: string; service: ServiceView; onDone: () => void }) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const t = words.value.monitoring;
  if (service.signature !== null) return <>{t.signedBy(service.signature.by)}</>;
  // What the handling of an alert made has no version to sign; it stands in the alert's own log.
  if (service.action !== null) return <>{t.fromAlert}</>;
  if (service.performer !== me.value || service.end === null) return <>{t.unsigned}</>;
  const sign = async () => {
    setBusy(true);
    const answer = await api.signService(patient, service.id, service.version);
    setBusy(false);
    if (answer.result === 'ok') onDone();
    else setRefused(whyNot(answer));
  };
  return (
    <>
      <button class="button" type="button" disabled={busy} onClick={() => void sign()}>
        {t.sign}
      </button>
      {refused !== null && <span class="quiet">{refused}</span>}
    </>
  );
}

/** What people recorded can be corrected; what the handling of an alert made stands as it happened. */
function Correct({ patient, service, onDone }: { patient: string; service: ServiceView; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  if (service.action !== null || session.value.kind !== 'signed-in' || !isClinical(session.value.person.role))
    return null;
  return (
    <>
      <button class="button" type="button" onClick={() => setOpen(true)}>
        {words.value.monitoring.correct}
      </button>
      {open && (
        <CorrectionDialog
          patient={patient}
          service={service}
          onDone={() => {
            setOpen(false);
            onDone();
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function Log({ patient }: { patient: NamedPatient }) {
  const [loaded, again] = useAnswer(patient.id, () => api.servicesOf(patient.id));
  const t = words.value.monitoring;
  if (loaded.kind === 'asking') return <p class="nothing">{words.value.detail.askingShort}</p>;
  if (loaded.kind === 'failed') return <p class="nothing">{loaded.why}</p>;
  const services = [...loaded.body.services].reverse();
  if (services.length === 0) return <p class="nothing">{t.nothing}</p>;
  return (
    <div class="card">
      <table class="table">
        <TableHead titles={[t.when, t.what, t.who, t.length, t.finding, t.signature]} />
        <tbody>
          {services.map((service) => (
            <tr key={`${service.id} ${service.version}`}>
              <th scope="row">{clockTime(service.start, now.value)}</th>
              <td data-label={t.what}>
                <span>
                  {service.alert === null ? (
                    t.kinds[service.kind]
                  ) : (
                    <a class="text-link" href={hashOf({ view: 'alert', id: service.alert })}>
                      {t.kinds[service.kind]}
                    </a>
                  )}
                  <span class="bundled">{service.bundled ? t.bundled : t.covered}</span>
                </span>
              </td>
              <td data-label={t.who}>{service.performer}</td>
              <td data-label={t.length}>{service.durationMs === null ? t.goesOn : span(service.durationMs)}</td>
              <td data-label={t.finding} lang="en">
                {service.finding ?? '–'}
              </td>
              <td data-label={t.signature}>
                <div class="sign-cell">
                  <span>
                    <Sign patient={patient.id} service={service} onDone={again} />
                  </span>
                  <Correct patient={patient.id} service={service} onDone={again} />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What was done for a patient: the covered, bundled service that remote monitoring is. */
export function MonitoringPage({ id }: { id: string | null }) {
  const t = words.value.monitoring;
  return (
    <PatientPage
      page="monitoring"
      id={id}
      title={t.title}
      intro={t.intro}
      show={(patient) => <Log key={patient.id} patient={patient} />}
    />
  );
}
