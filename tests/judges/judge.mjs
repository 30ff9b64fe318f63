// Lighthouse, pa11y and csp_evaluator over pages: reads what to judge from standard input, as JSON, and writes to
// standard output, as JSON, a line for each fault as it is found and one for each page as it is done.
//
//   {browser: {executable, arguments, environment}, policies: [policy, …], pages: [{who, cookie, address}, …]}

import { text } from "node:stream/consumers";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import lighthouse from "lighthouse";
import pa11y from "pa11y";
import puppeteer from "puppeteer-core";

const MOST_SHIFT = 0.05; // half of what Core Web Vitals call good
const MOST_LOOKS = 3;
const PATIENCE = 180_000; // ms: a judge that hangs must not keep the other pages waiting
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

function write(line) {
  console.log(JSON.stringify(line));
}

function tell(judge, page, fault) {
  write({ judge, page, fault });
}

// What is awaited, or an error once patience is over.
async function inTime(awaited) {
  let timer;
  const over = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing after ${PATIENCE / 1000} seconds`)), PATIENCE);
  });
  try {
    return await Promise.race([awaited, over]);
  } finally {
    clearTimeout(timer);
  }
}

function judgePolicy(policy) {
  for (const finding of new CspEvaluator(new CspParser(policy).csp).evaluate()) {
    if (finding.severity <= HIGH) tell("csp_evaluator", policy, `${finding.directive}: ${finding.description}`);
  }
}

// What Lighthouse finds. On a busy machine it may stop looking before the page is painted, and then looks anew.
async function look(browser, address) {
  for (let looks = 1; ; looks++) {
    const page = await browser.newPage();
    try {
      const { lhr } = await lighthouse(address, undefined, LIGHTHOUSE, page);
      const isPainted = lhr.audits["cumulative-layout-shift"].numericValue !== undefined;
      if (isPainted || looks === MOST_LOOKS) return lhr;
    } finally {
      await page.close();
    }
  }
}

async function judgeByLighthouse(browser, name, address) {
  const lhr = await look(browser, address);
  if (lhr.runtimeError) tell("Lighthouse", name, lhr.runtimeError.message);
  const shift = lhr.audits["cumulative-layout-shift"].numericValue;
  if (!(shift < MOST_SHIFT)) tell("Lighthouse", name, `the layout shifts by ${shift}, not less than ${MOST_SHIFT}`);
  if (lhr.categories.accessibility.score !== 1) {
    const weighed = new Set(lhr.categories.accessibility.auditRefs.filter((one) => one.weight).map((one) => one.id));
    const failed = Object.values(lhr.audits).filter((audit) => weighed.has(audit.id) && audit.score === 0);
    tell("Lighthouse", name, `accessibility is not 100: ${failed.map((audit) => audit.title).join("; ")}`);
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
    for (const [title, judge] of Object.entries({ pa11y: judgeByPa11y, Lighthouse: judgeByLighthouse })) {
      try {
        await inTime(judge(browser, name, address));
      } catch (error) {
        tell(title, name, `did not finish: ${error.message}`);
      }
    }
    write({ page: name });
  }
} finally {
  await browser.close();
}
