import type { ComposeModel } from './composeModel.ts';
import type { DatabaseService } from './databaseService.ts';
import { byPurpose } from './purpose.ts';

/** Where a host name that only containers know is on this machine. */
export type DatabasePlace =
  /** `sure`: the credentials are known to be that service's. */
  | {
      readonly kind: 'reached';
      readonly host: string;
      readonly port: number;
      readonly by: DatabaseService;
      readonly sure: boolean;
    }
  /** Which of them is meant can't be told from the text. */
  | { readonly kind: 'several'; readonly choices: readonly DatabaseService[] }
  /** The engine chose the port when it started the container. */
  | { readonly kind: 'chosen'; readonly by: DatabaseService }
  | { readonly kind: 'unpublished'; readonly by: DatabaseService }
  /** There are services of that name, all with other credentials. */
  | { readonly kind: 'differs'; readonly all: readonly DatabaseService[] }
  | { readonly kind: 'nowhere' };

/**
 * Never another server than the one that the settings mean: services with other credentials are left out, those with the same
 * go before those of which it isn't known. Of several that this machine reaches at different places, that of the compose files
 * which the settings have their values from (`origin`) is taken; else a person has to say it. Files for tests, or of another
 * purpose with nothing to say against it, don't count where there are others.
 */
export function placeOfDatabase(services: readonly DatabaseService[], origin?: ComposeModel): DatabasePlace {
  if (services.length === 0) return { kind: 'nowhere' };
  const equal = services.filter(({ fit }) => fit === 'equal');
  const fitting = equal.length > 0 ? equal : services.filter(({ fit }) => fit === 'unknown');
  if (fitting.length === 0) return { kind: 'differs', all: services };
  const meant = withoutTests(fitting);
  const published = meant.filter(({ published }) => published !== undefined);
  const [nearest] = [...(published.length > 0 ? published : meant)].sort((a, b) => byPurpose(a.model, b.model));
  if (nearest === undefined) return { kind: 'nowhere' };
  if (published.length === 0) return { kind: 'unpublished', by: preferred(meant, origin) ?? nearest };
  const different = new Map(published.map((one) => [placeKey(one), one]));
  const chosen = different.size === 1 ? nearest : preferred(published, origin);
  if (chosen === undefined) return { kind: 'several', choices: [...different.values()] };
  if (chosen.published === 'chosen' || chosen.published === undefined) return { kind: 'chosen', by: chosen };
  return { kind: 'reached', ...chosen.published, by: chosen, sure: chosen.fit === 'equal' };
}

function withoutTests(services: readonly DatabaseService[]): readonly DatabaseService[] {
  const others = services.filter(({ model }) => model.purpose !== 'test');
  return others.length > 0 ? others : services;
}

function preferred(
  services: readonly DatabaseService[],
  origin: ComposeModel | undefined,
): DatabaseService | undefined {
  return services.find(({ model }) => model === origin);
}

/** What tells one choice from another, the same in every reading of the files. */
export function placeKey({ published, service, model }: DatabaseService): string {
  return typeof published === 'object'
    ? `${published.host}:${published.port}`
    : `${model.project}/${service.name} ${published ?? ''}`;
}
