"use strict";
(() => {
  // src/main.ts
  globalThis.__zod_globalConfig = { jitless: true };
  var LOCALIZED = {
    en: { locale: "en", schemas: "Schemas", examples: "Language of the examples" },
    "zh-CN": { locale: "zh-CN", schemas: "数据结构", examples: "示例的语言" }
  };
  var OFFLINE = {
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: "never",
    telemetry: false,
    withDefaultFonts: false
  };
  var READ_ONLY = { hideClientButton: true, hideTestRequestButton: true };
  document.addEventListener("DOMContentLoaded", () => {
    const { locale, schemas, examples } = LOCALIZED[document.documentElement.lang === "zh-CN" ? "zh-CN" : "en"];
    Scalar.createApiReference("#reference", {
      url: "/openapi.json",
      documentDownloadType: "direct",
      modelsSectionLabel: schemas,
      localization: { locale, translations: { clientLibraries: { heading: examples } } },
      ...OFFLINE,
      ...READ_ONLY
    });
  });
})();
