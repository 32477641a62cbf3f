// Starts the viewer on this server's document.

/** The viewer, which the page loads before this script calls it. */
declare const Scalar: {
  createApiReference(selector: string, configuration: Record<string, unknown>): unknown;
};

declare global {
  var __zod_globalConfig: { jitless: boolean };
}

// The viewer contains zod, which would otherwise try to compile code. The content security policy forbids that.
globalThis.__zod_globalConfig = { jitless: true };

/** Turns off what needs other servers. */
const OFFLINE = {
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  telemetry: false,
  withDefaultFonts: false,
};

/** The page sends no requests to the API: each route has an example to paste into a terminal. */
const READ_ONLY = { hideClientButton: true, hideTestRequestButton: true };

document.addEventListener('DOMContentLoaded', () => {
  Scalar.createApiReference('#reference', {
    url: '/openapi.json',
    documentDownloadType: 'direct',
    modelsSectionLabel: 'Schemas',
    localization: { translations: { clientLibraries: { heading: 'Language of the examples' } } },
    ...OFFLINE,
    ...READ_ONLY,
  });
});

export {};
