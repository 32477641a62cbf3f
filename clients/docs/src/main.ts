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

/** The viewer's language, and the texts that replace its own, by the page's language. */
const LOCALIZED = {
  en: { locale: 'en', schemas: 'Schemas', examples: 'Language of the examples' },
  'zh-CN': { locale: 'zh-CN', schemas: '数据结构', examples: '示例的语言' },
};

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
  const { locale, schemas, examples } = LOCALIZED[document.documentElement.lang === 'zh-CN' ? 'zh-CN' : 'en'];
  Scalar.createApiReference('#reference', {
    url: '/openapi.json',
    documentDownloadType: 'direct',
    modelsSectionLabel: schemas,
    localization: { locale, translations: { clientLibraries: { heading: examples } } },
    ...OFFLINE,
    ...READ_ONLY,
  });
});

export {};
