// What `make check` asks of every script: ESLint's recommended rules, and those below.

import { readFileSync } from "node:fs";

import js from "@eslint/js";
import globals from "globals";

// Folders that only commands make.
const made = readFileSync(new URL(".gitignore", import.meta.url), "utf-8").match(/^\S+\/$/gm);

export default [
  { ignores: made.map((folder) => `**/${folder}`) },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-param-reassign": "error",
      "no-self-compare": "error",
      "no-shadow": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unmodified-loop-condition": "error",
      "no-unused-expressions": "error",
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "prefer-rest-params": "error",
      "prefer-template": "error",
    },
  },
  {
    files: ["static/js/**"],
    languageOptions: { globals: globals.browser },
    rules: {
      "no-console": "error",
      // What somebody typed is shown as text (docs/security.md), and kept in the window's own storage alone (unsent.js).
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"].map((property) => ({ property })),
        { object: "document", property: "write" },
        { object: "window", property: "localStorage" },
      ],
      "no-restricted-globals": ["error", "event", "localStorage", "indexedDB"],
    },
  },
  {
    // What is taken along for homes without signal, encrypted (taken.js), may be kept where it outlives a window.
    files: ["static/js/taken_store.js"],
    rules: { "no-restricted-globals": "off" },
  },
  {
    files: ["static/js/worker.js"],
    languageOptions: { sourceType: "script", globals: { ...globals.serviceworker, KEPT: "readonly" } },
    rules: { "no-restricted-globals": "off" },
  },
  {
    files: ["tests/**", "eslint.config.js"],
    languageOptions: { globals: globals.node },
  },
  {
    // The store of a page, which the tests make themselves.
    files: ["tests/js/**"],
    languageOptions: { globals: { sessionStorage: "readonly" } },
  },
];
