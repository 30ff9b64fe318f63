// What a Star's page needs besides app.js: the areas one by one or all together, the live star beside them, the keys,
// the bar above them, and saving as it goes.

import { arrangeAreas } from "./areas.js";
import { useBar } from "./bar.js";
import { useKeys } from "./keys.js";
import { drawLiveStar, showEarlier } from "./live_star.js";
import { saveAsItGoes } from "./saving.js";

const form = document.querySelector("form[data-star]");
if (form) {
  const stage = arrangeAreas(form);
  drawLiveStar(form, stage);
  useKeys(form, stage);
  useBar(form, stage);
  saveAsItGoes(form, { showEarlier });
}
