// A Star's form: the areas one by one or all on a page, the live star beside them, the keys, and saving as it goes.

import { arrangeAreas } from "./areas.js";
import { useKeys } from "./keys.js";
import { drawLiveStar, showEarlier } from "./live_star.js";
import { saveAsItGoes } from "./saving.js";

export function startStar(form) {
  const stage = arrangeAreas(form);
  drawLiveStar(form, stage);
  useKeys(form, stage);
  saveAsItGoes(form, { showEarlier });
}
