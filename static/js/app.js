// Starts GOV.UK Frontend's components (error summaries that take the focus, conditional radios, navigation) and ours.
import { initAll } from "./govuk-frontend.min.js";
import { offerCopy } from "./copying.js";
import { leaveByKey } from "./leaving.js";
import { usePasskeys } from "./passkeys.js";
import { fetchForPaper, offerPrint } from "./printing.js";
import { hintAtScrolling } from "./scrolling.js";
import { watchSession } from "./session.js";
import { keepClearOf } from "./strip.js";
import { checkTaken } from "./taken_state.js";
import { keepTyped } from "./typed.js";
import { forgetOnSigningOut } from "./unsent.js";

initAll();
keepClearOf(document.querySelector("[data-strip]"));
watchSession(keepTyped());
hintAtScrolling(document.querySelectorAll(".app-scroll"));
usePasskeys(document.querySelector("form[data-passkey]"));
offerCopy(document.querySelector("[data-copy]"));
offerPrint(document.querySelector("[data-print]"));
const charts = document.querySelectorAll("img.app-picture[src*='.svg']");
if (charts.length) import("./marks.js").then(({ readMarks }) => readMarks(charts));
fetchForPaper(document.querySelectorAll("img[loading=lazy]"));
leaveByKey(document.querySelector(".govuk-exit-this-page__button"));
forgetOnSigningOut(document.querySelector(".app-header__person"));
checkTaken().catch(() => {}); // a browser that keeps nothing has nothing
