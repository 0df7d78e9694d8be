/**
 * Names the second file that belongs to this build: a hash of what is in it.
 *
 * The build writes the hash here (`build/extra.mjs`); run from source, there is none.
 */
export const EXTRA: string = "source";
