/** What payers other than Medicare would be asked for, and the practitioner's other benefit. Nothing of it is a claim. */
export interface OtherPayersView {
  readonly perDiems: readonly {
    readonly payer: string;
    /** `YYYY-MM`. */
    readonly month: string;
    readonly code: string;
    readonly modifier: string | null;
    readonly units: number;
    readonly from: string;
    readonly to: string;
  }[];
  readonly physiologic: {
    readonly claim: false;
    readonly periods: readonly {
      readonly clock: string;
      readonly from: string;
      readonly dataDays: number;
      readonly minutes: number;
      readonly codes: readonly string[];
    }[];
    /** Services of the infusion benefit that the same time could be: a person decides. */
    readonly possibleDuplicates: readonly string[];
  };
}
