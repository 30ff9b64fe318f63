// Lighthouse, pa11y and csp_evaluator over pages: reads what to judge from standard input, as JSON, and writes one line
// of JSON for each fault to standard output.
//
//   {browser: {executable, arguments, environment}, policies: [policy, …], pages: [{who, cookie, address}, …]}

import { text } from "node:stream/consumers";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import lighthouse from "lighthouse";
import pa11y from "pa11y";
import puppeteer from "puppeteer-core";

const MOST_SHIFT = 0.05; // half of what Core Web Vitals call good
const HIGH = 10; // csp_evaluator's severity

// As a phone, the size at which pages used to jump; as fast as this machine is, since no bound is about time.
const LIGHTHOUSE = {
  extends: "lighthouse:default",
  settings: {
    onlyCategories: ["accessibility"],
    onlyAudits: ["cumulative-layout-shift"],
    throttlingMethod: "provided",
    disableStorageReset: true, // it would sign out
    disableFullPageScreenshot: true,
    pauseAfterFcpMs: 0,
    pauseAfterLoadMs: 0,
    networkQuietThresholdMs: 300,
    cpuQuietThresholdMs: 300,
  },
};

const asked = JSON.parse(await text(process.stdin));

function tell(judge, page, fault) {
  console.log(JSON.stringify({ judge, page, fault }));
}

function judgePolicy(policy) {
  for (const finding of new CspEvaluator(new CspParser(policy).csp).evaluate()) {
    if (finding.severity <= HIGH) tell("csp_evaluator", policy, `${finding.directive}: ${finding.description}`);
  }
}

async function judgeByLighthouse(browser, name, address) {
  const page = await browser.newPage();
  try {
    const { lhr } = await lighthouse(address, undefined, LIGHTHOUSE, page);
    if (lhr.runtimeError) tell("Lighthouse", name, lhr.runtimeError.message);
    const shift = lhr.audits["cumulative-layout-shift"].numericValue;
    if (!(shift < MOST_SHIFT)) tell("Lighthouse", name, `the layout shifts by ${shift}, not less than ${MOST_SHIFT}`);
    if (lhr.categories.accessibility.score !== 1) {
      const weighed = new Set(lhr.categories.accessibility.auditRefs.filter((one) => one.weight).map((one) => one.id));
      const failed = Object.values(lhr.audits).filter((audit) => weighed.has(audit.id) && audit.score === 0);
      tell("Lighthouse", name, `accessibility is not 100: ${failed.map((audit) => audit.title).join("; ")}`);
    }
  } finally {
    await page.close();
  }
}

async function judgeByPa11y(browser, name, address) {
  const { issues } = await pa11y(address, { browser, standard: "WCAG2AA", timeout: 60_000 });
  for (const issue of issues) tell("pa11y", name, `${issue.message} ${issue.context ?? ""}`);
}

asked.policies.forEach(judgePolicy);
const browser = await puppeteer.launch({
  executablePath: asked.browser.executable,
  args: asked.browser.arguments,
  env: asked.browser.environment,
});
try {
  for (const { who, cookie, address } of asked.pages) {
    const { origin, pathname, search } = new URL(address);
    await browser.setCookie({ ...cookie, domain: new URL(origin).hostname, path: "/" });
    const name = `${pathname}${search} as ${who}`;
    console.error(name);
    for (const judge of [judgeByPa11y, judgeByLighthouse]) {
      try {
        await judge(browser, name, address);
      } catch (error) {
        tell(judge.name, name, `did not finish: ${error.message}`);
      }
    }
  }
} finally {
  await browser.close();
}
