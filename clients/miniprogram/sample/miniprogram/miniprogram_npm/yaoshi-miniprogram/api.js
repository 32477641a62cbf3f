"use strict";
// Generated from docs/src/openapi.json by `npm run generate`. Do not edit.
Object.defineProperty(exports, "__esModule", { value: true });
