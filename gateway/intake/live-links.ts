/**
 * Which live links have spoken for which hub. A last will of one link must not darken a hub that another link carries:
 * a hub that reconnects is often back before its old link is known to be dead.
 */
export class LiveLinks<Link extends object> {
  readonly #byHub = new Map<string, Set<Link>>();
  readonly #byLink = new Map<Link, Set<string>>();

  /** `link` spoke for `hub`, or named it in its last will. */
  claim(link: Link, hub: string): void {
    const hubs = this.#byLink.get(link);
    if (hubs?.has(hub)) return;
    if (hubs) hubs.add(hub);
    else this.#byLink.set(link, new Set([hub]));
    const links = this.#byHub.get(hub);
    if (links) links.add(link);
    else this.#byHub.set(hub, new Set([link]));
  }

  /** `link` is gone. */
  drop(link: Link): void {
    for (const hub of this.#byLink.get(link) ?? []) {
      const links = this.#byHub.get(hub);
      links?.delete(link);
      if (links?.size === 0) this.#byHub.delete(hub);
    }
    this.#byLink.delete(link);
  }

  /** Whether a link other than `than` carries `hub`. */
  hasOther(hub: string, than: Link | null): boolean {
    for (const link of this.#byHub.get(hub) ?? []) if (link !== than) return true;
    return false;
  }
}
