import manifest from '../package.json' with { type: 'json' };

/** Version of this gateway, from package.json. */
export const version: string = manifest.version;
