// A Star's form: the areas one by one or all on a page, the live star beside them, and the keys.

import { arrangeAreas } from "./areas.js";
import { useKeys } from "./keys.js";
import { drawLiveStar } from "./live_star.js";

export function startStar(form) {
  if (!form) return;
  const stage = arrangeAreas(form);
  drawLiveStar(form, stage);
  useKeys(form, stage);
}
