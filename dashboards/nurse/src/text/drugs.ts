/** Single drugs of the home infusion list, by J-code (Medicare drug code list for home infusion therapy). */
const names = new Map(
  Object.entries({
    J0133: 'Acyclovir',
    J0895: 'Deferoxamine',
    J1170: 'Hydromorphone',
    J1171: 'Hydromorphone',
    J1250: 'Dobutamine',
    J1265: 'Dopamine',
    J1325: 'Epoprostenol',
    J1455: 'Foscarnet',
    J1559: 'Hizentra',
    J1570: 'Ganciclovir',
    J2175: 'Meperidine',
    J2260: 'Milrinone',
    J2270: 'Morphine',
    J3010: 'Fentanyl',
    J3285: 'Treprostinil',
    J9000: 'Doxorubicin',
    J9039: 'Blinatumomab',
    J9040: 'Bleomycin',
    J9065: 'Cladribine',
    J9100: 'Cytarabine',
    J9190: 'Fluorouracil',
  }),
);

/** Shorter than this a name in capitals is an abbreviation, such as TPN or IVIG. */
const shortestWord = 6;

/**
 * What a pump calls its drug, for reading: a known J-code with its drug (`Milrinone, J2260`), a library entry in capitals
 * as words (`Antibiotic intermittent`). Mixed case is left as it is: it may be there to tell two drugs apart.
 */
export function drugWord(told: string): string {
  const name = names.get(told.toUpperCase());
  if (name !== undefined) return `${name}, ${told.toUpperCase()}`;
  if (!/^[A-Z][A-Z_-]+$/.test(told) || told.length < shortestWord) return told;
  const words = told.toLowerCase().replaceAll(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
