"use strict";
(() => {
  // src/main.ts
  globalThis.__zod_globalConfig = { jitless: true };
  var OFFLINE = {
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: "never",
    telemetry: false,
    withDefaultFonts: false
  };
  var READ_ONLY = { hideClientButton: true, hideTestRequestButton: true };
  document.addEventListener("DOMContentLoaded", () => {
    Scalar.createApiReference("#reference", {
      url: "/openapi.json",
      documentDownloadType: "direct",
      modelsSectionLabel: "Schemas",
      localization: { translations: { clientLibraries: { heading: "Language of the examples" } } },
      ...OFFLINE,
      ...READ_ONLY
    });
  });
})();
